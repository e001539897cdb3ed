#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/support/status_macros.h"
#include "tests/bench/accounts.h"
#include "tests/bench/agent_swarm.h"
#include "tests/bench/rounds.h"
#include "tests/bench/steady_callers.h"
#include "tests/bench/subjects.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr int kAgentsPerConnection = 50;
constexpr int kCalledProjects = 100;
constexpr absl::Duration kConnectTime = absl::Minutes(3);

// Those that the cluster's own users may see.
std::vector<std::string> CalledProjects(int agents) {
  std::vector<std::string> projects;
  for (int i = 0; i < agents && projects.size() < kCalledProjects; i += kAccounts) {
    projects.push_back(AgentSwarm::ProjectOf(i));
  }
  return projects;
}

// In seconds, from the end of the old server to the last agent at the new one.
absl::StatusOr<double> Restart(Cluster& cluster, const AgentSwarm& swarm, int agents) {
  SteadyCallers callers(cluster, CalledProjects(agents));
  const absl::Time killed = absl::Now();
  RETURN_IF_ERROR(cluster.KillServer());
  RETURN_IF_ERROR(swarm.WaitDisconnected(kConnectTime));
  RETURN_IF_ERROR(cluster.StartServer());
  RETURN_IF_ERROR(swarm.WaitConnected(kConnectTime));
  const absl::Duration took = absl::Now() - killed;
  callers.Stop();
  RETURN_IF_ERROR(callers.failure());
  if (callers.done() == 0) return absl::InternalError("no command was carried out meanwhile");
  return absl::ToDoubleSeconds(took);
}

}  // namespace

absl::Status MeasureManyAgents(const BenchOptions& options, Report& report) {
  ASSIGN_OR_RETURN(const auto cluster, Cluster::Start());
  absl::SleepFor(options.settle_time);
  ASSIGN_OR_RETURN(const int64_t bytes_before, cluster->server().ResidentBytes());
  SwarmOptions swarm_options;
  swarm_options.address = cluster->grpc_address();
  ASSIGN_OR_RETURN(swarm_options.keys, MakeAgentKeys(*cluster));
  swarm_options.agents = options.agents;
  swarm_options.connections = std::max(1, options.agents / kAgentsPerConnection);
  const AgentSwarm swarm(swarm_options);
  RETURN_IF_ERROR(swarm.WaitConnected(kConnectTime));

  Figure memory{"agents.memory",
                absl::StrCat("server memory for each of ", options.agents, " agents on ", swarm_options.connections,
                             " connections"),
                "KB", Aim::AtMost(60)};
  Figure back{"agents.return",
              absl::StrCat("all ", options.agents, " agents back after the relay was killed, no command failed"), "s",
              Aim::AtMost(20)};
  for (int round = 0; round < options.rounds; ++round) {
    ASSIGN_OR_RETURN(const double seconds, Restart(*cluster, swarm, options.agents));
    absl::SleepFor(options.settle_time);
    ASSIGN_OR_RETURN(const int64_t bytes, cluster->server().ResidentBytes());
    memory.rounds.push_back(static_cast<double>(bytes - bytes_before) / 1e3 / options.agents);
    back.rounds.push_back(seconds);
    TellProgress(absl::StrCat("round ", round + 1, ": ", options.agents, " agents: back after ", seconds, " s, ",
                              memory.rounds.back(), " KB each"));
  }
  report.Add(std::move(memory));
  report.Add(std::move(back));
  return absl::OkStatus();
}

}  // namespace specrelay
