// How much processor time processes use while something is measured, so that a reader can tell who limits it.
#ifndef SPECRELAY_TESTS_BENCH_PROCESSOR_TIME_H_
#define SPECRELAY_TESTS_BENCH_PROCESSOR_TIME_H_

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace specrelay {

struct WatchedProcess {
  std::string name;
  pid_t pid;
};

// Sums up over any number of Begin() and End() in turn. Not thread-safe.
class ProcessorTime {
 public:
  // `processes`, and this one under the name "client".
  explicit ProcessorTime(std::vector<WatchedProcess> processes);

  void Begin();
  void End();

  // Processor time over wall-clock time of each: 1 is one core.
  std::map<std::string, double> Cores() const;

 private:
  std::vector<WatchedProcess> processes_;
  std::vector<absl::Duration> begun_with_;
  std::vector<absl::Duration> used_;
  absl::Time begun_;
  absl::Duration passed_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_PROCESSOR_TIME_H_
