// Measures how fast the whole is, each figure beside its reference of the same run. Run it by tools/bench.
#include <linux/magic.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/types/optional.h"
#include "proto/support/callback_threads.h"
#include "proto/support/flags.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "tests/bench/bench_options.h"
#include "tests/bench/report.h"
#include "tests/bench/rounds.h"
#include "tests/bench/subjects.h"

ABSL_FLAG(int, rounds, 0,
          "How often each figure is measured, the median of which counts; 0: 5 times, once with --quick");
ABSL_FLAG(bool, json, false, "Print JSON instead of a table");
ABSL_FLAG(bool, quick, false, "Measure next to nothing, to see that everything can be measured");
ABSL_FLAG(std::string, only, "", "Regular expression: measure only rows in whose name it occurs");
ABSL_FLAG(std::string, commit, "", "What is measured, for the report");
ABSL_FLAG(std::string, command, "", "How this was called, for the report");
ABSL_FLAG(std::string, log, "/dev/null", "File for what servers and agents log");

namespace specrelay {
namespace {

constexpr char kUsage[] = "Measures how fast the whole is, each figure beside its reference of the same run.";

struct Subject {
  absl::string_view name;
  absl::Status (*measure)(const BenchOptions&, Report&);
  std::vector<std::string> rows;  // those with an aim
};

std::vector<Subject> Subjects() {
  return {
      {"commands", MeasureCommands, {"execute.p50", "execute.rate"}},
      {"http", MeasureHttp, {"http.steering", "http.specs", "http.progress", "http.write"}},
      {"edits", MeasureEdits, {"edit.p99"}},
      {"fan-out", MeasureFanOut, {"fanout.p99", "fanout.memory"}},
      {"jobs", MeasureJobOutput, {"jobs.p99"}},
      {"agents", MeasureManyAgents, {"agents.memory", "agents.return"}},
      {"files", MeasureFiles, {"file.read", "file.write"}},
      {"at rest", MeasureAtRest, {"rest.server", "rest.agent"}},
      {"projects", MeasureManyProjects, {"projects.10", "projects.1000", "projects.10000"}},
      {"specs", MeasureManySpecs, {"specs.10", "specs.200", "specs.2000", "specs.slope"}},
  };
}

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

// What durable means there.
std::string FileSystemOf(const std::string& path) {
  struct statfs facts {};
  if (statfs(path.c_str(), &facts) != 0) return "unknown";
  constexpr std::pair<int64_t, const char*> kKnown[] = {{EXT4_SUPER_MAGIC, "ext4"},
                                                        {XFS_SUPER_MAGIC, "xfs"},
                                                        {BTRFS_SUPER_MAGIC, "btrfs"},
                                                        {OVERLAYFS_SUPER_MAGIC, "overlayfs"},
                                                        {TMPFS_MAGIC, "tmpfs: nothing is durable there"}};
  for (const auto& [magic, name] : kKnown) {
    if (magic == facts.f_type) return absl::StrCat(path, ", ", name);
  }
  return absl::StrFormat("%s, file system %x", path, facts.f_type);
}

void DescribeMachine(const BenchOptions& options, Report& report) {
  utsname kernel{};
  uname(&kernel);
  report.SetEnvironment("commit", absl::GetFlag(FLAGS_commit));
  report.SetEnvironment("command", absl::GetFlag(FLAGS_command));
  report.SetEnvironment("date", absl::FormatTime("%Y-%m-%d %H:%M UTC", absl::Now(), absl::UTCTimeZone()));
  report.SetEnvironment(
      "machine", absl::StrCat(sysconf(_SC_NPROCESSORS_ONLN), " × ", FirstLine("/proc/cpuinfo", "model name"), ", ",
                              FirstLine("/proc/meminfo", "MemTotal"), ", ", kernel.sysname, " ", kernel.release));
  report.SetEnvironment("rounds", absl::StrCat(options.rounds));
  report.SetEnvironment("files on", FileSystemOf(std::filesystem::temp_directory_path()));
  report.SetEnvironment("load before", LoadAverage());
}

void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Nothing when it takes longer than `options` allow. It goes on then, and the process is to end.
absl::optional<absl::Status> MeasureInTime(const Subject& subject, const BenchOptions& options, Report& report) {
  struct Attempt {
    Report report;
    absl::Status status;
    absl::Notification over;
  };
  const auto attempt = std::make_shared<Attempt>();
  std::thread([measure = subject.measure, options, attempt] {
    attempt->status = measure(options, attempt->report);
    attempt->over.Notify();
  }).detach();
  if (!attempt->over.WaitForNotificationWithTimeout(options.patience)) return absl::nullopt;
  report.AddAll(std::move(attempt->report));
  return attempt->status;
}

enum class Result { kGood, kFailed, kHangs };

// A subject that fails leaves the others; after one that hangs nothing can be measured.
Result MeasureAll(const std::vector<Subject>& subjects, const BenchOptions& options, Report& report) {
  Result result = Result::kGood;
  for (const Subject& subject : subjects) {
    TellProgress(absl::StrCat("== ", subject.name));
    const absl::optional<absl::Status> status = MeasureInTime(subject, options, report);
    if (status.has_value() && status->ok()) continue;
    result = status.has_value() ? Result::kFailed : Result::kHangs;
    const std::string reason =
        status.has_value() ? status->ToString() : absl::StrCat("hangs for ", absl::FormatDuration(options.patience));
    TellProgress(absl::StrCat("FAILED: ", reason));
    report.Add(Figure("FAILED", absl::StrCat(subject.name, ": ", reason), ""));
    if (result == Result::kHangs) break;
  }
  return result;
}

// Those that this process has started and that are still there.
void KillChildren() {
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream children(thread.path() / "children");
    for (pid_t child = 0; children >> child;) kill(child, SIGKILL);
  }
}

absl::StatusOr<BenchOptions> OptionsFromFlags() {
  BenchOptions options = absl::GetFlag(FLAGS_quick) ? BenchOptions::Quick() : BenchOptions();
  if (absl::GetFlag(FLAGS_rounds) < 0) return absl::InvalidArgumentError("--rounds is negative");
  if (absl::GetFlag(FLAGS_rounds) > 0) options.rounds = absl::GetFlag(FLAGS_rounds);
  ASSIGN_OR_RETURN(options.rows, RowFilter::Make(absl::GetFlag(FLAGS_only)));
  return options;
}

absl::StatusOr<std::vector<Subject>> Wanted(const RowFilter& rows) {
  std::vector<Subject> wanted;
  std::vector<std::string> all;
  for (Subject& subject : Subjects()) {
    all.insert(all.end(), subject.rows.begin(), subject.rows.end());
    if (absl::c_any_of(subject.rows, [&](const std::string& row) { return rows.Takes(row); })) {
      wanted.push_back(std::move(subject));
    }
  }
  if (!wanted.empty()) return wanted;
  return absl::NotFoundError(absl::StrCat("--only takes no row; there are ", absl::StrJoin(all, " ")));
}

int Fail(absl::string_view reason) {
  TellProgress(absl::StrCat("bench: ", reason));
  return EXIT_FAILURE;
}

int Main(int argc, char** argv) {
  if (!ParseFlags(kUsage, argc, argv).empty()) return Fail("unexpected argument; see --help");
  const absl::StatusOr<BenchOptions> options = OptionsFromFlags();
  if (!options.ok()) return Fail(options.status().message());
  const absl::StatusOr<std::vector<Subject>> subjects = Wanted(options->rows);
  if (!subjects.ok()) return Fail(subjects.status().message());
#ifdef NDEBUG
  // As in the programs that are measured; it would take most of the time of 10,000 agents in this one.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
  RaiseDescriptorLimit();
  SendErrorsTo(absl::GetFlag(FLAGS_log));
  SetLogLevel(LogLevel::kError);
  KeepCallbackThreads();
  Report report;
  DescribeMachine(*options, report);
  const Result result = MeasureAll(*subjects, *options, report);
  report.SetEnvironment("load after", LoadAverage());
  std::printf("%s\n", absl::GetFlag(FLAGS_json) ? report.ToJson().dump(2).c_str() : report.Table().c_str());
  if (result == Result::kHangs) {
    std::fflush(stdout);
    KillChildren();
    _exit(EXIT_FAILURE);
  }
  return result == Result::kGood ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace specrelay

int main(int argc, char** argv) { return specrelay::Main(argc, argv); }
