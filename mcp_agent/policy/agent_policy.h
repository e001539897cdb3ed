// What the machine's owner lets remote people do, as the agent enforces it.
#ifndef SPECRELAY_MCP_AGENT_POLICY_AGENT_POLICY_H_
#define SPECRELAY_MCP_AGENT_POLICY_AGENT_POLICY_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// The owner's policy with defaults filled in. Immutable, hence thread-safe.
class EnforcedPolicy {
 public:
  // `stated` as the owner wrote it; a `max_file_bytes` that is not positive means kDefaultMaxFileBytes.
  explicit EnforcedPolicy(v1::AgentPolicy stated);

  // The policy in force, for clients.
  const v1::AgentPolicy& in_force() const { return policy_; }

  // Largest file that may be read or written.
  int64_t max_file_bytes() const { return policy_.max_file_bytes(); }

  // OK when file-read may read `path`, relative to the project; else PERMISSION_DENIED naming the setting.
  absl::Status CheckProjectRead(absl::string_view path) const;

  // OK when `size_bytes` may be written to `path`; else RESOURCE_EXHAUSTED naming the limit.
  absl::Status CheckWriteSize(absl::string_view path, int64_t size_bytes) const;

 private:
  const v1::AgentPolicy policy_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_POLICY_AGENT_POLICY_H_
