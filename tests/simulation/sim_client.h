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
#include "tests/simulation/event_loop.h"
#include "tests/simulation/operation.h"
#include "tests/simulation/sim_random.h"
#include "tests/simulation/sim_relay.h"

namespace specrelay {

// Does what the documentation asks of clients: it sends a command whose outcome it does not know again, under the same
// request id. One thread. The arguments must outlive it, and it the loop's tasks.
class SimClient {
 public:
  SimClient(EventLoop& loop, SimRandom& random, SimRelay& relay) : loop_(loop), random_(random), relay_(relay) {}

  // Begins an operation; `done` is called once, when it has ended.
  void Begin(Operation operation, std::function<void(const Operation&)> done = nullptr);

  const std::deque<Operation>& operations() const { return operations_; }
  int unfinished() const { return unfinished_; }

  // What went wrong with the promises of a call itself, for people.
  const std::vector<std::string>& violations() const { return violations_; }

 private:
  struct Try;

  void Send(Operation& operation, const std::function<void(const Operation&)>& done);
  void Serve(const std::shared_ptr<Try>& attempt, Relay& relay, const Clock& clock);
  void Answer(const std::shared_ptr<Try>& attempt, absl::StatusOr<v1::CommandStatus> answer);
  // Nobody knows what became of the try.
  void OnLost(const std::shared_ptr<Try>& attempt);
  void OnAnswer(const std::shared_ptr<Try>& attempt, const absl::StatusOr<v1::CommandStatus>& answer);
  void OnRefusal(const std::shared_ptr<Try>& attempt, const absl::Status& reason);
  void End(const std::shared_ptr<Try>& attempt, Operation::End end, std::string reason);

  EventLoop& loop_;
  SimRandom& random_;
  SimRelay& relay_;
  std::deque<Operation> operations_;  // never moved, since tries name them
  int unfinished_ = 0;
  std::vector<std::string> violations_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_SIM_CLIENT_H_
