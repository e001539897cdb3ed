#include "dashboard/metrics/metric.h"

#include <algorithm>

namespace specrelay {

Histogram::Histogram(const std::vector<absl::Duration>& bounds)
    : bounds_(bounds), counts_(std::make_unique<std::atomic<int64_t>[]>(bounds.size() + 1)) {
  for (size_t i = 0; i <= bounds_.size(); ++i) counts_[i] = 0;
}

void Histogram::Observe(absl::Duration duration) {
  const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), duration);
  counts_[bound - bounds_.begin()].fetch_add(1, std::memory_order_relaxed);
  sum_ns_.fetch_add(absl::ToInt64Nanoseconds(duration), std::memory_order_relaxed);
}

Histogram::Snapshot Histogram::Read() const {
  Snapshot snapshot;
  int64_t count = 0;
  for (size_t i = 0; i <= bounds_.size(); ++i) {
    count += counts_[i].load(std::memory_order_relaxed);
    snapshot.cumulative.push_back(count);
  }
  snapshot.sum = absl::Nanoseconds(sum_ns_.load(std::memory_order_relaxed));
  return snapshot;
}

}  // namespace specrelay
