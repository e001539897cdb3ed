#include "mcp_agent/approvals/reviewed_documents.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/approvals/document_path.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {

ReviewedDocuments::ReviewedDocuments(const Tree* project_files, const EnforcedPolicy& policy, std::string project_path)
    : project_files_(project_files), policy_(policy), project_path_(std::move(project_path)) {}

absl::StatusOr<FileContent> ReviewedDocuments::Read(const Tree& tree, absl::string_view relative) const {
  const int64_t limit = std::min(kMaxReviewedBytes, policy_.max_file_bytes());
  if (const absl::optional<absl::string_view> in_tree = PathInTree(relative)) return tree.Read(*in_tree, limit);
  RETURN_IF_ERROR(policy_.CheckProjectRead(relative));
  if (project_files_ == nullptr) {
    return absl::PermissionDeniedError(absl::StrCat("this agent cannot read ", Quoted(relative),
                                                    ", which is outside of .spec-context; the machine's ",
                                                    "owner can allow it with the setting project_readable"));
  }
  return project_files_->Read(relative, limit);
}

std::string ReviewedDocuments::AbsolutePath(absl::string_view relative) const {
  return JoinPath(project_path_, relative);
}

}  // namespace specrelay
