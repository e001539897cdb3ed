// The relay itself: sessions of agents, commands of clients, events for watchers. Knows no transport and no file.
//
// Thread-safe. Nothing blocks. Time comes from the clock given at construction, which may never be set back or forward,
// and passes in Tick(). Frames are queued under the relay's lock, which fixes their order; streams are flushed,
// callbacks called and watchers woken without it.
#ifndef SPECRELAY_RELAY_RELAY_H_
#define SPECRELAY_RELAY_RELAY_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "proto/support/clock.h"
#include "relay/agent_session.h"
#include "relay/body_stream.h"
#include "relay/command_table.h"
#include "relay/event_log.h"
#include "relay/memory_offline_queue.h"
#include "relay/message_bodies.h"
#include "relay/offline_queue.h"
#include "relay/principal.h"
#include "relay/registry.h"
#include "relay/relay_observer.h"
#include "relay/relay_options.h"
#include "relay/room_book.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {

// Who calls: the key, and the client program as it names itself.
struct Caller {
  Principal principal;
  std::string client;
};

// Names a wait for a command, to give it up.
struct CommandTicket {
  std::string account;
  std::string request_id;
  WaiterId waiter = 0;
};

// A fresh idempotency key, for a client that gives none.
std::string NewRequestId();

// What the relay holds at one moment, for metrics.
struct RelayLoad {
  int projects_online = 0;
  int projects_offline = 0;
  int commands_pending = 0;
  int commands_remembered = 0;  // that have ended
  int commands_queued = 0;      // for agents that are away; conflicts included
  int64_t bytes_of_queued = 0;
  int64_t frames_queued = 0;  // for agents
  int64_t bytes_queued = 0;
  int64_t events_kept = 0;
  int64_t event_bytes_kept = 0;
};

class Relay {
 public:
  // `clock` must outlive the relay.
  Relay(RelayOptions options, const Clock& clock);

  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // --- Agents -------------------------------------------------------------------------------------------------------

  // Takes in an agent and queues its Welcome on `stream`, replacing an earlier stream of the same process. Errors end
  // the stream: PERMISSION_DENIED, INVALID_ARGUMENT, FAILED_PRECONDITION (protocol version), ALREADY_EXISTS (another
  // tree under the same project id), RESOURCE_EXHAUSTED, UNAVAILABLE (draining).
  absl::StatusOr<SessionId> Register(const Principal& principal, v1::Register registration,
                                     std::shared_ptr<AgentSession> stream);

  // Handles a frame of a registered agent.
  void OnFrame(SessionId session, v1::AgentFrame frame);

  // The stream has ended, for `reason`. `unsent` are the commands that were never given to the transport. What was in
  // flight is sent to another instance under the same id; when there is none it waits, if its sender allows that, and
  // otherwise fails at once. Idempotent.
  void Disconnect(SessionId session, const absl::Status& reason, const std::vector<std::string>& unsent);

  // --- Clients ------------------------------------------------------------------------------------------------------

  // Sends a command; `done` gets its final status, or that it is QUEUED when it may be and cannot be sent now. When
  // this fails, nothing was sent and `done` is not called. A request id under way with the same command gets the same
  // outcome; with another it is INVALID_ARGUMENT.
  // `client_deadline` is the caller's own; the earlier of it and the request's timeout counts.
  absl::StatusOr<CommandTicket> Execute(const Caller& caller, v1::ExecuteRequest request, absl::Time client_deadline,
                                        CommandCallback done);

  // Sends a command that nobody waits for; Wait() tells what became of it.
  absl::StatusOr<v1::SubmitResponse> Submit(const Caller& caller, v1::SubmitRequest request);

  // As Execute(), for a command whose content passes in parts over `body`. It goes to one agent once: when that is
  // lost, the command fails, because what has passed is gone. UNIMPLEMENTED when the agent cannot, UNAVAILABLE while
  // another such command of that id is under way.
  absl::StatusOr<CommandTicket> ExecuteStreamed(const Caller& caller, v1::ExecuteRequest request,
                                                absl::Time client_deadline, std::shared_ptr<BodyStream> body,
                                                CommandCallback done);

  // Sends a step of such a command to its agent; nothing when it has ended. RESOURCE_EXHAUSTED when the agent does not
  // keep up.
  absl::Status SendStep(absl::string_view account, const BodyStream& body, v1::Transfer step);

  // Such a command's content cannot pass as a whole: ends the command with `reason`, and tells its agent. Not once its
  // end has been sent to an agent that is to write it. A large command is sent again, or waits, where it may.
  void FailBody(absl::string_view account, absl::string_view request_id, const BodyStream& body,
                const absl::Status& reason);

  // `done` gets the command's status when it has ended or the wait has. NOT_FOUND when the relay does not know it.
  absl::StatusOr<CommandTicket> Wait(const Caller& caller, const v1::WaitCommandRequest& request,
                                     absl::Time client_deadline, CommandCallback done);

  // The caller no longer waits; its callback is not called any more, unless it is being called now. A command that
  // nobody waits for is taken back from its agent if it has not begun.
  void Abandon(const CommandTicket& ticket);

  // The offline queue of a project, one write of it with its content, and what a client may do with that: take back
  // what has not been sent, and decide about a conflict. NOT_FOUND when there is no such thing, FAILED_PRECONDITION
  // when it is too late, each saying what to do.
  absl::StatusOr<v1::ListQueueResponse> ListQueue(const Caller& caller, const v1::ListQueueRequest& request) const;
  absl::StatusOr<v1::QueuedCommand> GetQueuedCommand(const Caller& caller,
                                                     const v1::GetQueuedCommandRequest& request) const;
  absl::StatusOr<v1::CommandStatus> CancelCommand(const Caller& caller, const v1::CancelCommandRequest& request);
  absl::StatusOr<v1::ResolveConflictResponse> ResolveConflict(const Caller& caller,
                                                              const v1::ResolveConflictRequest& request);

  // Ends the commands that wait for an agent on the word of a key that `still_granted` does not confirm.
  void EndRevoked(absl::FunctionRef<bool(const Principal&)> still_granted);

  // What a queued command outlives.
  v1::QueueDurability queue_durability() const;

  absl::StatusOr<v1::ListProjectsResponse> ListProjects(const Principal& principal) const;
  absl::StatusOr<v1::ListAgentsResponse> ListAgents(const Principal& principal,
                                                    const v1::ListAgentsRequest& request) const;

  // Forgets a project until one of its agents registers again: lists, commands and events no longer know it, and what
  // was queued is cancelled. Agents stay connected, and commands under way end as they would. NOT_FOUND, or
  // PERMISSION_DENIED for a viewer.
  absl::Status ForgetProject(const Principal& principal, absl::string_view project_id);

  // Where a watcher begins to read, and whether it must be told to resync first.
  struct WatchStart {
    std::shared_ptr<EventLog> log;
    EventLog::Sequence position;
    bool resync;
  };
  absl::StatusOr<WatchStart> Watch(const Principal& principal, const v1::WatchRequest& request);

  // --- Life ---------------------------------------------------------------------------------------------------------

  // Lets time pass: deadlines, heartbeats. To be called every 100 ms or so.
  void Tick();

  // Refuses new agents and commands from now on and asks every agent to finish and come back after `retry_after`. What
  // is queued ends, unless its queue outlives the relay.
  void Drain(absl::Duration retry_after);

  // Commands under way.
  int pending_commands() const;

  RelayLoad load() const;

  // The clock of deadlines, and that of what people see.
  const Clock& clock() const { return clock_; }
  const Clock& wall_clock() const { return wall_; }

  RelayObserver& observer() const { return observer_; }

 private:
  // What is to be done once the lock is released.
  struct Effects {
    std::vector<std::shared_ptr<AgentSession>> flush;
    std::vector<std::pair<std::shared_ptr<AgentSession>, absl::Status>> close;
    std::vector<std::pair<std::shared_ptr<BodyStream>, v1::Transfer>> steps;
    std::vector<std::pair<CommandCallback, v1::CommandStatus>> completions;
    std::vector<std::shared_ptr<EventLog>> wake;
    std::vector<std::shared_ptr<const void>> dropped;  // what is large is not freed under the lock

    // For the observer.
    struct EndedCommand {
      absl::string_view name;
      v1::CommandState state;
      absl::Duration took;
    };
    std::vector<EndedCommand> ended;
    std::vector<absl::StatusCode> gone;  // agents
    int events = 0;
  };
  void Run(Effects effects) const;

  // Agents.
  void RemoveInstanceLocked(SessionId session, const absl::Status& reason, const std::vector<std::string>& unsent,
                            Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // The first half of that: its commands still have to find another way. False when there is no such instance.
  bool DetachInstanceLocked(SessionId session, const absl::Status& reason, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<SessionId> AddInstanceLocked(const Principal& principal, v1::Register registration,
                                              std::shared_ptr<AgentSession> stream, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void SendLocked(Instance& instance, v1::RelayFrame frame, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void HandleOutcomeLocked(Instance& instance, v1::CommandOutcome outcome, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void HandleEventsLocked(Instance& instance, v1::EventBatch batch, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void HandleTreeStateLocked(Instance& instance, const v1::TreeState& state, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void HandleJobProgressLocked(const Instance& instance, v1::JobProgress progress, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // When the relay itself was stopped for long, it could hear nobody: those who owe a sign of life get their time anew.
  void ForgiveSilenceLocked(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void CheckSessionsLocked(absl::Time now, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void HeartbeatLocked(Instance& instance, absl::Time now, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RequestStateLocked(Instance& instance, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Takes events from the project's primary instance, and asks it for its state when it was not the source before.
  void ChooseEventSourceLocked(ProjectRecord& record, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Commands.
  absl::StatusOr<std::unique_ptr<PendingCommand>> Prepare(const Caller& caller, v1::ExecuteRequest request,
                                                          absl::Time client_deadline,
                                                          std::shared_ptr<BodyStream> body) const;
  using UseCommand = absl::FunctionRef<void(PendingCommand& command, absl::Time deadline, Effects& effects)>;
  // Prepares a command and accepts it; `use` gets it, and when it is due, under the lock.
  absl::Status Accept(const Caller& caller, v1::ExecuteRequest request, absl::Time client_deadline,
                      std::shared_ptr<BodyStream> body, UseCommand use);
  absl::StatusOr<PendingCommand*> AcceptLocked(const Principal& principal, std::unique_ptr<PendingCommand> command,
                                               Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Whether a command of that id has been executed before, or may have been.
  bool MayBeDoneLocked(absl::string_view account, absl::string_view request_id) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Why a try is not taken; in the state UNKNOWN when that says nothing about an earlier one.
  absl::Status RefusalLocked(const Principal& principal, absl::string_view request_id, absl::Status reason) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Bodies.
  // Whether the agent can, and may begin a transfer of that request id.
  static absl::Status CheckStreams(const Instance& instance, const std::string& request_id);
  PendingCommand* FindByBodyLocked(absl::string_view account, absl::string_view request_id,
                                   const BodyStream& body) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void HandleTransferLocked(Instance& instance, v1::Transfer step, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status SendStepOf(absl::string_view account, absl::string_view request_id, const BodyStream& body,
                          v1::Transfer step);
  void SendAbortLocked(Instance& instance, const std::string& id, const v1::CommandError& reason, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Tells the agent that a streamed command which it has not answered has ended.
  void AbortBodyLocked(const PendingCommand& command, const v1::CommandError& reason, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Large commands and answers.
  bool PassesApart(const PendingCommand& command, const Instance& instance) const;
  // Puts a command into the line of those whose bodies pass to an instance. RESOURCE_EXHAUSTED when there is no room or
  // the stream takes no frame now, FAILED_PRECONDITION when it is ending.
  absl::Status EnqueueApartLocked(PendingCommand& command, Instance& instance) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // The next of that line begins, unless another is passing. Errors are those of the stream; tried again at each tick.
  absl::Status SendNextApartLocked(Instance& instance) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // A step that concerns a body that passes apart.
  void HandleMessageStepLocked(Instance& instance, PendingCommand& command, v1::Transfer step, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // All of a command was handed to the stream; then, its agent has it.
  void HandedOverLocked(PendingCommand& command, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void TakenLocked(PendingCommand& command, Instance& instance, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Lets the lines go on that a full stream had stopped, and finds another way for those of agents that leave.
  void MoveLinesLocked(Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Ends bodies that an agent has neglected for too long.
  void BreakOffNeglectedLocked(Instance& instance, absl::Time now, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Nothing more of a command leaves: takes it out of the line, and tells the agent when it cannot have come whole.
  void StopSendingLocked(PendingCommand& command, Instance& instance, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // This sending of a command was broken off before its agent could begin it: sends it again, lets it wait, or ends it,
  // as `reason` is.
  void HandleBrokenOffLocked(PendingCommand& command, const absl::Status& reason, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // An outcome has come, and its result is to come apart from it.
  void BeginAnswerLocked(Instance& instance, PendingCommand& command, v1::CommandOutcome header, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status CheckAnswerLocked(const Instance& instance, const PendingCommand& command,
                                 const v1::CommandOutcome& header) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void EndAnswerLocked(PendingCommand& command, Instance* instance, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void CompleteAnswer(absl::string_view account, const BodyStream& body, v1::CommandOutcome outcome);
  // Whatever of the command and its answer passes apart ends here.
  void EndMessagesLocked(PendingCommand& command, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  MessageBodyHooks HooksFor(const PendingCommand& command);

  // Delivery.
  void TransitionLocked(PendingCommand& command, v1::CommandState next, absl::string_view reason, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Gives the command to an instance. UNAVAILABLE when there is none.
  absl::Status DispatchLocked(PendingCommand& command, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status EnqueueWholeLocked(PendingCommand& command, const Instance& instance) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  google::protobuf::Duration TimeLeft(const PendingCommand& command) const;
  // Queues the command's delivery for the first instance of the project that takes it.
  absl::StatusOr<Instance*> EnqueueLocked(PendingCommand& command, const ProjectRecord* record)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Lets the command wait for an agent, as its sender allows; `reason`, which is why it must, when it does not.
  absl::Status HoldLocked(PendingCommand& command, const absl::Status& reason, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status PushLocked(PendingCommand& command, uint64_t order) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status WhyNotSentLocked(const PendingCommand& command) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Whether a command may be sent only after others.
  bool MustWaitLocked(const PendingCommand& command) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Whether a command that waits can only go on when somebody does something.
  bool IsStuckLocked(const PendingCommand& command) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Its instance is gone or leaves: finds another way for the command.
  void RerouteLocked(PendingCommand& command, bool was_sent, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RerouteAllLocked(SessionId session, const std::vector<std::string>& unsent, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // It no longer counts among those of its instance.
  void UnassignLocked(PendingCommand& command, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Sends what waits in the projects where something may have come to move. Last thing under the lock.
  void ReplayLocked(Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ReplayProjectLocked(const ProjectKey& project, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // False when the project takes no more now.
  bool ReplayCommandLocked(PendingCommand& command, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Ends.
  void FinishLocked(PendingCommand& command, v1::CommandStatus status, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void FailLocked(PendingCommand& command, const absl::Status& reason, v1::CommandState state, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Ends a command that no agent is executing, in the state `certain` with `reason`; in UNKNOWN when one may have.
  void GiveUpLocked(PendingCommand& command, const absl::Status& reason, v1::CommandState certain, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ExpireLocked(PendingCommand& command, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Empties the queue of a project; ends what waits anywhere and is `chosen`.
  void DropQueueLocked(const ProjectKey& project, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void EndWaitingLocked(absl::FunctionRef<bool(const PendingCommand&)> chosen, const absl::Status& reason,
                        Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // The queue.
  v1::QueuedCommand DescribeQueuedLocked(const QueuedWrite& write, const QueuedWrite* held_by) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<const QueuedWrite*> FindConflictLocked(const Principal& principal, absl::string_view request_id) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<v1::ResolveConflictResponse> ResolveLocked(const Caller& caller,
                                                            const v1::ResolveConflictRequest& request, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<v1::ResolveConflictResponse> ResendLocked(const Caller& caller, const QueuedWrite& conflict,
                                                           const v1::ResolveConflictRequest& request, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // How far a command of the caller's has come; NOT_FOUND when it is not known (any longer).
  absl::StatusOr<v1::CommandStatus> StatusLocked(const Principal& principal, absl::string_view request_id)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  ProjectRecord* VisibleProjectLocked(const Principal& principal, absl::string_view project_id) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // When a call with that timeout (nullptr: the default) is over; INVALID_ARGUMENT when it is out of bounds.
  absl::StatusOr<absl::Time> DeadlineFor(const google::protobuf::Duration* timeout, absl::Duration shortest,
                                         absl::Time client_deadline) const;

  // Events.
  std::shared_ptr<EventLog> LogOfLocked(absl::string_view account) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void PublishLocked(absl::string_view account, absl::string_view project_id, v1::Event event, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void PublishPresenceLocked(const Instance& instance, v1::Presence::State state, absl::string_view reason,
                             Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void PublishResyncLocked(const ProjectRecord& record, absl::string_view reason, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void PublishProgressLocked(const PendingCommand& command, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void PublishResolvedLocked(const QueuedWrite& conflict, absl::string_view how, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const RelayOptions options_;
  const Clock& clock_;  // of deadlines
  const Clock& wall_;   // of what people see
  RelayObserver nobody_;
  RelayObserver& observer_;

  mutable absl::Mutex mu_;
  bool draining_ ABSL_GUARDED_BY(mu_) = false;
  uint64_t last_nonce_ ABSL_GUARDED_BY(mu_) = 0;
  uint64_t last_transfer_ ABSL_GUARDED_BY(mu_) = 0;
  RoomBook command_room_ ABSL_GUARDED_BY(mu_);  // of large commands
  RoomBook answer_room_ ABSL_GUARDED_BY(mu_);   // of large answers
  absl::Time last_tick_ ABSL_GUARDED_BY(mu_) = absl::InfiniteFuture();
  absl::Time next_session_check_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
  mutable Registry registry_ ABSL_GUARDED_BY(mu_);
  CommandTable commands_ ABSL_GUARDED_BY(mu_);
  MemoryOfflineQueue memory_queue_ ABSL_GUARDED_BY(mu_);
  OfflineQueue* const queue_ ABSL_PT_GUARDED_BY(mu_);
  std::set<ProjectKey> to_replay_ ABSL_GUARDED_BY(mu_);  // where something may have come to move
  std::set<ProjectKey> stalled_ ABSL_GUARDED_BY(mu_);    // where an agent takes no more: tried again at each tick
  std::set<SessionId> lines_ ABSL_GUARDED_BY(mu_);       // whose `to_send` may have something
  absl::flat_hash_map<std::string, std::shared_ptr<EventLog>> logs_ ABSL_GUARDED_BY(mu_);  // by account
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_RELAY_H_
