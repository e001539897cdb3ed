// Two agents that serve one tree.
#ifndef SPECRELAY_TESTS_INTEGRATION_TWO_AGENTS_H_
#define SPECRELAY_TESTS_INTEGRATION_TWO_AGENTS_H_

#include <array>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "relay/principal.h"
#include "tests/support/cluster.h"

namespace specrelay {

// Each agent is a process of its own behind a relay of its own: one relay would join equal requests that are under way
// and send to one of the agents only, so that they would hardly ever meet. Not thread-safe; its clients are.
class TwoAgents {
 public:
  static absl::StatusOr<std::unique_ptr<TwoAgents>> Start();

  // A client of the relay of agent 0 or 1.
  Client ClientOf(int agent, Role role = Role::kUser) const { return clusters_[agent]->ClientFor(role); }

  // Ends the agent with SIGKILL and waits until its relay has noticed.
  absl::Status Kill(int agent);
  // Starts an agent that was killed, and waits until its relay has it.
  absl::Status Restart(int agent);

  const std::string& project_dir() const { return project_dir_; }
  // What both keep on the machine.
  const std::string& machine_dir() const { return machine_dir_; }

  static constexpr char kProjectId[] = "p1";

 private:
  TwoAgents() = default;

  // The first owns the directories, so that it goes last.
  std::array<std::unique_ptr<Cluster>, 2> clusters_;
  std::array<Subprocess*, 2> agents_ = {};
  std::string project_dir_;
  std::string machine_dir_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_TWO_AGENTS_H_
