// A client of a simulation: sends commands, again when it must, until each has ended.
#ifndef SPECRELAY_TESTS_SIMULATION_SIM_CLIENT_H_
#define SPECRELAY_TESTS_SIMULATION_SIM_CLIENT_H_

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "specrelay/v1/relay.pb.h"
#include "tests/simulation/delivery_record.h"
#include "tests/simulation/event_loop.h"
#include "tests/simulation/operation.h"
#include "tests/simulation/sim_random.h"
#include "tests/simulation/sim_relay.h"

namespace specrelay {

// Does what the documentation asks of clients: it sends a command whose outcome it does not know again, under the same
// request id; asks what became of one that was queued, or takes it back; and decides about its conflicts. That the
// relay was restarted it knows at once, as a browser does by the cursor of its events. One thread. The arguments must
// outlive it, and it the loop's tasks.
class SimClient {
 public:
  SimClient(EventLoop& loop, SimRandom& random, SimRelay& relay, DeliveryRecord& record)
      : loop_(loop), random_(random), relay_(relay), record_(record) {}

  // Begins an operation; its `done` is called once, when it has ended.
  void Begin(Operation operation);

  // Looks at the queue of a project again and again.
  void WatchQueue(const std::string& project_id);

  const std::deque<Operation>& operations() const { return operations_; }
  int unfinished() const { return unfinished_; }

  // What went wrong with the promises of a call itself, for people.
  const std::vector<std::string>& violations() const { return violations_; }

 private:
  using Answer = absl::StatusOr<v1::CommandStatus>;
  // Hash of the version that a write replaces; nothing when it replaces whatever is there.
  using Base = absl::optional<std::string>;
  // One call to the relay.
  struct Call {
    std::string about;
    std::function<void(Relay&, const Clock&, const std::function<void(Answer)>&)> serve;
    std::function<void(const Answer&)> answered;
    std::function<void()> lost;  // nobody knows what became of it
    std::shared_ptr<bool> ended = std::make_shared<bool>(false);
    int answers = 0;
  };

  // sim_client.cc: sending.
  void Make(Call call);
  void OnReply(const std::shared_ptr<Call>& call, Answer answer);
  void OnLost(const std::shared_ptr<Call>& call);
  void Send(Operation& operation);
  void SendLater(Operation& operation, absl::Duration least, absl::Duration most);
  void OnOutcome(Operation& operation, const Answer& answer);
  void OnFailure(Operation& operation, v1::CommandState state, const absl::Status& reason);
  void OnRefusal(Operation& operation, const absl::Status& reason);
  void OnUnknown(Operation& operation);
  void End(Operation& operation, Operation::End end, std::string reason);

  // sim_client_queue.cc: what is queued.
  void OnQueued(Operation& operation);
  void Follow(Operation& operation, absl::Duration least, absl::Duration most);
  void Ask(Operation& operation);
  void TakeBack(Operation& operation);
  void OnTakenBack(Operation& operation, const std::string& reason);
  void TryAgainAfterAll(const Operation& operation);
  void OnKept(Operation& operation, const absl::Status& reason);
  Answer ReadConflict(const Operation& operation, Relay& relay);
  void Decide(Operation& operation, const Base& known);
  void Discard(Operation& operation);
  void Resend(Operation& operation, const Base& known, const Base& named);
  void GoOnAs(Operation& operation, const std::string& request_id, const Base& base);
  void LookAtQueue(const std::string& project_id, Relay& relay);

  EventLoop& loop_;
  SimRandom& random_;
  SimRelay& relay_;
  DeliveryRecord& record_;
  std::deque<Operation> operations_;  // never moved, since calls name them
  int unfinished_ = 0;
  std::vector<std::string> violations_;
};

// Whom the relay takes clients for.
Caller SimCaller();

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_SIM_CLIENT_H_
