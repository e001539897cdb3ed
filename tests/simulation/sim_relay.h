// The relay of a simulation, which crashes, restarts and drains when told to.
#ifndef SPECRELAY_TESTS_SIMULATION_SIM_RELAY_H_
#define SPECRELAY_TESTS_SIMULATION_SIM_RELAY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "relay/relay.h"
#include "tests/simulation/delivery_record.h"
#include "tests/simulation/event_loop.h"
#include "tests/simulation/sim_connection.h"
#include "tests/simulation/sim_process.h"
#include "tests/simulation/sim_random.h"
#include "tests/simulation/sim_time.h"

namespace specrelay {

// One process after the other. One thread. What ended processes leave behind is kept until the end, since tasks may
// still name it. The arguments must outlive it.
class SimRelay {
 public:
  // Commands and answers of more than `max_whole_bytes` pass in parts.
  SimRelay(EventLoop& loop, SimRandom& random, DeliveryRecord& record, int64_t max_whole_bytes)
      : loop_(loop),
        random_(random),
        record_(record),
        max_whole_bytes_(max_whole_bytes),
        steady_clock_(loop),
        wall_clock_(loop) {}

  // What its queue takes: little, so that the bounds are met.
  static RoomBook::Limits QueueLimits();
  static constexpr absl::Duration kQueueKeep = absl::Hours(24);

  void Start();
  void Crash();
  // As SIGTERM: asks the agents to go, ends when commands have, starts again.
  void DrainAndRestart();

  bool running() const { return current_ != nullptr && current_->process->running(); }
  // These do nothing while it is down.
  void Pause();
  void Resume();
  // Sets its machine's clock, which deadlines do not go by.
  void Jump(absl::Duration by) { wall_clock_.Jump(by); }

  // A call to the relay: `serve` runs in its process, with its clock of deadlines, unless the way there or the process
  // fails. Then, and whenever the process ends before `ended` is true, `failed` runs, on the caller's side.
  struct Call {
    std::function<void(Relay&, const Clock&)> serve;
    std::function<void()> failed;
    std::shared_ptr<bool> ended;
  };
  void Send(Call call);

  // A stream for an agent; nobody answers while the relay is down.
  std::shared_ptr<SimConnection> Connect(std::shared_ptr<SimProcess> agent, SimDialect dialect,
                                         std::shared_ptr<RelayStreamHandler> handler);

  // The relay now; nullptr when down.
  Relay* relay() { return current_ == nullptr ? nullptr : current_->relay.get(); }
  int starts() const { return starts_; }
  int64_t max_whole_bytes() const { return max_whole_bytes_; }
  // How often it has let time pass.
  int64_t ticks() const { return ticks_; }

 private:
  struct Life {
    std::shared_ptr<SimProcess> process;
    std::unique_ptr<Relay> relay;
    std::vector<std::weak_ptr<SimConnection>> connections;
    std::vector<Call> calls;
  };

  void Tick(const std::shared_ptr<SimProcess>& process, Relay* relay);

  EventLoop& loop_;
  SimRandom& random_;
  DeliveryRecord& record_;
  const int64_t max_whole_bytes_;
  const SimClock steady_clock_;
  SimClock wall_clock_;
  int starts_ = 0;
  int64_t ticks_ = 0;
  std::unique_ptr<Life> current_;
  std::vector<std::unique_ptr<Life>> ended_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_SIM_RELAY_H_
