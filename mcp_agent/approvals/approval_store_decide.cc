// What ends an approval's wait, and what follows: Update(), UndoOne(), Consume(), Snapshot(), Delete().
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/approvals/approval_files.h"
#include "mcp_agent/approvals/approval_store.h"
#include "mcp_agent/approvals/change_summary.h"
#include "mcp_agent/approvals/document_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kMaxManualSnapshots = 1000;

// Whether a decision can do without the document: one that is gone can still be judged, and one that the agent must not
// read can be turned down, or else its request would wait forever.
bool MayLackDocument(const absl::Status& why, v1::ApprovalStatus decision) {
  return absl::IsNotFound(why) || (absl::IsPermissionDenied(why) && decision != v1::APPROVAL_STATUS_APPROVED);
}

}  // namespace

absl::Status ApprovalStore::ReviewedAnotherError(const Tree& tree, const v1::Approval& approval,
                                                 absl::string_view reviewed_hash,
                                                 const absl::StatusOr<FileContent>& current) const {
  const absl::StatusOr<std::string> relative = RelativePath(approval);
  const absl::string_view path = relative.ok() ? absl::string_view(*relative) : approval.file_path();
  const std::string conflict_path(PathInTree(path).value_or(path));
  const std::string prefix = absl::StrCat("nothing was decided: ", Quoted(path));
  if (!current.ok()) {
    return ConflictError(absl::StrCat(prefix, " does not exist any more; look at approval ", approval.id(), " again"),
                         conflict_path, "", "");
  }
  std::string message = absl::StrCat(prefix, " has changed since it was reviewed; read it again and decide on ",
                                     "reviewed_hash ", current->hash);
  const absl::StatusOr<SnapshotHistory> history = OpenHistory(tree, approval);
  if (history.ok()) {
    const absl::optional<v1::ApprovalSnapshot> reviewed = history->FindByHash(reviewed_hash);
    if (reviewed.has_value()) {
      absl::StrAppend(&message, ". Since snapshot ", reviewed->version(), ":\n",
                      SummarizeChange(reviewed->content(), ReplaceInvalidUtf8(current->bytes)));
    }
  }
  return ConflictError(message, conflict_path, current->hash, current->bytes);
}

absl::StatusOr<v1::ApprovalUpdateResponse> ApprovalStore::Update(Transaction& tx,
                                                                 const v1::ApprovalUpdateRequest& request) const {
  RETURN_IF_ERROR(CheckMayDecide(tx.actor()));
  RETURN_IF_ERROR(CheckDecision(request));
  ASSIGN_OR_RETURN(ApprovalDocument document, FindApproval(tx.tree(), request.id()));
  if (!document.pending()) return AlreadyDecidedError(document.approval());

  const absl::StatusOr<FileContent> file = ReadDocument(tx.tree(), document.approval());
  if (!file.ok() && !MayLackDocument(file.status(), request.status())) return file.status();
  if (request.has_reviewed_hash() && (!file.ok() || file->hash != request.reviewed_hash())) {
    if (!file.ok() && !absl::IsNotFound(file.status())) return file.status();
    return ReviewedAnotherError(tx.tree(), document.approval(), request.reviewed_hash(), file);
  }
  if (file.ok()) {
    ASSIGN_OR_RETURN(SnapshotHistory history, OpenHistory(tx.tree(), document.approval()));
    RETURN_IF_ERROR(history.Capture(tx, document.approval(), SnapshotTrigger(request.status()), *file).status());
    RETURN_IF_ERROR(history.Commit(tx));
  }
  document.Decide(ToDecision(request, tx.now(), tx.actor()));
  RETURN_IF_ERROR(tx.Write(document.path(), document.ToJson()).status());
  tx.SetSummary(absl::StrCat(DecisionVerb(request.status()), " ", request.id()));
  v1::ApprovalUpdateResponse response;
  *response.mutable_approval() = document.approval();
  return response;
}

absl::Status ApprovalStore::UndoOne(Transaction& tx, absl::string_view id) const {
  RETURN_IF_ERROR(CheckMayDecide(tx.actor()));
  ASSIGN_OR_RETURN(ApprovalDocument document, FindApproval(tx.tree(), id));
  RETURN_IF_ERROR(CheckUndo(document, tx.now(), undo_window_));
  document.Undo();
  RETURN_IF_ERROR(tx.Write(document.path(), document.ToJson()).status());
  tx.SetSummary(absl::StrCat("took back the decision on ", id));
  return absl::OkStatus();
}

absl::StatusOr<v1::ApprovalConsumeResponse> ApprovalStore::Consume(Transaction& tx,
                                                                   const v1::ApprovalConsumeRequest& request) const {
  ASSIGN_OR_RETURN(ApprovalDocument document, FindApproval(tx.tree(), request.id()));
  if (document.pending()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "Approval ", request.id(), " is pending; wait for its decision with approval-wait before consuming it"));
  }
  v1::ApprovalConsumeResponse response;
  if (request.delete_()) {
    RETURN_IF_ERROR(tx.Remove(document.path()));
    tx.SetSummary(absl::StrCat("consumed and deleted ", request.id()));
    return response;
  }
  *response.mutable_approval() = document.approval();
  if (document.consumed()) return response;
  document.Consume(tx.now());
  RETURN_IF_ERROR(tx.Write(document.path(), document.ToJson()).status());
  tx.SetSummary(absl::StrCat("consumed ", request.id()));
  return response;
}

absl::StatusOr<v1::ApprovalSnapshotResponse> ApprovalStore::Snapshot(Transaction& tx,
                                                                     const v1::ApprovalSnapshotRequest& request) const {
  ASSIGN_OR_RETURN(const ApprovalDocument document, FindApproval(tx.tree(), request.id()));
  ASSIGN_OR_RETURN(const FileContent file, ReadDocument(tx.tree(), document.approval()));
  ASSIGN_OR_RETURN(SnapshotHistory history, OpenHistory(tx.tree(), document.approval()));
  if (history.versions().size() >= kMaxManualSnapshots) {
    return absl::ResourceExhaustedError(
        absl::StrCat(Quoted(document.approval().file_path()), " has ", history.versions().size(),
                     " snapshots already; remove old ones from the category's ", ".snapshots directory"));
  }
  v1::ApprovalSnapshotResponse response;
  ASSIGN_OR_RETURN(*response.mutable_snapshot(), history.Capture(tx, document.approval(), "manual", file));
  RETURN_IF_ERROR(history.Commit(tx));
  tx.SetSummary(absl::StrCat("took snapshot ", response.snapshot().version(), " for ", request.id()));
  return response;
}

absl::StatusOr<v1::ApprovalDeleteResponse> ApprovalStore::Delete(Transaction& tx,
                                                                 const v1::ApprovalDeleteRequest& request) const {
  ASSIGN_OR_RETURN(const ApprovalDocument document, FindApproval(tx.tree(), request.id()));
  if (document.pending()) {
    return absl::FailedPreconditionError(
        absl::StrCat("Approval ", request.id(), " is pending and the coding agent waits for it; decide it first"));
  }
  RETURN_IF_ERROR(tx.Remove(document.path()));
  tx.SetSummary(absl::StrCat("deleted ", request.id()));
  return v1::ApprovalDeleteResponse();
}

}  // namespace specrelay
