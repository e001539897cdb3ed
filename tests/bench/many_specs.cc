#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"
#include "tests/bench/execute_load.h"
#include "tests/bench/rounds.h"
#include "tests/bench/sample_project.h"
#include "tests/bench/statistics.h"
#include "tests/bench/subjects.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr int kTasks = 12;
constexpr double kMicrosecondsPerSpec = 3;

absl::StatusOr<double> MedianLatency(Client& client, const std::string& project, absl::Duration time) {
  v1::ExecuteRequest request;
  request.set_project_id(project);
  request.mutable_command()->mutable_spec_list();
  ASSIGN_OR_RETURN(const LoadResult result, RunExecuteLoad(client, request, 1, time));
  return Median(result.latencies_us);
}

std::string IdOf(int specs) { return absl::StrCat("specs.", specs); }

// Of the steps from one number of specs to the next, the one that costs most: each is to be linear.
void AddSlope(const std::vector<int>& specs, Report& report) {
  Figure slope{"specs.slope", "spec-list: each further spec, in the steeper step", "µs",
               Aim::AtMost(kMicrosecondsPerSpec)};
  for (size_t round = 0; round < report.Find(IdOf(specs.front()))->rounds.size(); ++round) {
    double steepest = -std::numeric_limits<double>::infinity();
    for (size_t i = 1; i < specs.size(); ++i) {
      const double cost = report.Find(IdOf(specs[i]))->rounds[round] - report.Find(IdOf(specs[i - 1]))->rounds[round];
      steepest = std::max(steepest, cost / (specs[i] - specs[i - 1]));
    }
    slope.rounds.push_back(steepest);
  }
  report.Add(std::move(slope));
}

}  // namespace

absl::Status MeasureManySpecs(const BenchOptions& options, Report& report) {
  ASSIGN_OR_RETURN(const auto cluster, Cluster::Start());
  Client client = cluster->User();
  Rounds rounds;
  for (const int specs : options.specs) {
    const std::string project = absl::StrCat("specs-", specs);
    WriteSpecs(cluster->Path(project), specs, kTasks);
    ASSIGN_OR_RETURN(const Subprocess* agent, cluster->StartAgent(cluster->Path(project), project));
    rounds.Add({IdOf(specs), absl::StrCat("spec-list with ", specs, " specs, unchanged, p50"), "µs"},
               {{"server", cluster->server().pid()}, {"agent", agent->pid()}},
               [&client, project, time = options.round_time] { return MedianLatency(client, project, time); });
  }
  RETURN_IF_ERROR(rounds.Run(options.rounds, report));
  AddSlope(options.specs, report);
  return absl::OkStatus();
}

}  // namespace specrelay
