#include "mcp_agent/approvals/approval_store.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/approvals/approval_files.h"
#include "mcp_agent/approvals/document_path.h"
#include "mcp_agent/approvals/line_diff.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// Of all snapshots in one answer.
constexpr int64_t kMaxSnapshotListBytes = int64_t{32} << 20;

}  // namespace

ApprovalStore::ApprovalStore(const Tree& tree, const Tree* project_files, const EnforcedPolicy& policy,
                             DamageLog& damage, ApprovalStoreOptions options)
    : tree_(tree),
      documents_(project_files, policy, std::move(options.project_path)),
      undo_window_(options.undo_window),
      may_decide_(std::move(options.may_decide)),
      damage_(damage) {}

absl::StatusOr<std::string> ApprovalStore::RelativePath(const v1::Approval& approval) const {
  return ProjectRelativePath(documents_.project_path(), approval.file_path());
}

absl::StatusOr<FileContent> ApprovalStore::ReadDocument(const Tree& tree, const v1::Approval& approval) const {
  ASSIGN_OR_RETURN(const std::string path, RelativePath(approval));
  return documents_.Read(tree, path);
}

absl::StatusOr<SnapshotHistory> ApprovalStore::OpenHistory(const Tree& tree, const v1::Approval& approval) const {
  ASSIGN_OR_RETURN(const std::string path, RelativePath(approval));
  return SnapshotHistory::Open(tree, damage_, {documents_.project_path(), approval.category_name(), path});
}

absl::StatusOr<v1::ApprovalListResponse> ApprovalStore::List(const v1::ApprovalListRequest& request) const {
  ASSIGN_OR_RETURN(std::vector<v1::Approval> approvals, ListApprovals(tree_, damage_));
  v1::ApprovalListResponse response;
  for (v1::Approval& approval : approvals) {
    if (!request.include_decided() && approval.status() != v1::APPROVAL_STATUS_PENDING) continue;
    *response.add_approvals() = std::move(approval);
  }
  return response;
}

absl::StatusOr<v1::ApprovalGetResponse> ApprovalStore::Get(const v1::ApprovalGetRequest& request) const {
  ASSIGN_OR_RETURN(const ApprovalDocument document, FindApproval(tree_, request.id()));
  v1::ApprovalGetResponse response;
  *response.mutable_approval() = document.approval();
  return response;
}

absl::StatusOr<v1::ApprovalContentResponse> ApprovalStore::Content(const v1::ApprovalContentRequest& request) const {
  ASSIGN_OR_RETURN(const ApprovalDocument document, FindApproval(tree_, request.id()));
  ASSIGN_OR_RETURN(const std::string path, RelativePath(document.approval()));
  ASSIGN_OR_RETURN(const FileContent file, documents_.Read(tree_, path));
  v1::ApprovalContentResponse response;
  response.set_content(ReplaceInvalidUtf8(file.bytes));
  response.set_file_path(documents_.AbsolutePath(path));
  response.set_hash(file.hash);
  return response;
}

absl::StatusOr<v1::ApprovalSnapshotsResponse> ApprovalStore::Snapshots(
    const v1::ApprovalSnapshotsRequest& request) const {
  ASSIGN_OR_RETURN(const ApprovalDocument document, FindApproval(tree_, request.id()));
  ASSIGN_OR_RETURN(const SnapshotHistory history, OpenHistory(tree_, document.approval()));
  ASSIGN_OR_RETURN(std::vector<v1::ApprovalSnapshot> snapshots, history.List(kMaxSnapshotListBytes));
  v1::ApprovalSnapshotsResponse response;
  for (v1::ApprovalSnapshot& snapshot : snapshots) *response.add_snapshots() = std::move(snapshot);
  return response;
}

absl::StatusOr<v1::ApprovalSnapshotGetResponse> ApprovalStore::SnapshotGet(
    const v1::ApprovalSnapshotGetRequest& request) const {
  ASSIGN_OR_RETURN(const ApprovalDocument document, FindApproval(tree_, request.id()));
  ASSIGN_OR_RETURN(const SnapshotHistory history, OpenHistory(tree_, document.approval()));
  v1::ApprovalSnapshotGetResponse response;
  ASSIGN_OR_RETURN(*response.mutable_snapshot(), history.Get(request.version()));
  return response;
}

absl::StatusOr<v1::ApprovalDiffResponse> ApprovalStore::Diff(const v1::ApprovalDiffRequest& request) const {
  ASSIGN_OR_RETURN(const ApprovalDocument document, FindApproval(tree_, request.id()));
  ASSIGN_OR_RETURN(const SnapshotHistory history, OpenHistory(tree_, document.approval()));
  ASSIGN_OR_RETURN(const v1::ApprovalSnapshot from, history.Get(request.from_version()));
  if (request.to_version() != 0) {
    ASSIGN_OR_RETURN(const v1::ApprovalSnapshot to, history.Get(request.to_version()));
    return DiffTexts(from.content(), to.content());
  }
  ASSIGN_OR_RETURN(const FileContent current, ReadDocument(tree_, document.approval()));
  // As snapshots hold it, so that bytes which are no text are no difference.
  return DiffTexts(from.content(), ReplaceInvalidUtf8(current.bytes));
}

absl::Status ApprovalStore::CheckMayDecide(const v1::Actor& actor) const {
  return may_decide_ ? may_decide_(actor) : absl::OkStatus();
}

}  // namespace specrelay
