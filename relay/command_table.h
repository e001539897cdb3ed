// Commands that the relay knows: those under way, and for a while those that have ended.
#ifndef SPECRELAY_RELAY_COMMAND_TABLE_H_
#define SPECRELAY_RELAY_COMMAND_TABLE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/support/command_catalog.h"
#include "relay/agent_session.h"
#include "relay/body_stream.h"
#include "relay/delivery_progress.h"
#include "relay/finished_commands.h"
#include "relay/offline_queue.h"
#include "relay/principal.h"
#include "relay/room_book.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {

// Receives a command's status when it has ended or the wait for it has. Called once, without a lock held.
using CommandCallback = absl::AnyInvocable<void(v1::CommandStatus)>;
using WaiterId = uint64_t;

// A command that has not ended.
struct PendingCommand {
  std::string account;
  std::string request_id;
  std::string project_id;
  Principal sender;   // on whose word it is sent
  int64_t bytes = 0;  // of memory, about
  const CommandInfo* info = nullptr;
  std::shared_ptr<const v1::CommandDelivery> delivery;  // as it is sent, but for the timeout
  v1::OfflinePolicy policy = v1::OFFLINE_POLICY_FAIL;   // QUEUE only for writes
  bool keep_result = false;                             // somebody may ask later: it was submitted or queued

  // By the clock of deadlines.
  absl::Time began;
  absl::Time deadline;                             // set by the table
  absl::Time expires_at = absl::InfiniteFuture();  // when it may be queued: how long
  absl::Duration patience = absl::ZeroDuration();  // when it may be queued: how long an agent may take
  absl::Time accepted_at;                          // by the clock on the wall

  DeliveryProgress progress{absl::InfinitePast()};
  SessionId session = kNoSession;                                     // where it was sent
  std::string agent_instance;                                         // uid of that instance
  std::string agent_id;                                               // of the agent that it was sent to last
  bool changed_agents = false;                                        // one may have executed it, another has it
  int lost_sendings = 0;                                              // to agents that went without an answer
  bool resent = false;                                                // it follows from a conflict
  bool queued = false;                                                // it has a place in the offline queue
  v1::QueueDurability durability = v1::QUEUE_DURABILITY_UNSPECIFIED;  // of that place

  struct Waiter {
    WaiterId id;
    absl::Time deadline;  // of the wait, not of the command
    CommandCallback done;
  };
  std::vector<Waiter> waiters;

  // Who gets the steps of its transfer: the client's call when its content is streamed, so that it can be sent only
  // once; else what moves a large command or answer of the current sending. nullptr: none.
  std::shared_ptr<BodyStream> body;
  bool streamed = false;
  bool answered = false;      // by its agent, to the current sending
  int64_t command_bytes = 0;  // of the serialised command, when it is not streamed
  enum class Passing {
    kWhole,       // in its frame
    kInLine,      // apart: others pass first
    kUnderWay,    // its frame was handed to the stream, and not yet all of its body
    kHandedOver,  // all was; the agent has yet to say that it is whole there
    kOver,        // nothing more leaves, and nothing is waited for
  };
  struct Apart {  // what of the current sending passes apart from its frames
    Passing command = Passing::kWhole;
    std::string command_id;     // its transfer, while under way or handed over
    int64_t granted_bytes = 0;  // of it
    std::string answer_id;      // transfer of the answer; empty: none comes
    int64_t answer_bytes = 0;   // its size
  };
  Apart apart;

  uint64_t number = 0;  // order of acceptance, set by the table

  v1::CommandState state() const { return progress.state(); }
  bool may_queue() const { return policy == v1::OFFLINE_POLICY_QUEUE; }
  // Whether an agent may have all of it, so that it can no longer be taken back.
  bool is_sent() const { return state() == v1::COMMAND_STATE_SENT; }
  ProjectKey project() const { return {account, project_id}; }
  // Whether it has an agent that cannot have all of it yet, so that it has not begun. It is not SENT then.
  bool incomplete() const { return apart.command == Passing::kInLine || apart.command == Passing::kUnderWay; }
};

// Pure bookkeeping, not thread-safe: the relay guards it. Pointers stay valid until the command is taken out.
class CommandTable {
 public:
  struct Limits {
    int pending = 65'536;
    FinishedCommands::Limits finished;
    // Those that were queued: whoever asks for them was away for longer.
    FinishedCommands::Limits finished_queued{10'000, 32 << 20, absl::Hours(24)};
    // Those that wait for an agent without being queued; each may hold the largest file that a command writes.
    RoomBook::Limits held{{1'024, 80 << 20}, {4'096, 160 << 20}, {16'384, 320 << 20}};
  };

  explicit CommandTable(Limits limits)
      : limits_(limits),
        held_room_("the list of commands that wait for the agent", limits.held),
        finished_(limits.finished),
        finished_queued_(limits.finished_queued) {}

  // A command of that account and id that has not ended; nullptr when there is none.
  PendingCommand* FindPending(absl::string_view account, absl::string_view request_id) const;

  // What a command of that account and id ended with; nullptr when it is not known (any longer).
  const v1::CommandStatus* FindFinished(absl::string_view account, absl::string_view request_id) const;

  // Whether another command may be added.
  bool full() const { return static_cast<int>(pending_.size()) >= limits_.pending; }

  // Adds a command whose id is not pending.
  PendingCommand* Add(std::unique_ptr<PendingCommand> command);

  // Takes a command out as if it had never been there.
  void Drop(PendingCommand& command);

  void SetDeadline(PendingCommand& command, absl::Time deadline);

  // Commands that wait for an agent of their project without a place in the offline queue. RESOURCE_EXHAUSTED, naming
  // the bound, when there are too many.
  absl::Status Hold(PendingCommand& command);
  void Unhold(PendingCommand& command);                                  // no effect when it is not held
  std::vector<PendingCommand*> HeldIn(const ProjectKey& project) const;  // in the order of their acceptance

  // Adds somebody who waits for `command`.
  WaiterId AddWaiter(PendingCommand& command, absl::Time deadline, CommandCallback done);

  // Takes one waiter out; an empty callback when it is gone already.
  CommandCallback RemoveWaiter(PendingCommand& command, WaiterId id);

  // Takes a command out and remembers `status` as its end, without the result unless the command says to keep it.
  std::unique_ptr<PendingCommand> Finish(PendingCommand& command, const v1::CommandStatus& status, absl::Time now);

  // Commands whose deadline is not after `now`, earliest deadline first.
  std::vector<PendingCommand*> Due(absl::Time now) const;

  // Takes out the waiters whose own deadline is not after `now`.
  std::vector<std::pair<CommandCallback, v1::CommandStatus>> TakeDueWaiters(absl::Time now);

  // Commands sent to a session, in the order of their acceptance.
  std::vector<PendingCommand*> SentTo(SessionId session) const;

  // Forgets ended commands that are too old.
  void ForgetOld(absl::Time now);

  // Number of the command that was added last.
  uint64_t last_number() const { return last_number_; }

  int pending_count() const { return static_cast<int>(pending_.size()); }
  int finished_count() const { return finished_.count() + finished_queued_.count(); }

  // Ends of commands that were queued.
  const FinishedCommands& finished_queued() const { return finished_queued_; }

  // Calls `visit(PendingCommand&)` for each that has not ended, in no order. It must not change the table.
  template <typename Visit>
  void ForEachPending(const Visit& visit) const {
    for (const auto& [key, command] : pending_) visit(*command);
  }

 private:
  using Key = std::pair<std::string, std::string>;  // account, request id

  std::unique_ptr<PendingCommand> TakeOut(PendingCommand& command);

  const Limits limits_;
  WaiterId last_waiter_ = 0;
  uint64_t last_number_ = 0;
  RoomBook held_room_;
  absl::flat_hash_map<Key, std::unique_ptr<PendingCommand>> pending_;
  absl::btree_map<std::pair<absl::Time, uint64_t>, PendingCommand*> by_deadline_;
  absl::btree_map<std::pair<absl::Time, WaiterId>, PendingCommand*> waits_by_deadline_;
  std::map<ProjectKey, std::map<uint64_t, PendingCommand*>> held_;  // none is empty
  FinishedCommands finished_;
  FinishedCommands finished_queued_;
};

// OK for a command that was applied; why it was not for one that ended otherwise; DEADLINE_EXCEEDED for one that has
// not ended.
absl::Status OutcomeOf(const v1::CommandStatus& status);

// Without what the file held in a conflict: that can be read, and would take others' room.
v1::CommandError WithoutContent(v1::CommandError error);

// How far `command` is, without a result.
v1::CommandStatus DescribePending(const PendingCommand& command);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_COMMAND_TABLE_H_
