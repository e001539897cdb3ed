#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"
#include "tests/bench/rounds.h"
#include "tests/bench/sample_project.h"
#include "tests/bench/statistics.h"
#include "tests/bench/subjects.h"
#include "tests/integration/sse_client.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr char kProject[] = "p1";

// Saves a document again and again, as editors do, and waits for the event each time.
class Editor {
 public:
  Editor(const Cluster& cluster, int edits)
      : edits_(edits),
        draft_(cluster.Path("draft")),
        document_(absl::StrCat(cluster.Path("project"), "/.spec-context/specs/", SpecName(0), "/requirements.md")),
        events_(cluster.http_address(), {cluster.KeyFor(Role::kUser), /*query=*/"", /*last_event_id=*/""}) {}

  bool Connect() { return events_.AwaitGreeting(); }

  // In milliseconds.
  absl::StatusOr<double> Round() {
    std::vector<double> latencies;
    for (int i = 0; i < edits_; ++i) {
      ASSIGN_OR_RETURN(const absl::Duration latency, Edit());
      latencies.push_back(absl::ToDoubleMilliseconds(latency));
    }
    return Percentile(latencies, 0.99);
  }

 private:
  absl::StatusOr<absl::Duration> Edit() {
    const std::string content = SampleText(absl::StrCat("Edit ", ++number_), 2000);
    const std::string hash = Sha256Hex(content);
    WriteFileOrDie(draft_, content);
    const absl::Time saved = absl::Now();
    std::filesystem::rename(draft_, document_);
    while (const absl::optional<SseEvent> event = events_.Next()) {
      if (absl::StrContains(event->data, hash)) return absl::Now() - saved;
    }
    return absl::DeadlineExceededError("the event of an edit does not come");
  }

  const int edits_;
  const std::string draft_;
  const std::string document_;
  SseConnection events_;
  int number_ = 0;
};

}  // namespace

absl::Status MeasureEdits(const BenchOptions& options, Report& report) {
  ASSIGN_OR_RETURN(const auto cluster, Cluster::Start());
  WriteSpecs(cluster->Path("project"), 10, 30);
  ASSIGN_OR_RETURN(const Subprocess* agent, cluster->StartAgent(cluster->Path("project"), kProject));
  RETURN_IF_ERROR(cluster->User().Execute(kProject, R"({"specList":{}})").status());
  Editor editor(*cluster, options.edits);
  if (!editor.Connect()) return absl::UnavailableError("the event stream does not open");
  Rounds rounds;
  rounds.Add(
      {"edit.p99", absl::StrCat("edit on disk to event stream, ", options.edits, " edits, p99"), "ms", Aim::AtMost(25)},
      {{"server", cluster->server().pid()}, {"agent", agent->pid()}}, [&editor] { return editor.Round(); });
  return rounds.Run(options.rounds, report);
}

}  // namespace specrelay
