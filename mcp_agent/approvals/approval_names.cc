#include "mcp_agent/approvals/approval_names.h"

namespace specrelay {

absl::string_view ApprovalStatusName(v1::ApprovalStatus status) {
  switch (status) {
    case v1::APPROVAL_STATUS_PENDING:
      return "pending";
    case v1::APPROVAL_STATUS_APPROVED:
      return "approved";
    case v1::APPROVAL_STATUS_REJECTED:
      return "rejected";
    case v1::APPROVAL_STATUS_NEEDS_REVISION:
      return "needs-revision";
    default:
      return "";
  }
}

absl::string_view ApprovalTypeName(v1::ApprovalType type) {
  switch (type) {
    case v1::APPROVAL_TYPE_DOCUMENT:
      return "document";
    case v1::APPROVAL_TYPE_ACTION:
      return "action";
    default:
      return "";
  }
}

absl::string_view ApprovalCategoryName(v1::ApprovalCategory category) {
  switch (category) {
    case v1::APPROVAL_CATEGORY_SPEC:
      return "spec";
    case v1::APPROVAL_CATEGORY_STEERING:
      return "steering";
    default:
      return "";
  }
}

v1::ApprovalStatus ApprovalStatusFromName(absl::string_view name) {
  for (const auto status : {v1::APPROVAL_STATUS_PENDING, v1::APPROVAL_STATUS_APPROVED, v1::APPROVAL_STATUS_REJECTED,
                            v1::APPROVAL_STATUS_NEEDS_REVISION}) {
    if (name == ApprovalStatusName(status)) return status;
  }
  return v1::APPROVAL_STATUS_UNSPECIFIED;
}

v1::ApprovalType ApprovalTypeFromName(absl::string_view name) {
  for (const auto type : {v1::APPROVAL_TYPE_DOCUMENT, v1::APPROVAL_TYPE_ACTION}) {
    if (name == ApprovalTypeName(type)) return type;
  }
  return v1::APPROVAL_TYPE_UNSPECIFIED;
}

v1::ApprovalCategory ApprovalCategoryFromName(absl::string_view name) {
  for (const auto category : {v1::APPROVAL_CATEGORY_SPEC, v1::APPROVAL_CATEGORY_STEERING}) {
    if (name == ApprovalCategoryName(category)) return category;
  }
  return v1::APPROVAL_CATEGORY_UNSPECIFIED;
}

}  // namespace specrelay
