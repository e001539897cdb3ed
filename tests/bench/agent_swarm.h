// Thousands of agents in one process: each has the link of a real one, on a stream of its own, and nothing behind it.
#ifndef SPECRELAY_TESTS_BENCH_AGENT_SWARM_H_
#define SPECRELAY_TESTS_BENCH_AGENT_SWARM_H_

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/link/grpc_timers.h"
#include "mcp_agent/link/relay_link.h"
#include "mcp_agent/link/worker_pool.h"
#include "specrelay/v1/job.pb.h"

namespace specrelay {

struct SwarmOptions {
  std::string address;            // HOST:PORT of the relay
  std::vector<std::string> keys;  // of one account each; the agents are spread over them
  int agents = 1;                 // each serves a project of its own, see ProjectOf()
  int connections = 1;            // the agents are spread over them
};

// Every command is answered as carried out, without a result. Thread-safe. Destruction says goodbye for all agents.
class AgentSwarm {
 public:
  explicit AgentSwarm(SwarmOptions options);
  ~AgentSwarm();

  AgentSwarm(const AgentSwarm&) = delete;
  AgentSwarm& operator=(const AgentSwarm&) = delete;

  // Waits until all agents are connected at the same time.
  absl::Status WaitConnected(absl::Duration timeout) const ABSL_LOCKS_EXCLUDED(mu_);
  // Waits until none is.
  absl::Status WaitDisconnected(absl::Duration timeout) const ABSL_LOCKS_EXCLUDED(mu_);

  void ReportProgress(int agent, v1::JobProgress report);

  // "swarm-00042"
  static std::string ProjectOf(int agent);

 private:
  class Connector;
  struct Agent;

  std::unique_ptr<Agent> MakeAgent(int number);
  void OnState(Agent& agent, LinkState state) ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status WaitFor(int connected, absl::Duration timeout) const ABSL_LOCKS_EXCLUDED(mu_);

  const SwarmOptions options_;
  GrpcTimers timers_;
  WorkerPool workers_;
  std::mt19937_64 seeds_{20'000};
  std::vector<std::unique_ptr<Connector>> connectors_;
  std::vector<std::unique_ptr<Agent>> agents_;

  mutable absl::Mutex mu_;
  int connected_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_AGENT_SWARM_H_
