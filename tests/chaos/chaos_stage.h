// A real server, three real agents on two trees, and everything that can be done to them.
#ifndef SPECRELAY_TESTS_CHAOS_CHAOS_STAGE_H_
#define SPECRELAY_TESTS_CHAOS_CHAOS_STAGE_H_

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/chaos/tcp_proxy.h"
#include "tests/support/cluster.h"
#include "tests/support/subprocess.h"

namespace specrelay {

// Agents 0 and 1 serve "p1", agent 2 serves "p2", each through a proxy of its own. The tree of "p2" is on a small file
// system of its own where this process may mount one. Not thread-safe. The destructor ends and removes everything.
class ChaosStage {
 public:
  static absl::StatusOr<std::unique_ptr<ChaosStage>> Start(uint32_t seed);
  ~ChaosStage();
  ChaosStage(const ChaosStage&) = delete;
  ChaosStage& operator=(const ChaosStage&) = delete;

  // Makes one thing go wrong now, and says what. What passes by itself ends in PassTime().
  std::string Strike();

  // Lets time pass, and ends the faults whose time is over.
  void PassTime(absl::Duration time);

  // Ends all faults and waits until every agent is connected again.
  absl::Status Heal();

  const Cluster& cluster() const { return *cluster_; }
  static std::vector<std::string> Projects() { return {"p1", "p2"}; }
  std::string TreeOf(const std::string& project_id) const;
  // How often each kind of fault was made.
  const std::map<std::string, int>& faults() const { return faults_; }

 private:
  struct Agent {
    std::string project_id;
    std::unique_ptr<TcpProxy> proxy;
    std::unique_ptr<Subprocess> process;
  };

  ChaosStage(std::unique_ptr<Cluster> cluster, uint32_t seed);

  absl::Status StartAgent(Agent& agent);
  std::string ProjectDir(const std::string& project_id) const;
  // How long a fault lasts; now and then so long that heartbeats find out.
  absl::Duration SomeTime();
  void Later(absl::Duration delay, std::function<void()> end);

  // Faults; each returns its kind.
  std::string KillAgent(Agent& agent);
  std::string EndAgent(Agent& agent);
  std::string StopAgent(Agent& agent);
  std::string TakeAway(const std::string& project_id);
  std::string CutConnection(Agent& agent);
  std::string DelayConnection(Agent& agent);
  std::string SilenceConnection(Agent& agent);
  std::string KillServer();
  std::string DrainServer();
  std::string StopServer();
  std::string FillDisk();
  std::string RotateKey();
  std::string ReplaceFile();

  const std::unique_ptr<Cluster> cluster_;
  std::mt19937 random_;
  bool mounted_ = false;
  std::string agent_key_id_;
  int edits_ = 0;
  std::array<Agent, 3> agents_;
  std::multimap<absl::Time, std::function<void()>> ends_;
  std::map<std::string, int> faults_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_CHAOS_CHAOS_STAGE_H_
