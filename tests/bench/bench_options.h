// How much the suite measures.
#ifndef SPECRELAY_TESTS_BENCH_BENCH_OPTIONS_H_
#define SPECRELAY_TESTS_BENCH_BENCH_OPTIONS_H_

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "tests/bench/row_filter.h"

namespace specrelay {

struct BenchOptions {
  RowFilter rows;
  int rounds = 5;
  absl::Duration round_time = absl::Seconds(3);   // of one figure in one round
  absl::Duration settle_time = absl::Seconds(3);  // before memory is read
  int edits = 500;                                // in one round
  std::vector<int> specs = {10, 200, 2000};
  std::vector<int> projects = {10, 1000, 10'000};
  int event_clients = 5000;
  int job_watchers = 100;
  int agents = 10'000;
  int64_t file_bytes = 100'000'000;
  absl::Duration patience = absl::Minutes(60);  // with one subject; each step in it has less

  // Enough to tell that every figure is measured; the figures themselves mean nothing.
  static BenchOptions Quick() {
    BenchOptions options;
    options.rounds = 1;
    options.round_time = absl::Milliseconds(200);
    options.settle_time = absl::Milliseconds(200);
    options.edits = 5;
    options.specs = {2, 4, 8};
    options.projects = {2, 4, 8};
    options.event_clients = 20;
    options.job_watchers = 10;
    options.agents = 20;
    options.file_bytes = 1'000'000;
    options.patience = absl::Minutes(3);
    return options;
  }
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_BENCH_OPTIONS_H_
