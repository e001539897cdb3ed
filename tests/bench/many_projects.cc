#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"
#include "tests/bench/accounts.h"
#include "tests/bench/agent_swarm.h"
#include "tests/bench/execute_load.h"
#include "tests/bench/rounds.h"
#include "tests/bench/statistics.h"
#include "tests/bench/subjects.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr char kProject[] = "p1";
constexpr int kAgentsPerConnection = 50;
constexpr int kInFlight = 64;
constexpr double kFlat = 0.9;  // of the rate with the fewest projects
constexpr absl::Duration kConnectTime = absl::Minutes(3);

// The rate says what a command costs: everything that it does on the way is done 64 at a time.
absl::Status MeasureWith(int projects, const BenchOptions& options, Report& report) {
  ASSIGN_OR_RETURN(const auto cluster, Cluster::Start());
  WriteFileOrDie(cluster->Path("project/.spec-context/small.md"), std::string(128, 'b'));
  SwarmOptions swarm_options;
  swarm_options.address = cluster->grpc_address();
  ASSIGN_OR_RETURN(swarm_options.keys, MakeAgentKeys(*cluster));
  swarm_options.agents = projects - 1;
  swarm_options.connections = 1 + projects / kAgentsPerConnection;
  const AgentSwarm swarm(swarm_options);
  RETURN_IF_ERROR(swarm.WaitConnected(kConnectTime));
  ASSIGN_OR_RETURN(const Subprocess* agent, cluster->StartAgent(cluster->Path("project"), kProject));

  v1::ExecuteRequest request;
  request.set_project_id(kProject);
  request.mutable_command()->mutable_file_read()->set_path("small.md");
  Client client = cluster->User();
  Figure figure{absl::StrCat("projects.", projects),
                absl::StrCat("Execute of a 128-byte file-read, 64 in flight, ", projects, " projects connected"), "/s"};
  if (projects != options.projects.front()) {
    figure.comparisons = {{absl::StrCat("projects.", options.projects.front()), Aim::AtLeast(kFlat)}};
  }
  Rounds rounds;
  rounds.Add(std::move(figure), {{"server", cluster->server().pid()}, {"agent", agent->pid()}},
             [&]() -> absl::StatusOr<double> {
               ASSIGN_OR_RETURN(const LoadResult result,
                                RunExecuteLoad(client, request, kInFlight, options.round_time));
               return result.PerSecond();
             });
  return rounds.Run(options.rounds, report);
}

}  // namespace

absl::Status MeasureManyProjects(const BenchOptions& options, Report& report) {
  for (const int projects : options.projects) RETURN_IF_ERROR(MeasureWith(projects, options, report));
  return absl::OkStatus();
}

}  // namespace specrelay
