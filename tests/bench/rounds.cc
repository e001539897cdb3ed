#include "tests/bench/rounds.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace specrelay {
namespace {

int progress_fd = STDERR_FILENO;

absl::Status In(const Figure& figure, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(figure.title, ": ", status.ToString()));
}

}  // namespace

void Rounds::Add(Figure figure, std::vector<WatchedProcess> processes,
                 std::function<absl::StatusOr<double>()> measure) {
  entries_.push_back({std::move(figure), ProcessorTime(std::move(processes)), std::move(measure)});
}

absl::Status Rounds::Run(int rounds, Report& report) {
  for (Entry& entry : entries_) {
    if (const auto warm = entry.measure(); !warm.ok()) return In(entry.figure, warm.status());
  }
  for (int round = 0; round < rounds; ++round) {
    for (Entry& entry : entries_) {
      entry.processor_time.Begin();
      const absl::StatusOr<double> value = entry.measure();
      entry.processor_time.End();
      if (!value.ok()) return In(entry.figure, value.status());
      entry.figure.rounds.push_back(*value);
      TellProgress(absl::StrCat("round ", round + 1, ": ", entry.figure.title, ": ", *value, " ", entry.figure.unit));
    }
  }
  for (Entry& entry : entries_) {
    entry.figure.cpu = entry.processor_time.Cores();
    report.Add(std::move(entry.figure));
  }
  return absl::OkStatus();
}

void TellProgress(const std::string& text) {
  static const absl::Time begun = absl::Now();
  dprintf(progress_fd, "%6.1f s  %s\n", absl::ToDoubleSeconds(absl::Now() - begun), text.c_str());
}

void SendErrorsTo(const std::string& path) {
  progress_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    perror(path.c_str());
    return;
  }
  dup2(fd, STDERR_FILENO);
  close(fd);
}

}  // namespace specrelay
