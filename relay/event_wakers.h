// Those who want to be told that there may be something to read.
#ifndef SPECRELAY_RELAY_EVENT_WAKERS_H_
#define SPECRELAY_RELAY_EVENT_WAKERS_H_

#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace specrelay {

// Is told that there may be something to read. Implemented by watch streams.
class EventWaker {
 public:
  virtual ~EventWaker() = default;
  // Called on any thread, without a lock of the relay held; never concurrently with itself is not promised.
  virtual void Wake() = 0;
};

// Thread-safe.
class EventWakers {
 public:
  // Is woken while it lives; expired ones are forgotten.
  void Add(std::weak_ptr<EventWaker> waker);

  // Not under a lock.
  void WakeAll();

 private:
  absl::Mutex mu_;
  std::vector<std::weak_ptr<EventWaker>> wakers_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_EVENT_WAKERS_H_
