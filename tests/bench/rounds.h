// Measures several figures in turn, round by round, so that whatever else the machine does meets all of them.
#ifndef SPECRELAY_TESTS_BENCH_ROUNDS_H_
#define SPECRELAY_TESTS_BENCH_ROUNDS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/bench/processor_time.h"
#include "tests/bench/report.h"

namespace specrelay {

// Not thread-safe.
class Rounds {
 public:
  // `measure` gives the value of one round. `processes` are those whose processor time is told beside it.
  void Add(Figure figure, std::vector<WatchedProcess> processes, std::function<absl::StatusOr<double>()> measure);

  // Measures everything once to warm up, then `rounds` times, and puts the figures into `report`. An error names the
  // figure.
  absl::Status Run(int rounds, Report& report);

 private:
  struct Entry {
    Figure figure;
    ProcessorTime processor_time;
    std::function<absl::StatusOr<double>()> measure;
  };

  std::vector<Entry> entries_;
};

// Writes to where the suite tells how far it is, whatever became of the standard error.
void TellProgress(const std::string& text);
// From now on standard error is the file at `path`, and progress goes where it went.
void SendErrorsTo(const std::string& path);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_ROUNDS_H_
