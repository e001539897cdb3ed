// When approvals were asked for and decided.
#ifndef SPECRELAY_MCP_AGENT_ANALYTICS_APPROVAL_TIMES_H_
#define SPECRELAY_MCP_AGENT_ANALYTICS_APPROVAL_TIMES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

struct ApprovalTimes {
  enum class Status { kPending, kApproved, kRejected, kNeedsRevision };
  Status status = Status::kPending;
  absl::optional<absl::Time> created;
  absl::optional<absl::Time> decided;  // never of a pending one
};

struct AllApprovalTimes {
  std::vector<ApprovalTimes> approvals;
  int damaged_files = 0;
};

// Of all approvals in the tree. Errors are the tree's for directories. Thread-safe.
absl::StatusOr<AllApprovalTimes> ReadApprovalTimes(const Tree& tree);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_ANALYTICS_APPROVAL_TIMES_H_
