// The words that JSON files use for the enums of approvals. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_NAMES_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_NAMES_H_

#include "absl/strings/string_view.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// "pending", "approved", "rejected", "needs-revision"; empty for other values.
absl::string_view ApprovalStatusName(v1::ApprovalStatus status);
// "document", "action"; empty for other values.
absl::string_view ApprovalTypeName(v1::ApprovalType type);
// "spec", "steering"; empty for other values.
absl::string_view ApprovalCategoryName(v1::ApprovalCategory category);

// The reverse; UNSPECIFIED for an unknown name.
v1::ApprovalStatus ApprovalStatusFromName(absl::string_view name);
v1::ApprovalType ApprovalTypeFromName(absl::string_view name);
v1::ApprovalCategory ApprovalCategoryFromName(absl::string_view name);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_NAMES_H_
