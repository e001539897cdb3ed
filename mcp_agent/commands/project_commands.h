// The command that describes the project.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_PROJECT_COMMANDS_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_PROJECT_COMMANDS_H_

#include "absl/status/statusor.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/specs/steering_store.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// Thread-safe; does not own what it is given by reference.
class ProjectCommands {
 public:
  ProjectCommands(const Tree& tree, const SteeringStore& steering, const EnforcedPolicy& policy, v1::Project project,
                  v1::Machine machine);

  // Works without a tree as well.
  absl::StatusOr<v1::ProjectInfoResponse> Info(const v1::ProjectInfoRequest& request) const;

 private:
  const Tree& tree_;
  const SteeringStore& steering_;
  const EnforcedPolicy& policy_;
  const v1::Project project_;
  const v1::Machine machine_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_PROJECT_COMMANDS_H_
