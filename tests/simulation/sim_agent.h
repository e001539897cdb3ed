// An agent of a simulation, which crashes, sleeps and restarts when told to.
#ifndef SPECRELAY_TESTS_SIMULATION_SIM_AGENT_H_
#define SPECRELAY_TESTS_SIMULATION_SIM_AGENT_H_

#include <memory>
#include <string>
#include <vector>

#include "mcp_agent/link/relay_stream.h"
#include "mcp_agent/machine_host.h"
#include "mcp_agent/testing/agent_parts.h"
#include "mcp_agent/tree/testing/observed_tree.h"
#include "tests/simulation/sim_disk.h"
#include "tests/simulation/sim_process.h"
#include "tests/simulation/sim_random.h"
#include "tests/simulation/sim_relay.h"
#include "tests/simulation/sim_time.h"

namespace specrelay {

// One process after the other, on one disk. One thread. The arguments must outlive it.
class SimAgent {
 public:
  struct World {
    EventLoop& loop;
    SimRandom& random;
    SimRelay& relay;
    SimDisk& disk;
    SimClock& clock;       // its machine's
    MachineHost& machine;  // shared by all: no job runs in a simulation
  };

  SimAgent(World world, std::string project_id, std::string name);
  ~SimAgent();

  void Start();
  // kill -9, between two steps of whatever it does.
  void Kill() { Kill(absl::ZeroDuration()); }
  // The same, and whoever starts it again is away for at least that long.
  void Kill(absl::Duration away);
  // kill -9 before its `changes`-th change of the disk from now on.
  void KillBeforeChange(int changes) { changes_to_live_ = changes; }
  // SIGTERM; it starts again when it has left.
  void Leave();
  void Pause();
  void Resume();
  // Its file watcher's queue overflows.
  void MissChanges();

  bool running() const;
  // Whether the relay has welcomed it.
  bool connected() const;
  bool down() const { return current_ == nullptr; }
  const std::string& name() const { return name_; }
  // Its latest stream; nullptr when there is none.
  std::shared_ptr<SimConnection> connection() const;

 private:
  struct Life;
  class Connector;

  void OnDiskChanged(const std::string& path);
  absl::Status BeforeOperation(const std::shared_ptr<SimProcess>& process, absl::string_view operation);

  const World world_;
  const std::string project_id_;
  const std::string name_;
  int starts_ = 0;
  int changes_to_live_ = 0;  // 0: for ever
  std::unique_ptr<Life> current_;
  std::vector<std::unique_ptr<Life>> ended_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_SIM_AGENT_H_
