// Commands that the relay knows: those under way, and for a while those that have ended.
#ifndef SPECRELAY_RELAY_COMMAND_TABLE_H_
#define SPECRELAY_RELAY_COMMAND_TABLE_H_

#include <cstdint>
#include <list>
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
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {

// Receives a command's status when it has ended or the wait for it has. Called once, without a lock held.
using CommandCallback = absl::AnyInvocable<void(v1::CommandStatus)>;
using WaiterId = uint64_t;

// A command under way.
struct PendingCommand {
  std::string account;
  std::string request_id;
  std::string project_id;
  const CommandInfo* info = nullptr;
  v1::CommandDelivery delivery;  // as it is sent
  absl::Time accepted_at;
  absl::Time updated_at;
  absl::Time deadline;
  v1::CommandState state = v1::COMMAND_STATE_ACCEPTED;
  SessionId session = kNoSession;  // where it was sent
  std::string agent_instance;      // uid of that instance
  bool keep_result = false;        // somebody may ask later: it was submitted

  struct Waiter {
    WaiterId id;
    absl::Time deadline;  // of the wait, not of the command
    CommandCallback done;
  };
  std::vector<Waiter> waiters;

  uint64_t number = 0;  // order of acceptance, set by the table
};

// Pure bookkeeping, not thread-safe: the relay guards it. Pointers stay valid until the command is taken out.
class CommandTable {
 public:
  struct Limits {
    int pending = 65'536;
    int finished = 10'000;
    int64_t finished_bytes = 32 << 20;
    absl::Duration keep_finished = absl::Minutes(10);
  };

  explicit CommandTable(Limits limits) : limits_(limits) {}

  // A command of that account and id under way; nullptr when there is none.
  PendingCommand* FindPending(absl::string_view account, absl::string_view request_id);

  // What a command of that account and id ended with; nullptr when it is not known (any longer).
  const v1::CommandStatus* FindFinished(absl::string_view account, absl::string_view request_id) const;

  // Whether another command may be added.
  bool full() const { return static_cast<int>(pending_.size()) >= limits_.pending; }

  // Adds a command whose id is not pending.
  PendingCommand* Add(std::unique_ptr<PendingCommand> command);

  // Adds somebody who waits for `command`.
  WaiterId AddWaiter(PendingCommand& command, absl::Time deadline, CommandCallback done);

  // Takes one waiter out; an empty callback when it is gone already.
  CommandCallback RemoveWaiter(PendingCommand& command, WaiterId id);

  // Takes a command out and remembers `status` as its end, without the result unless the command says to keep it.
  std::unique_ptr<PendingCommand> Finish(PendingCommand& command, const v1::CommandStatus& status);

  // Commands whose deadline is not after `now`, earliest deadline first.
  std::vector<PendingCommand*> Due(absl::Time now) const;

  // Takes out the waiters whose own deadline is not after `now`.
  std::vector<std::pair<CommandCallback, v1::CommandStatus>> TakeDueWaiters(absl::Time now);

  // Commands sent to a session, in the order of their acceptance.
  std::vector<PendingCommand*> SentTo(SessionId session) const;

  // Forgets ended commands that are too old.
  void ForgetOld(absl::Time now);

  int pending_count() const { return static_cast<int>(pending_.size()); }
  int finished_count() const { return static_cast<int>(finished_.size()); }

 private:
  using Key = std::pair<std::string, std::string>;  // account, request id
  struct Finished {
    Key key;
    absl::Time at;
    v1::CommandStatus status;
    int64_t bytes;
  };

  void ForgetOldest();

  void Remember(Key key, v1::CommandStatus status);

  const Limits limits_;
  WaiterId last_waiter_ = 0;
  uint64_t last_number_ = 0;
  absl::flat_hash_map<Key, std::unique_ptr<PendingCommand>> pending_;
  absl::btree_map<std::pair<absl::Time, uint64_t>, PendingCommand*> by_deadline_;
  // Only waiters who give up before their command's own deadline.
  absl::btree_map<std::pair<absl::Time, WaiterId>, PendingCommand*> waits_by_deadline_;
  std::list<Finished> finished_order_;  // oldest first
  absl::flat_hash_map<Key, std::list<Finished>::iterator> finished_;
  int64_t finished_bytes_ = 0;
};

// OK for a command that was applied; why it was not for one that ended otherwise; DEADLINE_EXCEEDED for one that has
// not ended.
absl::Status OutcomeOf(const v1::CommandStatus& status);

// How far `command` is, without a result.
v1::CommandStatus DescribePending(const PendingCommand& command);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_COMMAND_TABLE_H_
