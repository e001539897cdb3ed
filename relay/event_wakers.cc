#include "relay/event_wakers.h"

#include <utility>

namespace specrelay {

void EventWakers::Add(std::weak_ptr<EventWaker> waker) {
  absl::MutexLock lock(&mu_);
  wakers_.push_back(std::move(waker));
}

void EventWakers::WakeAll() {
  std::vector<std::shared_ptr<EventWaker>> awake;
  {
    absl::MutexLock lock(&mu_);
    awake.reserve(wakers_.size());
    size_t kept = 0;
    for (std::weak_ptr<EventWaker>& entry : wakers_) {
      std::shared_ptr<EventWaker> waker = entry.lock();
      if (waker == nullptr) continue;
      awake.push_back(std::move(waker));
      wakers_[kept++].swap(entry);
    }
    wakers_.resize(kept);
  }
  for (const std::shared_ptr<EventWaker>& waker : awake) waker->Wake();
}

}  // namespace specrelay
