// What came of sending requests for a while.
#ifndef SPECRELAY_TESTS_BENCH_LOAD_RESULT_H_
#define SPECRELAY_TESTS_BENCH_LOAD_RESULT_H_

#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace specrelay {

struct LoadResult {
  int64_t answered = 0;
  absl::Duration took;
  std::vector<double> latencies_us;  // in the order of the answers; empty where only the rate counts

  double PerSecond() const { return static_cast<double>(answered) / absl::ToDoubleSeconds(took); }
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_LOAD_RESULT_H_
