#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"
#include "tests/bench/agent_swarm.h"
#include "tests/bench/event_clients.h"
#include "tests/bench/rounds.h"
#include "tests/bench/statistics.h"
#include "tests/bench/subjects.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr int kProjects = 10;  // of which each client watches one
constexpr int kReportsPerSecond = 1000;
constexpr size_t kOutputBytes = 100;
constexpr absl::Duration kConnectTime = absl::Minutes(1);

// One report after the other, of all projects in turn, at a steady pace.
void SendReports(AgentSwarm& swarm, MarkedEvents& events, int first, int count) {
  auto due = std::chrono::steady_clock::now();
  for (int i = first; i < first + count; ++i) {
    v1::JobProgress report;
    report.set_job_id("job-1");
    report.set_execution_id("run-1");
    report.set_state(v1::JobProgress::STATE_RUNNING);
    report.set_output(absl::StrCat(events.Mark(i), std::string(kOutputBytes, '.')));
    swarm.ReportProgress(i % kProjects, std::move(report));
    due += std::chrono::microseconds(1'000'000 / kReportsPerSecond);
    std::this_thread::sleep_until(due);
  }
}

}  // namespace

absl::Status MeasureJobOutput(const BenchOptions& options, Report& report) {
  ASSIGN_OR_RETURN(const auto cluster, Cluster::Start());
  AgentSwarm swarm({cluster->grpc_address(), {cluster->KeyFor(Role::kAgent)}, kProjects, kProjects});
  RETURN_IF_ERROR(swarm.WaitConnected(kConnectTime));
  const int per_round = static_cast<int>(absl::ToDoubleSeconds(options.round_time) * kReportsPerSecond);
  MarkedEvents events("output-", per_round * (options.rounds + 1));
  EventClients clients(events);
  for (int i = 0; i < options.job_watchers; ++i) {
    RETURN_IF_ERROR(clients.Open(cluster->http_address(), cluster->KeyFor(Role::kUser),
                                 absl::StrCat("?projectId=", AgentSwarm::ProjectOf(i % kProjects))));
  }
  RETURN_IF_ERROR(clients.AwaitGreetings());

  int sent = 0;
  const auto round = [&]() -> absl::StatusOr<double> {
    std::thread jobs([&] { SendReports(swarm, events, sent, per_round); });
    const absl::Status all = clients.AwaitMarks(int64_t{per_round} * options.job_watchers / kProjects);
    jobs.join();
    sent += per_round;
    RETURN_IF_ERROR(all);
    return Percentile(clients.TakeLatenciesMs(), 0.99);
  };
  Rounds rounds;
  rounds.Add({"jobs.p99",
              absl::StrCat("output of jobs, 1,000 reports/s, to ", options.job_watchers, " watchers of 10 % each, p99"),
              "ms", Aim::AtMost(100)},
             {{"server", cluster->server().pid()}}, round);
  return rounds.Run(options.rounds, report);
}

}  // namespace specrelay
