// Mean, median and percentiles of durations. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_ANALYTICS_DURATIONS_H_
#define SPECRELAY_MCP_AGENT_ANALYTICS_DURATIONS_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

#include "absl/time/time.h"

namespace specrelay {

// Milliseconds from `start` to `end`; 0 when clocks that disagreed let it seem negative.
inline double MillisecondsBetween(absl::Time start, absl::Time end) {
  return std::max(0.0, absl::ToDoubleMilliseconds(end - start));
}

// The functions below need at least one value.

inline double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Of an even number of values the mean of the two in the middle.
inline double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// The smallest value that `share` (over 0, at most 1) of all values do not exceed.
inline double Percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::max<size_t>(rank, 1) - 1];
}

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_ANALYTICS_DURATIONS_H_
