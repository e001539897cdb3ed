// What the machine's owner lets remote people do, as the agent enforces it.
#ifndef SPECRELAY_MCP_AGENT_POLICY_AGENT_POLICY_H_
#define SPECRELAY_MCP_AGENT_POLICY_AGENT_POLICY_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/policy/policy_layer.h"
#include "proto/support/command_catalog.h"
#include "specrelay/v1/approval.pb.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// The strictest of what several places say, with defaults filled in. Refusals name the rule and the place it stands in.
// Immutable, hence thread-safe.
class EnforcedPolicy {
 public:
  // `stated` as the owner wrote it, in one place; a `max_file_bytes` that is not positive means kDefaultMaxFileBytes.
  explicit EnforcedPolicy(const v1::AgentPolicy& stated);

  explicit EnforcedPolicy(std::vector<PolicyLayer> layers);

  // The policy in force, for clients (merged_policy.h).
  const v1::AgentPolicy& in_force() const { return policy_; }

  // Largest file that may be read or written.
  int64_t max_file_bytes() const { return policy_.max_file_bytes(); }

  // OK when `actor` may send the command, decisions on approvals and questions included; else PERMISSION_DENIED.
  absl::Status CheckCommand(const CommandInfo& command, const v1::Actor& actor) const;

  // OK when `actor` may decide approvals and questions; else PERMISSION_DENIED.
  absl::Status CheckMayDecide(const v1::Actor& actor) const;

  // OK when file-read may read `path`, relative to the project; else PERMISSION_DENIED naming the setting.
  absl::Status CheckProjectRead(absl::string_view path) const;

  // OK when `size_bytes` may be written to `path`; else RESOURCE_EXHAUSTED naming the limit.
  absl::Status CheckWriteSize(absl::string_view path, int64_t size_bytes) const;

 private:
  const std::vector<PolicyLayer> layers_;
  const v1::AgentPolicy policy_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_POLICY_AGENT_POLICY_H_
