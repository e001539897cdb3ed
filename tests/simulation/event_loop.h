// Simulated time: everything that happens in a simulation is a task of one queue.
#ifndef SPECRELAY_TESTS_SIMULATION_EVENT_LOOP_H_
#define SPECRELAY_TESTS_SIMULATION_EVENT_LOOP_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"

namespace specrelay {

// Tasks in the order of their times, and of their arrival where times are equal. One thread.
class EventLoop {
 public:
  using Task = absl::AnyInvocable<void()>;

  absl::Time Now() const { return now_; }

  // The same without leaps: what is to be compared with times from before one.
  absl::Time NowWithoutLeaps() const { return now_ - leapt_; }

  // Runs `task` after `delay`; a negative one counts as none.
  void After(absl::Duration delay, Task task) {
    tasks_.emplace(Key{now_ + std::max(delay, absl::ZeroDuration()), ++last_number_}, std::move(task));
  }

  // Runs the next task that is due until `until`; false, and it is `until`, when there is none.
  bool RunNext(absl::Time until) {
    if (tasks_.empty() || tasks_.begin()->first.first > until) {
      now_ = std::max(now_, until);
      return false;
    }
    now_ = tasks_.begin()->first.first;
    Task task = std::move(tasks_.begin()->second);
    tasks_.erase(tasks_.begin());
    task();
    return true;
  }

  // Hours in which nothing happens: what is due in a second is due in a second from then.
  void Leap(absl::Duration by) {
    now_ += by;
    leapt_ += by;
    std::map<Key, Task> later;
    for (auto& [key, task] : tasks_) later.emplace_hint(later.end(), Key{key.first + by, key.second}, std::move(task));
    tasks_ = std::move(later);
  }

  // Drops what has not run.
  void Clear() { tasks_.clear(); }

 private:
  using Key = std::pair<absl::Time, uint64_t>;

  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  absl::Duration leapt_;
  uint64_t last_number_ = 0;
  std::map<Key, Task> tasks_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_EVENT_LOOP_H_
