// Measures how fast the whole is, each figure beside its reference of the same run. Run it by tools/bench.
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "proto/support/callback_threads.h"
#include "proto/support/flags.h"
#include "proto/support/log.h"
#include "tests/bench/bench_options.h"
#include "tests/bench/report.h"
#include "tests/bench/rounds.h"
#include "tests/bench/subjects.h"

ABSL_FLAG(int, rounds, 5, "How often each figure is measured; the median counts");
ABSL_FLAG(bool, json, false, "Print JSON instead of a table");
ABSL_FLAG(bool, smoke, false, "Measure next to nothing, to see that everything can be measured");
ABSL_FLAG(std::vector<std::string>, only, {}, "Subjects to measure, with commas between; all when empty");
ABSL_FLAG(std::string, commit, "", "What is measured, for the report");
ABSL_FLAG(std::string, command, "", "How this was called, for the report");
ABSL_FLAG(std::string, log, "/dev/null", "File for what servers and agents log");

namespace specrelay {
namespace {

constexpr char kUsage[] = "Measures how fast the whole is, each figure beside its reference of the same run.";

struct Subject {
  absl::string_view name;
  absl::Status (*measure)(const BenchOptions&, Report&);
};
constexpr Subject kSubjects[] = {
    {"commands", MeasureCommands}, {"files", MeasureFiles},   {"http", MeasureHttp},
    {"edits", MeasureEdits},       {"fanout", MeasureFanOut}, {"jobs", MeasureJobOutput},
    {"agents", MeasureManyAgents}, {"rest", MeasureAtRest},   {"projects", MeasureManyProjects},
    {"specs", MeasureManySpecs},
};

std::string FirstLine(const char* path, absl::string_view key = "") {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (key.empty()) return line;
    if (absl::StartsWith(line, key)) return std::string(absl::StripAsciiWhitespace(line.substr(line.find(':') + 1)));
  }
  return "unknown";
}

// Over one, five and fifteen minutes.
std::string LoadAverage() { return FirstLine("/proc/loadavg"); }

void DescribeMachine(Report& report) {
  utsname kernel{};
  uname(&kernel);
  report.SetEnvironment("commit", absl::GetFlag(FLAGS_commit));
  report.SetEnvironment("command", absl::GetFlag(FLAGS_command));
  report.SetEnvironment("date", absl::FormatTime("%Y-%m-%d %H:%M UTC", absl::Now(), absl::UTCTimeZone()));
  report.SetEnvironment(
      "machine", absl::StrCat(sysconf(_SC_NPROCESSORS_ONLN), " × ", FirstLine("/proc/cpuinfo", "model name"), ", ",
                              FirstLine("/proc/meminfo", "MemTotal"), ", ", kernel.sysname, " ", kernel.release));
  report.SetEnvironment("rounds", absl::StrCat(absl::GetFlag(FLAGS_rounds)));
  report.SetEnvironment("load before", LoadAverage());
}

void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// False when a subject failed.
bool MeasureAll(const BenchOptions& options, Report& report) {
  const std::vector<std::string> only = absl::GetFlag(FLAGS_only);
  bool good = true;
  for (const Subject& subject : kSubjects) {
    if (!only.empty() && !absl::c_linear_search(only, subject.name)) continue;
    TellProgress(absl::StrCat("== ", subject.name));
    const absl::Status status = subject.measure(options, report);
    if (status.ok()) continue;
    good = false;
    TellProgress(absl::StrCat("FAILED: ", status.message()));
    report.Add(Figure(absl::StrCat(subject.name, ".failed"), absl::StrCat(subject.name, ": ", status.message()), ""));
  }
  return good;
}

int Main(int argc, char** argv) {
  if (!ParseFlags(kUsage, argc, argv).empty()) {
    std::fprintf(stderr, "bench: unexpected argument; see --help\n");
    return EXIT_FAILURE;
  }
  RaiseDescriptorLimit();
  SendErrorsTo(absl::GetFlag(FLAGS_log));
  SetLogLevel(LogLevel::kError);
  KeepCallbackThreads();
  BenchOptions options = absl::GetFlag(FLAGS_smoke) ? BenchOptions::Smoke() : BenchOptions();
  if (!absl::GetFlag(FLAGS_smoke)) options.rounds = absl::GetFlag(FLAGS_rounds);
  Report report;
  DescribeMachine(report);
  const bool good = MeasureAll(options, report);
  report.SetEnvironment("load after", LoadAverage());
  std::printf("%s\n", absl::GetFlag(FLAGS_json) ? report.ToJson().dump(2).c_str() : report.Table().c_str());
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace specrelay

int main(int argc, char** argv) { return specrelay::Main(argc, argv); }
