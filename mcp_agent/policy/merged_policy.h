// The policy in force as clients see it: one that says of each command what all layers together say.
#ifndef SPECRELAY_MCP_AGENT_POLICY_MERGED_POLICY_H_
#define SPECRELAY_MCP_AGENT_POLICY_MERGED_POLICY_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "mcp_agent/policy/policy_layer.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// The only name in a list of v1::AgentPolicy that allows nothing, since an empty list there allows all. No command and
// no account has it.
constexpr absl::string_view kNoName = "(none)";

// The strictest of each of `layers`, with defaults filled in. Several lists of commands become the list of the commands
// that match each of them. Pure.
v1::AgentPolicy MergePolicy(const std::vector<PolicyLayer>& layers);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_POLICY_MERGED_POLICY_H_
