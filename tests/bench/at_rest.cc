#include <memory>

#include "absl/time/clock.h"
#include "proto/support/status_macros.h"
#include "tests/bench/rounds.h"
#include "tests/bench/sample_project.h"
#include "tests/bench/subjects.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr int kSpecs = 200;
constexpr int kTasks = 12;

absl::StatusOr<double> Megabytes(const Subprocess& process) {
  ASSIGN_OR_RETURN(const int64_t bytes, process.ResidentBytes());
  return static_cast<double>(bytes) / 1e6;
}

}  // namespace

absl::Status MeasureAtRest(const BenchOptions& options, Report& report) {
  Figure server{"rest.server", "server at rest, one agent connected", "MB", Aim::AtMost(25)};
  Figure agent{"rest.agent", "agent at rest, 200 specs", "MB", Aim::AtMost(25)};
  for (int round = 0; round < options.rounds; ++round) {
    ASSIGN_OR_RETURN(const auto cluster, Cluster::Start());
    WriteSpecs(cluster->Path("project"), kSpecs, kTasks);
    ASSIGN_OR_RETURN(const Subprocess* process, cluster->StartAgent(cluster->Path("project"), "p1"));
    absl::SleepFor(options.settle_time);
    ASSIGN_OR_RETURN(const double server_megabytes, Megabytes(cluster->server()));
    ASSIGN_OR_RETURN(const double agent_megabytes, Megabytes(*process));
    server.rounds.push_back(server_megabytes);
    agent.rounds.push_back(agent_megabytes);
  }
  report.Add(std::move(server));
  report.Add(std::move(agent));
  return absl::OkStatus();
}

}  // namespace specrelay
