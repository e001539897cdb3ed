// Time as a dependency, so that policy can be tested without waiting.
#ifndef SPECRELAY_PROTO_SUPPORT_CLOCK_H_
#define SPECRELAY_PROTO_SUPPORT_CLOCK_H_

#include <chrono>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace specrelay {

// Source of the current time. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

// Runs on evenly whatever is done to the machine's clock: for deadlines. What it tells is that clock's time at
// construction and what has passed since, so after a jump it is another time than the machine's.
class SteadyClock final : public Clock {
 public:
  absl::Time Now() const override {
    return began_ + absl::FromChrono(std::chrono::steady_clock::now() - steady_began_);
  }

 private:
  const absl::Time began_ = absl::Now();
  const std::chrono::steady_clock::time_point steady_began_ = std::chrono::steady_clock::now();
};

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_CLOCK_H_
