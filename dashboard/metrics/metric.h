// What is counted while the server works. Counting takes no lock.
#ifndef SPECRELAY_DASHBOARD_METRICS_METRIC_H_
#define SPECRELAY_DASHBOARD_METRICS_METRIC_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/time/time.h"

namespace specrelay {

// Only grows. Thread-safe.
class Counter {
 public:
  void Add(int64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// How long things took, by upper bounds. Thread-safe. What is read while others observe may lack some of their
// latest, but its parts agree.
class Histogram {
 public:
  // `bounds` ascend; what is longer than the last one is counted too.
  explicit Histogram(const std::vector<absl::Duration>& bounds);

  void Observe(absl::Duration duration);

  struct Snapshot {
    std::vector<int64_t> cumulative;  // for each bound, how many were at most so long; then how many there are
    absl::Duration sum;
  };
  Snapshot Read() const;

 private:
  const std::vector<absl::Duration> bounds_;
  const std::unique_ptr<std::atomic<int64_t>[]> counts_;  // one more than there are bounds
  std::atomic<int64_t> sum_ns_{0};
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_METRICS_METRIC_H_
