// The commands on approvals.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_STORE_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_STORE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/approvals/approval_document.h"
#include "mcp_agent/approvals/damage_log.h"
#include "mcp_agent/approvals/decision_rules.h"
#include "mcp_agent/approvals/reviewed_documents.h"
#include "mcp_agent/approvals/snapshot_store.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

struct ApprovalStoreOptions {
  // Canonical path of the project.
  std::string project_path;
  // How long a decision can be undone.
  absl::Duration undo_window = absl::Seconds(30);
  // Asked before each decision and each undoing of one; empty allows everybody.
  MayDecide may_decide = nullptr;
};

// One method for each command. Thread-safe; does not own what it is given. Errors besides the tree's: INVALID_ARGUMENT
// for an id that cannot be one, NOT_FOUND for an approval that does not exist, FAILED_PRECONDITION that names the file
// when that is damaged, PERMISSION_DENIED for a document out of reach. A damaged file never hinders the others.
class ApprovalStore {
 public:
  // `project_files` is the whole project, or nullptr where only the tree may be read. Damaged files are reported to
  // `damage`.
  ApprovalStore(const Tree& tree, const Tree* project_files, const EnforcedPolicy& policy, DamageLog& damage,
                ApprovalStoreOptions options);

  absl::StatusOr<v1::ApprovalListResponse> List(const v1::ApprovalListRequest& request) const;
  absl::StatusOr<v1::ApprovalGetResponse> Get(const v1::ApprovalGetRequest& request) const;
  absl::StatusOr<v1::ApprovalContentResponse> Content(const v1::ApprovalContentRequest& request) const;
  // All of that file in that category, whichever approval they were taken for.
  absl::StatusOr<v1::ApprovalSnapshotsResponse> Snapshots(const v1::ApprovalSnapshotsRequest& request) const;
  absl::StatusOr<v1::ApprovalSnapshotGetResponse> SnapshotGet(const v1::ApprovalSnapshotGetRequest& request) const;
  absl::StatusOr<v1::ApprovalDiffResponse> Diff(const v1::ApprovalDiffRequest& request) const;

  // INVALID_ARGUMENT with the errors' lines for a tasks.md that fails ValidateTasks().
  absl::StatusOr<v1::ApprovalCreateResponse> Create(Transaction& tx, const v1::ApprovalCreateRequest& request) const;

  // FAILED_PRECONDITION, with who and when, once it is decided. ABORTED, with the document as it is and what changed in
  // it, when that is not what was reviewed.
  absl::StatusOr<v1::ApprovalUpdateResponse> Update(Transaction& tx, const v1::ApprovalUpdateRequest& request) const;

  // RESOURCE_EXHAUSTED when the document has 1,000 snapshots.
  absl::StatusOr<v1::ApprovalSnapshotResponse> Snapshot(Transaction& tx,
                                                        const v1::ApprovalSnapshotRequest& request) const;
  absl::StatusOr<v1::ApprovalDeleteResponse> Delete(Transaction& tx, const v1::ApprovalDeleteRequest& request) const;
  absl::StatusOr<v1::ApprovalConsumeResponse> Consume(Transaction& tx, const v1::ApprovalConsumeRequest& request) const;

  // Makes one approval pending again.
  absl::Status UndoOne(Transaction& tx, absl::string_view id) const;

  // The commands on several approvals: a write of its own for each, with a request id made from that of `base` and its
  // place in the list, so that the command can be resent as a whole. Fail only when the request itself is bad or its
  // sender may not decide.
  absl::StatusOr<v1::ApprovalBatchUpdateResponse> BatchUpdate(WriteLedger& ledger, const WriteRequest& base,
                                                              const v1::ApprovalBatchUpdateRequest& request) const;
  absl::StatusOr<v1::ApprovalUndoResponse> Undo(WriteLedger& ledger, const WriteRequest& base,
                                                const v1::ApprovalUndoRequest& request) const;

 private:
  absl::StatusOr<SnapshotHistory> OpenHistory(const Tree& tree, const v1::Approval& approval) const;
  absl::StatusOr<std::string> RelativePath(const v1::Approval& approval) const;
  absl::StatusOr<FileContent> ReadDocument(const Tree& tree, const v1::Approval& approval) const;
  absl::Status CheckMayDecide(const v1::Actor& actor) const;

  // Of Create().
  absl::Status CheckCreate(const v1::ApprovalCreateRequest& request) const;
  absl::StatusOr<v1::ApprovalCreateResponse> CreateNew(Transaction& tx, const v1::Approval& wanted) const;

  // Of Update(). ABORTED for `document`, whose file is `current`.
  absl::Status ReviewedAnotherError(const Tree& tree, const v1::Approval& approval, absl::string_view reviewed_hash,
                                    const absl::StatusOr<FileContent>& current) const;

  const Tree& tree_;
  const ReviewedDocuments documents_;
  const absl::Duration undo_window_;
  const MayDecide may_decide_;
  DamageLog& damage_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_STORE_H_
