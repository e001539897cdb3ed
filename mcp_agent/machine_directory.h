// The agent's own directory on this machine: jobs, runners, the owner's policy.
#ifndef SPECRELAY_MCP_AGENT_MACHINE_DIRECTORY_H_
#define SPECRELAY_MCP_AGENT_MACHINE_DIRECTORY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// `directory` (`~/.spec-context-mcp` unless the owner moved it) as a tree, which need not exist yet; what is above it
// is created where missing. INVALID_ARGUMENT for "" and "/", FAILED_PRECONDITION when it cannot be used.
absl::StatusOr<std::unique_ptr<Tree>> OpenMachineDirectory(const std::string& directory);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MACHINE_DIRECTORY_H_
