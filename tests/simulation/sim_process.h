// A simulated process: what it has to do stops with it.
#ifndef SPECRELAY_TESTS_SIMULATION_SIM_PROCESS_H_
#define SPECRELAY_TESTS_SIMULATION_SIM_PROCESS_H_

#include <memory>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "tests/simulation/event_loop.h"

namespace specrelay {

// Its timers, its work and what the network brings it are tasks of this. While it is paused (SIGSTOP, a laptop that
// sleeps) they pile up; when it is killed they are lost. One thread. Owned by shared_ptr: tasks hold it. The loop must
// outlive it.
class SimProcess : public std::enable_shared_from_this<SimProcess> {
 public:
  explicit SimProcess(EventLoop& loop) : loop_(loop) {}

  // Runs `task` in the process after `delay`.
  void Post(absl::Duration delay, EventLoop::Task task) {
    loop_.After(delay, [self = shared_from_this(), task = std::move(task)]() mutable {
      if (self->state_ == State::kRunning) {
        task();
      } else if (self->state_ == State::kPaused) {
        self->missed_.push_back(std::move(task));
      }
    });
  }

  void Pause() {
    if (state_ == State::kRunning) state_ = State::kPaused;
  }

  void Resume() {
    if (state_ != State::kPaused) return;
    state_ = State::kRunning;
    for (EventLoop::Task& task : std::exchange(missed_, {})) Post(absl::ZeroDuration(), std::move(task));
  }

  void Kill() {
    state_ = State::kDead;
    lost_ = std::move(missed_);
  }

  bool running() const { return state_ == State::kRunning; }
  bool paused() const { return state_ == State::kPaused; }
  bool dead() const { return state_ == State::kDead; }
  EventLoop& loop() const { return loop_; }

 private:
  enum class State { kRunning, kPaused, kDead };

  EventLoop& loop_;
  State state_ = State::kRunning;
  std::vector<EventLoop::Task> missed_;
  std::vector<EventLoop::Task> lost_;  // kept, since destroying them is work of the process too
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_SIM_PROCESS_H_
