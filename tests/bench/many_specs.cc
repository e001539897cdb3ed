#include <memory>
#include <string>
#include <utility>

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

}  // namespace

absl::Status MeasureManySpecs(const BenchOptions& options, Report& report) {
  ASSIGN_OR_RETURN(const auto cluster, Cluster::Start());
  Client client = cluster->User();
  Rounds rounds;
  for (const int specs : options.specs) {
    const std::string project = absl::StrCat("specs-", specs);
    WriteSpecs(cluster->Path(project), specs, kTasks);
    ASSIGN_OR_RETURN(const Subprocess* agent, cluster->StartAgent(cluster->Path(project), project));
    rounds.Add({absl::StrCat("specs.", specs), absl::StrCat("spec-list with ", specs, " specs, unchanged, p50"), "µs"},
               {{"server", cluster->server().pid()}, {"agent", agent->pid()}},
               [&client, project, time = options.round_time] { return MedianLatency(client, project, time); });
  }
  RETURN_IF_ERROR(rounds.Run(options.rounds, report));
  Figure slope{"specs.slope", "spec-list: each further spec", "µs", Aim::AtMost(kMicrosecondsPerSpec)};
  const Figure* const least = report.Find(absl::StrCat("specs.", options.specs.front()));
  const Figure* const most = report.Find(absl::StrCat("specs.", options.specs.back()));
  for (size_t round = 0; round < least->rounds.size(); ++round) {
    slope.rounds.push_back((most->rounds[round] - least->rounds[round]) /
                           (options.specs.back() - options.specs.front()));
  }
  report.Add(std::move(slope));
  return absl::OkStatus();
}

}  // namespace specrelay
