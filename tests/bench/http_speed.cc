#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "mcp_agent/audit/audit_file.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/status_macros.h"
#include "tests/bench/http_load.h"
#include "tests/bench/reference.h"
#include "tests/bench/rounds.h"
#include "tests/bench/sample_project.h"
#include "tests/bench/subjects.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr int kConnections = 16;
constexpr int kSpecs = 10;
constexpr int kTasks = 30;
constexpr int kStates = 3;
constexpr const char* kStatusNames[kStates] = {"in-progress", "completed", "pending"};
constexpr char kCheckboxes[kStates] = {'-', 'x', ' '};

absl::StatusOr<double> Rate(HttpLoad load) {
  ASSIGN_OR_RETURN(const LoadResult result, RunHttpLoad(load));
  return result.PerSecond();
}

HttpLoad Gets(const std::string& address, const std::string& request, absl::Duration time) {
  HttpLoad load;
  load.address = address;
  load.connections = kConnections;
  load.time = time;
  load.request = [request](int, int64_t) { return absl::string_view(request); };
  return load;
}

// Each connection has a task of its own, and takes it from state to state.
class TaskWriter {
 public:
  TaskWriter(const Cluster& cluster, const std::string& project_dir)
      : address_(cluster.http_address()),
        tasks_path_(absl::StrCat(project_dir, "/.spec-context/specs/", SpecName(0), "/tasks.md")),
        project_dir_(project_dir) {
    const std::string key = cluster.KeyFor(Role::kUser);
    for (int task = 1; task <= kConnections; ++task) {
      for (const char* status : kStatusNames) {
        requests_.push_back(
            HttpRequestText("PUT", absl::StrCat("/api/projects/writes/specs/", SpecName(0), "/tasks/", task, "/status"),
                            address_, key, absl::StrCat(R"({"status":")", status, R"("})")));
      }
    }
    next_.resize(kConnections);
  }

  // Also makes sure that what was acknowledged is what the file says, and that the audit has each of the writes once.
  absl::StatusOr<double> Round(absl::Duration time) {
    HttpLoad load = Gets(address_, "", time);
    load.request = [this](int connection, int64_t) {
      return absl::string_view(requests_[static_cast<size_t>(connection * kStates + next_[connection] % kStates)]);
    };
    load.answered = [this](int connection, int64_t) { ++next_[connection]; };
    ASSIGN_OR_RETURN(const LoadResult result, RunHttpLoad(load));
    RETURN_IF_ERROR(CheckNoneLost());
    return result.PerSecond();
  }

 private:
  absl::Status CheckNoneLost() const {
    const auto acknowledged = absl::c_accumulate(next_, int64_t{0});
    ASSIGN_OR_RETURN(const AuditReport audit, VerifyAudit(project_dir_, kTreeDirectory));
    if (!audit.intact() || audit.lines != acknowledged) {
      return absl::DataLossError(absl::StrCat(acknowledged, " writes were acknowledged, ", audit.lines,
                                              " were recorded, with ", audit.problem_count, " problems"));
    }
    const std::string document = ReadFileOrDie(tasks_path_);
    for (int connection = 0; connection < kConnections; ++connection) {
      if (next_[connection] == 0) continue;
      const std::string line =
          absl::StrFormat("- [%c] %d. ", kCheckboxes[(next_[connection] - 1) % kStates], connection + 1);
      if (!absl::StrContains(document, line)) {
        return absl::DataLossError(absl::StrCat("an acknowledged write is not in the file: ", line));
      }
    }
    return absl::OkStatus();
  }

  const std::string address_;
  const std::string tasks_path_;
  const std::string project_dir_;
  std::vector<std::string> requests_;  // of the first task all states, then of the second
  std::vector<int64_t> next_;          // by connection, how many writes were acknowledged
};

struct ReadFigure {
  const char* id;
  const char* title;
  const char* target;
  double at_least;
};
constexpr ReadFigure kReads[] = {
    {"http.steering", "GET steering/product, 16 connections", "steering/product", 18'000},
    {"http.specs", "GET specs, 10 specs of 30 tasks, 16 connections", "specs", 10'000},
    {"http.progress", "GET tasks/progress, 30 tasks, 16 connections", "specs/spec-0000/tasks/progress", 10'000},
};

void AddReads(const Cluster& cluster, const std::vector<WatchedProcess>& processes, absl::Duration time,
              Rounds& rounds) {
  for (const ReadFigure& read : kReads) {
    Figure figure{read.id, read.title, "/s", Aim::AtLeast(read.at_least)};
    figure.comparisons = {{"http.bare", {}}};
    const std::string request = HttpRequestText("GET", absl::StrCat("/api/projects/reads/", read.target),
                                                cluster.http_address(), cluster.KeyFor(Role::kUser));
    rounds.Add(std::move(figure), processes,
               [load = Gets(cluster.http_address(), request, time)] { return Rate(load); });
  }
}

}  // namespace

absl::Status MeasureHttp(const BenchOptions& options, Report& report) {
  ASSIGN_OR_RETURN(const auto cluster, Cluster::Start());
  const std::string reads = cluster->Path("reads");
  const std::string writes = cluster->Path("writes");
  WriteSpecs(reads, kSpecs, kTasks);
  WriteFileOrDie(reads + "/.spec-context/steering/product.md", SampleText("Product", 2000));
  WriteSpecs(writes, 1, kTasks);
  ASSIGN_OR_RETURN(const Subprocess* reader, cluster->StartAgent(reads, "reads"));
  ASSIGN_OR_RETURN(const Subprocess* writer, cluster->StartAgent(writes, "writes"));
  ASSIGN_OR_RETURN(const auto bare, Reference::Start("http"));

  Rounds rounds(options.rows);
  rounds.Add({"http.bare", "bare cpp-httplib with a constant answer, 16 connections", "/s"}, {{"server", bare->pid()}},
             [load = Gets(bare->address(), HttpRequestText("GET", "/", bare->address(), ""), options.round_time)] {
               return Rate(load);
             });
  const pid_t server = cluster->server().pid();
  AddReads(*cluster, {{"server", server}, {"agent", reader->pid()}}, options.round_time, rounds);
  TaskWriter task_writer(*cluster, writes);
  rounds.Add({"http.write", "PUT tasks/{id}/status, durable, none lost, 16 connections", "/s", Aim::AtLeast(2500)},
             {{"server", server}, {"agent", writer->pid()}},
             [&task_writer, &options] { return task_writer.Round(options.round_time); });
  return rounds.Run(options.rounds, report);
}

}  // namespace specrelay
