#include <sys/types.h>

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
#include "tests/bench/subjects.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr char kProject[] = "p1";
constexpr int kAgentsPerConnection = 50;
constexpr int kInFlight = 64;
constexpr double kFlat = 0.9;  // of the rate with the fewest projects
constexpr absl::Duration kConnectTime = absl::Minutes(3);

// A relay with so many projects, of which one has a real agent.
struct Stage {
  int projects = 0;
  std::unique_ptr<Cluster> cluster;
  std::unique_ptr<AgentSwarm> swarm;
  pid_t agent = 0;
};

absl::StatusOr<Stage> MakeStage(int projects) {
  Stage stage;
  stage.projects = projects;
  ASSIGN_OR_RETURN(stage.cluster, Cluster::Start());
  Cluster& cluster = *stage.cluster;
  WriteFileOrDie(cluster.Path("project/.spec-context/small.md"), std::string(128, 'b'));
  SwarmOptions options;
  options.address = cluster.grpc_address();
  ASSIGN_OR_RETURN(options.keys, MakeAgentKeys(cluster));
  options.agents = projects - 1;
  options.connections = 1 + projects / kAgentsPerConnection;
  stage.swarm = std::make_unique<AgentSwarm>(std::move(options));
  RETURN_IF_ERROR(stage.swarm->WaitConnected(kConnectTime));
  ASSIGN_OR_RETURN(const Subprocess* agent, cluster.StartAgent(cluster.Path("project"), kProject));
  stage.agent = agent->pid();
  return stage;
}

v1::ExecuteRequest ReadSmallFile() {
  v1::ExecuteRequest request;
  request.set_project_id(kProject);
  request.mutable_command()->mutable_file_read()->set_path("small.md");
  return request;
}

std::string IdOf(int projects) { return absl::StrCat("projects.", projects); }

}  // namespace

// The rate says what a command costs: everything that it does on the way is done 64 at a time. All relays run from the
// beginning, so that the same machine is measured.
absl::Status MeasureManyProjects(const BenchOptions& options, Report& report) {
  std::vector<Stage> stages;
  Rounds rounds;
  for (const int projects : options.projects) {
    ASSIGN_OR_RETURN(Stage stage, MakeStage(projects));
    Cluster& cluster = *stage.cluster;
    Figure figure{IdOf(projects),
                  absl::StrCat("Execute of a 128-byte file-read, 64 in flight, ", projects, " projects connected"),
                  "/s"};
    if (!stages.empty()) figure.comparisons = {{IdOf(stages.front().projects), Aim::AtLeast(kFlat)}};
    rounds.Add(std::move(figure), {{"server", cluster.server().pid()}, {"agent", stage.agent}},
               [client = std::make_shared<Client>(cluster.grpc_address(), cluster.KeyFor(Role::kUser)),
                time = options.round_time]() -> absl::StatusOr<double> {
                 ASSIGN_OR_RETURN(const LoadResult result, RunExecuteLoad(*client, ReadSmallFile(), kInFlight, time));
                 return result.PerSecond();
               });
    stages.push_back(std::move(stage));
    TellProgress(absl::StrCat(projects, " projects are connected"));
  }
  return rounds.Run(options.rounds, report);
}

}  // namespace specrelay
