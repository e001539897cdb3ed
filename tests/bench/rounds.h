// Measures several figures in turn, round by round, so that whatever else the machine does meets all of them.
#ifndef SPECRELAY_TESTS_BENCH_ROUNDS_H_
#define SPECRELAY_TESTS_BENCH_ROUNDS_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/bench/processor_time.h"
#include "tests/bench/report.h"
#include "tests/bench/row_filter.h"

namespace specrelay {

// Not thread-safe.
class Rounds {
 public:
  // Measures the figures that `rows` takes, and what they are compared with.
  explicit Rounds(RowFilter rows = {}) : rows_(std::move(rows)) {}

  // `measure` gives the value of one round. `processes` are those whose processor time is told beside it.
  void Add(Figure figure, std::vector<WatchedProcess> processes, std::function<absl::StatusOr<double>()> measure);

  // Measures everything once to warm up, then `rounds` times, and puts the figures into `report`. A figure that fails
  // is there without a value; the first failure is returned when all others are measured, and names its figure.
  absl::Status Run(int rounds, Report& report);

 private:
  struct Entry {
    Figure figure;
    ProcessorTime processor_time;
    std::function<absl::StatusOr<double>()> measure;
    absl::Status failure;  // after which it is not measured any more
  };

  bool IsWanted(const Figure& figure) const;
  static void MeasureOnce(Entry& entry, int round);

  const RowFilter rows_;
  std::vector<Entry> entries_;
};

// Writes to where the suite tells how far it is, whatever became of the standard error.
void TellProgress(const std::string& text);
// From now on standard error is the file at `path`, and progress goes where it went.
void SendErrorsTo(const std::string& path);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_ROUNDS_H_
