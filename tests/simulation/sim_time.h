// Clocks, timers and workers of simulated processes.
#ifndef SPECRELAY_TESTS_SIMULATION_SIM_TIME_H_
#define SPECRELAY_TESTS_SIMULATION_SIM_TIME_H_

#include <functional>
#include <memory>
#include <utility>

#include "mcp_agent/link/task_runner.h"
#include "mcp_agent/link/timers.h"
#include "proto/support/clock.h"
#include "tests/simulation/event_loop.h"
#include "tests/simulation/sim_process.h"
#include "tests/simulation/sim_random.h"

namespace specrelay {

// The clock of one machine, which somebody may set.
class SimClock final : public Clock {
 public:
  explicit SimClock(const EventLoop& loop) : loop_(loop) {}
  absl::Time Now() const override { return loop_.Now() + ahead_; }
  void Jump(absl::Duration by) { ahead_ += by; }

 private:
  const EventLoop& loop_;
  absl::Duration ahead_;
};

class SimTimers final : public Timers {
 public:
  explicit SimTimers(std::shared_ptr<SimProcess> process) : process_(std::move(process)) {}

  absl::Time Now() const override { return process_->loop().Now(); }

  std::unique_ptr<Timer> Schedule(absl::Duration delay, std::function<void()> callback) override {
    auto wanted = std::make_shared<bool>(true);
    process_->Post(delay, [wanted, callback = std::move(callback)] {
      if (*wanted) callback();
    });
    return std::make_unique<Pending>(std::move(wanted));
  }

 private:
  class Pending final : public Timer {
   public:
    explicit Pending(std::shared_ptr<bool> wanted) : wanted_(std::move(wanted)) {}
    ~Pending() override { *wanted_ = false; }

   private:
    const std::shared_ptr<bool> wanted_;
  };

  const std::shared_ptr<SimProcess> process_;
};

// Several workers: tasks begin in any order.
class SimRunner final : public TaskRunner {
 public:
  SimRunner(std::shared_ptr<SimProcess> process, SimRandom& random) : process_(std::move(process)), random_(random) {}

  bool TrySubmit(int64_t cost_bytes, Task task) override {
    process_->Post(random_.Between(absl::ZeroDuration(), absl::Milliseconds(3)), std::move(task));
    return true;
  }
  void SubmitUrgent(Task task) override { process_->Post(absl::ZeroDuration(), std::move(task)); }

 private:
  const std::shared_ptr<SimProcess> process_;
  SimRandom& random_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_SIM_TIME_H_
