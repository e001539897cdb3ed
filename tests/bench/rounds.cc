#include "tests/bench/rounds.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace specrelay {
namespace {

int progress_fd = STDERR_FILENO;

absl::Status In(const Figure& figure, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(figure.title, ": ", status.ToString()));
}

}  // namespace

void Rounds::Add(Figure figure, std::vector<WatchedProcess> processes,
                 std::function<absl::StatusOr<double>()> measure) {
  entries_.push_back({std::move(figure), ProcessorTime(std::move(processes)), std::move(measure), absl::OkStatus()});
}

bool Rounds::IsWanted(const Figure& figure) const {
  return rows_.Takes(figure.id) || absl::c_any_of(entries_, [&](const Entry& other) {
           return rows_.Takes(other.figure.id) &&
                  absl::c_any_of(other.figure.comparisons,
                                 [&](const Comparison& comparison) { return comparison.reference == figure.id; });
         });
}

absl::Status Rounds::Run(int rounds, Report& report) {
  std::vector<Entry*> wanted;
  for (Entry& entry : entries_) {
    if (IsWanted(entry.figure)) wanted.push_back(&entry);
  }
  for (Entry* entry : wanted) entry->failure = entry->measure().status();
  for (int round = 1; round <= rounds; ++round) {
    for (Entry* entry : wanted) {
      if (entry->failure.ok()) MeasureOnce(*entry, round);
    }
  }
  absl::Status failure;
  for (Entry* entry : wanted) {
    failure.Update(In(entry->figure, entry->failure));
    if (entry->failure.ok()) {
      entry->figure.cpu = entry->processor_time.Cores();
    } else {
      entry->figure.rounds.clear();
      entry->figure.note = entry->failure.ToString();
    }
    report.Add(std::move(entry->figure));
  }
  return failure;
}

void Rounds::MeasureOnce(Entry& entry, int round) {
  entry.processor_time.Begin();
  const absl::StatusOr<double> value = entry.measure();
  entry.processor_time.End();
  entry.failure = value.status();
  if (!value.ok()) return;
  entry.figure.rounds.push_back(*value);
  TellProgress(absl::StrCat("round ", round, ": ", entry.figure.title, ": ", *value, " ", entry.figure.unit));
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
