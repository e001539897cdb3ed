// Bounds how many requests may hold a thread for long.
#ifndef SPECRELAY_DASHBOARD_API_WAIT_SLOTS_H_
#define SPECRELAY_DASHBOARD_API_WAIT_SLOTS_H_

#include <atomic>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace specrelay {

// Thread-safe. Must outlive the slots it gave.
class WaitSlots {
 public:
  explicit WaitSlots(int limit) : limit_(limit) {}

  WaitSlots(const WaitSlots&) = delete;
  WaitSlots& operator=(const WaitSlots&) = delete;

  // The right to wait, given back on destruction. Movable.
  class Slot {
   public:
    Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (slots_ != nullptr) --slots_->taken_;
    }

   private:
    friend class WaitSlots;
    explicit Slot(WaitSlots* slots) : slots_(slots) {}

    WaitSlots* slots_;
  };

  // RESOURCE_EXHAUSTED when as many wait as may.
  absl::StatusOr<Slot> Take() {
    if (++taken_ <= limit_) return Slot(this);
    --taken_;
    return absl::ResourceExhaustedError("too many requests wait already; ask again in a moment");
  }

  int taken() const { return taken_; }

 private:
  const int limit_;
  std::atomic<int> taken_{0};
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_WAIT_SLOTS_H_
