// The agent's end of the connection between one project and the relay.
#ifndef SPECRELAY_MCP_AGENT_LINK_RELAY_LINK_H_
#define SPECRELAY_MCP_AGENT_LINK_RELAY_LINK_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/random/bit_gen_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/link/backoff.h"
#include "mcp_agent/link/body_line.h"
#include "mcp_agent/link/delivered_commands.h"
#include "mcp_agent/link/inline_budget.h"
#include "mcp_agent/link/message_inbox.h"
#include "mcp_agent/link/outbound_frames.h"
#include "mcp_agent/link/relay_stream.h"
#include "mcp_agent/link/task_runner.h"
#include "mcp_agent/link/timers.h"
#include "proto/support/body_transfer.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

enum class LinkState {
  kDisconnected,  // waits before the next attempt
  kConnecting,    // reaches for the relay
  kRegistering,   // Register is on its way, Welcome has not come
  kConnected,     // takes commands
  kDraining,      // ends what has begun, then says goodbye
  kStopped,       // for good
};
absl::string_view LinkStateName(LinkState state);

struct RelayLinkOptions {
  v1::Register registration;                           // the first
  absl::Duration welcome_timeout = absl::Seconds(10);  // from the start of an attempt
  absl::Duration drain_timeout = absl::Seconds(9);     // for commands that have begun
  absl::Duration goodbye_timeout = absl::Seconds(1);   // for the relay to end the stream after Goodbye
  BackoffOptions backoff;
  OutboundLimits outbound;
  int64_t max_whole_bytes = kMaxWholeBytes;  // answers of more pass in parts where the relay takes that
};

// All must outlive the link, and `runner` must have run its tasks before they go.
struct RelayLinkDependencies {
  RelayConnector* connector;
  Timers* timers;
  TaskRunner* runner;
  std::function<absl::StatusOr<std::string>()> api_key;  // asked for each attempt, on `runner`
  // On `runner`, several at a time. The receiver gets the outcome once, during the call or later, on any thread.
  std::function<void(const v1::CommandDelivery&, absl::AnyInvocable<void(v1::CommandOutcome)>)> execute;
  // Nobody waits for the outcomes of these request ids any longer, for this reason; a command of theirs that only waits
  // ends now.
  std::function<void(const std::vector<std::string>&, const absl::Status&)> cancel;
  // Calls back once, not inside the call, with the state of all files that the changes reported so far have led to, and
  // not while OnChanges() is being called. When it fails, or is destroyed without an answer, nothing comes.
  std::function<absl::Status(std::function<void(std::vector<v1::FileState>)>)> snapshot;
  absl::BitGenRef random;  // used by the link alone
  // Something changed that people should know: connected, or not and why; repeated failures are told once. Like
  // `on_welcome`, which gets what the relay says of itself, called with no lock held, and may be left out.
  std::function<void(LinkState, absl::string_view reason)> on_state = nullptr;
  std::function<void(const v1::Welcome&)> on_welcome = nullptr;
  // As `execute`, for a command whose body comes or goes in parts. Left out: such commands are refused.
  std::function<void(const v1::CommandDelivery&, std::shared_ptr<BodyLine>,
                     absl::AnyInvocable<void(v1::CommandOutcome)>)>
      execute_streamed = nullptr;
  // Whether a command without a body, one that reads, probably takes so little that the thread that reads the stream
  // may execute it, as long as that proves true (InlineBudget); it must not wait for another machine. Called with the
  // lock held, must not block. Left out: none does.
  std::function<bool(const v1::CommandDelivery&)> is_quick = nullptr;
  // Executes such a command, on that thread, one at a time. Nothing when it takes long after all; `execute` gets it
  // then.
  std::function<absl::optional<v1::CommandOutcome>(const v1::CommandDelivery&)> execute_quickly = nullptr;
};

// Keeps a stream to the relay open: registers, answers pings, comes back after a loss with backoff, hands commands to
// the runner, or executes them at once if they are quick, and sends their outcomes, sends file changes and on request
// the hashes of the whole tree. A stream's commands that have not begun are forgotten when it ends, and outcomes that
// come later are dropped: the relay has told their senders.
//
// Thread-safe. Owned by shared_ptr; streams, timers and tasks under way hold it too. Stop() and then WaitStopped()
// before the dependencies go. Dependencies are called without the lock, except for timers and the runner's submit
// functions.
class RelayLink final : public RelayStreamHandler, public std::enable_shared_from_this<RelayLink> {
 public:
  RelayLink(RelayLinkOptions options, RelayLinkDependencies dependencies);

  // Makes the first attempt at once.
  void Start() ABSL_LOCKS_EXCLUDED(mu_);

  // Files have changed, in this order; `missed_reason`, when not empty, says why earlier changes may be missing.
  // Dropped while no stream is open: the relay asks for the whole state of a new one.
  void OnChanges(std::vector<v1::FileChanged> changes, absl::string_view missed_reason) ABSL_LOCKS_EXCLUDED(mu_);

  // A job came further. Dropped while no stream is open: the job's history has how it ended.
  void ReportProgress(v1::JobProgress report) ABSL_LOCKS_EXCLUDED(mu_);

  // Introduces the agent anew, as when its policy has changed: ends the stream as after a Drain and comes back at once.
  void Reregister(v1::Register registration) ABSL_LOCKS_EXCLUDED(mu_);

  // Leaves for good: refuses new commands, waits for those that have begun (drain_timeout), says goodbye. Returns at
  // once. Idempotent.
  void Stop(absl::string_view reason) ABSL_LOCKS_EXCLUDED(mu_);

  // True once stopped; false when that has not come about after `timeout`.
  bool WaitStopped(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mu_);

  LinkState state() const ABSL_LOCKS_EXCLUDED(mu_);

  // For the stream.
  NextWrite OnWritable(v1::AgentFrame& frame) override ABSL_LOCKS_EXCLUDED(mu_);
  void OnFrame(v1::RelayFrame frame, absl::Time read_at) override ABSL_LOCKS_EXCLUDED(mu_);
  void OnClosed(absl::Status status) override ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // What is to be done once the lock is released.
  struct Effects {
    std::vector<std::function<void()>> logs;
    std::vector<std::function<void()>> news;  // for the observers
    std::shared_ptr<RelayStream> wake;
    std::shared_ptr<RelayStream> cancel;
    std::shared_ptr<RelayStream> release;  // may be the last reference
    std::vector<DeliveryToken> quick;      // commands for this thread
    bool take_snapshot = false;
    std::vector<std::string> cancelled_commands;
    absl::Status cancelled_because;
    std::vector<std::pair<std::shared_ptr<BodyLine>, v1::Transfer>> steps;                 // have come
    std::vector<std::shared_ptr<BodyLine>> broken;                                         // for the reason above
    std::vector<std::pair<std::shared_ptr<IncomingCommand>, v1::Transfer>> message_steps;  // have come
    std::vector<std::shared_ptr<const void>> dropped;  // what is large is not freed under the lock

    void Drop(MessageInbox::Dropped commands) {
      for (auto& command : commands) dropped.push_back(std::move(command));
    }
  };
  void Run(Effects& effects) ABSL_LOCKS_EXCLUDED(mu_);

  using TimerHandler = void (RelayLink::*)(Effects&);

  void TransitionTo(LinkState next, absl::string_view reason, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void ArmLocked(absl::Duration delay, TimerHandler handler) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void CancelStreamLocked(absl::string_view reason, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Attempts.
  void Connect() ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<std::shared_ptr<RelayStream>> NewStream();
  void AttemptEndedLocked(const absl::Status& status, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void SayRefusalLocked(const absl::Status& status, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // What timers do.
  void RetryLocked(Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void WelcomeOverdueLocked(Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void CheckHeartbeatLocked(Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void DrainOverdueLocked(Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void GoodbyeOverdueLocked(Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Frames.
  void HandleFrameLocked(v1::RelayFrame& frame, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void HandleWelcomeLocked(const v1::Welcome& welcome, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void HandleCommandLocked(v1::CommandDelivery delivery, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void HandleCancelLocked(const std::string& request_id, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void HandleTransferLocked(v1::Transfer step, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void BeginMessageLocked(v1::CommandDelivery header, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void TakeMessageStep(const std::shared_ptr<IncomingCommand>& command, v1::Transfer step) ABSL_LOCKS_EXCLUDED(mu_);
  void SendStepLocked(v1::Transfer step, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void HandleStateRequestLocked(uint64_t nonce, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Commands.
  // The outcome with its result apart, when it is large and the relay takes that. Drops a result that has no room.
  absl::optional<ApartOutcome> SetApartIfLarge(DeliveryToken token, bool is_write, v1::CommandOutcome& outcome)
      ABSL_LOCKS_EXCLUDED(mu_);
  void OnOutcome(DeliveryToken token, v1::CommandOutcome outcome, bool is_write) ABSL_LOCKS_EXCLUDED(mu_);
  // Sends a step of a command's body; dropped when the command has ended.
  void SendStep(DeliveryToken token, v1::Transfer step) ABSL_LOCKS_EXCLUDED(mu_);
  // Sends the outcome of a command, whose result may be in `apart`.
  void EndCommand(DeliveryToken token, v1::CommandOutcome outcome, absl::optional<ApartOutcome> apart, bool is_write)
      ABSL_LOCKS_EXCLUDED(mu_);
  void RunCommand(DeliveryToken token) ABSL_LOCKS_EXCLUDED(mu_);
  void RunQuickly(DeliveryToken token) ABSL_LOCKS_EXCLUDED(mu_);
  // Has the runner execute a command that waits, or refuses it.
  void SubmitLocked(DeliveryToken token, const std::string& request_id, int64_t cost_bytes, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  std::unique_ptr<v1::CommandDelivery> BeginCommand(DeliveryToken token) ABSL_LOCKS_EXCLUDED(mu_);
  DeliveryToken AddCommandLocked(v1::CommandDelivery delivery) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RefuseLocked(absl::string_view request_id, const absl::Status& status, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Refuses a command because the agent leaves: the relay may give it to another.
  void GiveBackLocked(absl::string_view request_id, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void SendOutcomeLocked(v1::CommandOutcome outcome, bool is_write, Effects& effects)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  void TakeSnapshot() ABSL_LOCKS_EXCLUDED(mu_);
  void OnSnapshot(absl::StatusOr<std::vector<v1::FileState>> files) ABSL_LOCKS_EXCLUDED(mu_);

  void BeginDrainLocked(absl::string_view reason, Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void SayGoodbyeIfDoneLocked(Effects& effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  bool IsStoppedLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return state_ == LinkState::kStopped; }

  const RelayLinkOptions options_;
  const RelayLinkDependencies dependencies_;

  mutable absl::Mutex mu_;
  v1::Register registration_ ABSL_GUARDED_BY(mu_);
  LinkState state_ ABSL_GUARDED_BY(mu_) = LinkState::kDisconnected;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::string leaving_reason_ ABSL_GUARDED_BY(mu_);
  Backoff backoff_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<Timers::Timer> timer_ ABSL_GUARDED_BY(mu_);  // the one timeout of the current state
  int64_t timer_number_ ABSL_GUARDED_BY(mu_) = 0;              // tells a late call from the current timer's
  std::string last_loss_ ABSL_GUARDED_BY(mu_);                 // reason that was logged last, until connected

  // Of the current stream.
  std::shared_ptr<RelayStream> stream_ ABSL_GUARDED_BY(mu_);
  std::string cancel_reason_ ABSL_GUARDED_BY(mu_);  // why the link itself ended it
  bool drained_ ABSL_GUARDED_BY(mu_) = false;       // the relay asked to leave
  absl::Duration retry_after_ ABSL_GUARDED_BY(mu_);
  absl::Duration heartbeat_interval_ ABSL_GUARDED_BY(mu_);
  absl::Time last_heard_ ABSL_GUARDED_BY(mu_);
  absl::Time last_read_ ABSL_GUARDED_BY(mu_);  // the message that the last frame came in
  OutboundFrames outbound_ ABSL_GUARDED_BY(mu_);
  DeliveredCommands commands_ ABSL_GUARDED_BY(mu_);
  InlineBudget inline_budget_ ABSL_GUARDED_BY(mu_);
  MessageInbox messages_ ABSL_GUARDED_BY(mu_);
  bool takes_messages_ ABSL_GUARDED_BY(mu_) = false;  // the relay; it said so in Welcome
  ChunkEncoding encoding_ ABSL_GUARDED_BY(mu_) = ChunkEncoding::kPlain;
  uint64_t last_transfer_ ABSL_GUARDED_BY(mu_) = 0;
  bool drops_logged_ ABSL_GUARDED_BY(mu_) = false;
  absl::optional<uint64_t> state_nonce_ ABSL_GUARDED_BY(mu_);  // of the StateRequest to answer
  bool snapshot_pending_ ABSL_GUARDED_BY(mu_) = false;         // at most one, whatever the stream
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_RELAY_LINK_H_
