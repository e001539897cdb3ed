#ifndef SPECRELAY_DASHBOARD_EVENTS_TESTING_RECORDING_OBSERVER_H_
#define SPECRELAY_DASHBOARD_EVENTS_TESTING_RECORDING_OBSERVER_H_

#include <cstdint>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "dashboard/events/event_stream.h"

namespace specrelay {

// Remembers what it is told. Thread-safe.
class RecordingObserver final : public EventStreamObserver {
 public:
  void OnSent(int events, int64_t bytes) override {
    absl::MutexLock lock(&mu_);
    sent_ += events;
  }
  void OnLagged() override {
    absl::MutexLock lock(&mu_);
    ++lagged_;
  }
  void OnEnded(StreamEnd end) override {
    absl::MutexLock lock(&mu_);
    ends_.push_back(end);
  }

  int sent() const {
    absl::MutexLock lock(&mu_);
    return sent_;
  }
  int lagged() const {
    absl::MutexLock lock(&mu_);
    return lagged_;
  }
  std::vector<StreamEnd> ends() const {
    absl::MutexLock lock(&mu_);
    return ends_;
  }

 private:
  mutable absl::Mutex mu_;
  int sent_ ABSL_GUARDED_BY(mu_) = 0;
  int lagged_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<StreamEnd> ends_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_EVENTS_TESTING_RECORDING_OBSERVER_H_
