// Finding approvals in the tree. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_FILES_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_FILES_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/approvals/approval_document.h"
#include "mcp_agent/approvals/damage_log.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// NOT_FOUND "Approval nope not found".
absl::Status NoSuchApprovalError(absl::string_view id);

// The approval of that id, whatever its category. INVALID_ARGUMENT for an id that cannot be one, NOT_FOUND,
// FAILED_PRECONDITION that names the file when it is damaged; else the tree's errors.
absl::StatusOr<ApprovalDocument> FindApproval(const Tree& tree, absl::string_view id);

// All approvals of one category in no particular order; files that cannot be read as approvals are reported to `damage`
// and left out. None when there is no such category.
absl::StatusOr<std::vector<v1::Approval>> ListApprovalsIn(const Tree& tree, DamageLog& damage,
                                                          absl::string_view category_name);

// The approvals of all categories, newest first.
absl::StatusOr<std::vector<v1::Approval>> ListApprovals(const Tree& tree, DamageLog& damage);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_FILES_H_
