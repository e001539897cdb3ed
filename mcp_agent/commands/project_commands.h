// The command that describes the project.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_PROJECT_COMMANDS_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_PROJECT_COMMANDS_H_

#include "absl/status/statusor.h"
#include "mcp_agent/approvals/auto_approve.h"
#include "mcp_agent/commands/command_environment.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/specs/steering_store.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// Thread-safe; does not own what it is given by reference.
class ProjectCommands {
 public:
  ProjectCommands(const CommandEnvironment& environment, const SteeringStore& steering,
                  const AutoApproveStore& auto_approve, const EnforcedPolicy& policy)
      : environment_(environment), steering_(steering), auto_approve_(auto_approve), policy_(policy) {}

  // Works without a tree as well.
  absl::StatusOr<v1::ProjectInfoResponse> Info(const v1::ProjectInfoRequest& request) const;

 private:
  const CommandEnvironment& environment_;
  const SteeringStore& steering_;
  const AutoApproveStore& auto_approve_;
  const EnforcedPolicy& policy_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_PROJECT_COMMANDS_H_
