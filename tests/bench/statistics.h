// Medians and percentiles of a few values. Thread-safe.
#ifndef SPECRELAY_TESTS_BENCH_STATISTICS_H_
#define SPECRELAY_TESTS_BENCH_STATISTICS_H_

#include <vector>

namespace specrelay {

// The value that `share` (0 to 1) of all values do not exceed: the nearest rank, so it is one that was measured. 0 of
// nothing.
double Percentile(std::vector<double> values, double share);

// The middle value, or the mean of the two in the middle. 0 of nothing.
double Median(std::vector<double> values);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_STATISTICS_H_
