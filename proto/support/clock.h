// Time as a dependency, so that policy can be tested without waiting.
#ifndef SPECRELAY_PROTO_SUPPORT_CLOCK_H_
#define SPECRELAY_PROTO_SUPPORT_CLOCK_H_

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

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_CLOCK_H_
