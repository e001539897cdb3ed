// ApprovalStore::Create().
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/approvals/approval_files.h"
#include "mcp_agent/approvals/approval_names.h"
#include "mcp_agent/approvals/approval_store.h"
#include "mcp_agent/approvals/auto_approve.h"
#include "mcp_agent/approvals/document_path.h"
#include "mcp_agent/approvals/tasks_validator.h"
#include "mcp_agent/specs/names.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr size_t kMaxTitleBytes = 1000;
constexpr size_t kMaxMetadataBytes = 256 << 10;

absl::Status CheckTitle(absl::string_view title) {
  if (title.empty()) return absl::InvalidArgumentError("the title is empty; say what is to be approved");
  if (title.size() > kMaxTitleBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the title has ", title.size(), " bytes and the limit is ", kMaxTitleBytes, "; shorten it"));
  }
  if (!IsValidUtf8(title) || absl::c_any_of(title, [](unsigned char c) { return absl::ascii_iscntrl(c); })) {
    return absl::InvalidArgumentError("the title must be one line of UTF-8 text");
  }
  return absl::OkStatus();
}

// Besides the file.
bool AsksForTheSame(const v1::Approval& a, const v1::Approval& b) {
  return a.category_name() == b.category_name() && a.type() == b.type() && a.category() == b.category() &&
         a.title() == b.title();
}

v1::ApprovalCreateResponse Existing(v1::Approval approval, bool created) {
  v1::ApprovalCreateResponse response;
  *response.mutable_approval() = std::move(approval);
  response.set_created(created);
  return response;
}

}  // namespace

absl::Status ApprovalStore::CheckCreate(const v1::ApprovalCreateRequest& request) const {
  RETURN_IF_ERROR(CheckTitle(request.title()));
  if (ApprovalTypeName(request.type()).empty()) {
    return absl::InvalidArgumentError("unknown type; the types are document and action");
  }
  if (ApprovalCategoryName(request.category()).empty()) {
    return absl::InvalidArgumentError("unknown category; the categories are spec and steering");
  }
  RETURN_IF_ERROR(CheckName("category name", request.category_name()));
  if (request.metadata().ByteSizeLong() > kMaxMetadataBytes) {
    return absl::InvalidArgumentError(absl::StrCat("metadata has over ", kMaxMetadataBytes, " bytes; shorten it"));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ApprovalCreateResponse> ApprovalStore::Create(Transaction& tx,
                                                                 const v1::ApprovalCreateRequest& request) const {
  RETURN_IF_ERROR(CheckCreate(request));
  v1::Approval wanted;
  // Requests name files as the project has them; only files of older tools may be absolute.
  ASSIGN_OR_RETURN(*wanted.mutable_file_path(), ProjectRelativePath("", request.file_path()));
  wanted.set_id(tx.DerivedId("approval_", "approval"));
  wanted.set_title(request.title());
  wanted.set_type(request.type());
  wanted.set_status(v1::APPROVAL_STATUS_PENDING);
  wanted.set_category(request.category());
  wanted.set_category_name(request.category_name());
  *wanted.mutable_created_at() = ToProto(tx.now());
  if (request.has_metadata()) *wanted.mutable_metadata() = request.metadata();

  ASSIGN_OR_RETURN(std::vector<v1::Approval> existing, ListApprovalsIn(tx.tree(), damage_, wanted.category_name()));
  for (v1::Approval& approval : existing) {
    const absl::StatusOr<std::string> path = RelativePath(approval);
    const bool same = path.ok() && *path == wanted.file_path() && AsksForTheSame(approval, wanted);
    // Made by this very command, which the journal has forgotten.
    if (same && approval.id() == wanted.id()) return Existing(std::move(approval), /*created=*/true);
    if (same && approval.status() == v1::APPROVAL_STATUS_PENDING) {
      return Existing(std::move(approval), /*created=*/false);
    }
  }
  return CreateNew(tx, wanted);
}

absl::StatusOr<v1::ApprovalCreateResponse> ApprovalStore::CreateNew(Transaction& tx, const v1::Approval& wanted) const {
  const absl::StatusOr<FileContent> file = documents_.Read(tx.tree(), wanted.file_path());
  const bool is_action = wanted.type() == v1::APPROVAL_TYPE_ACTION;
  // An action may be about a file that is yet to be made.
  if (!file.ok() && !(is_action && absl::IsNotFound(file.status()))) return file.status();
  if (BaseName(wanted.file_path()) == "tasks.md" && !is_action) {
    RETURN_IF_ERROR(TasksErrorStatus(wanted.file_path(), ValidateTasks(file->bytes)));
  }
  ASSIGN_OR_RETURN(ApprovalDocument document, ApprovalDocument::Create(wanted));
  const absl::StatusOr<FileStat> occupied = tx.tree().Stat(document.path());
  if (occupied.ok()) {
    return absl::AlreadyExistsError(
        absl::StrCat("there is another approval ", wanted.id(), " already; send the command with a new request id"));
  }
  if (!absl::IsNotFound(occupied.status())) return occupied.status();
  ASSIGN_OR_RETURN(SnapshotHistory history, OpenHistory(tx.tree(), wanted));
  if (file.ok() && history.versions().empty()) {
    RETURN_IF_ERROR(history.Capture(tx, document.approval(), "initial", *file).status());
  }
  const AutoApproveState setting = ReadAutoApprove(tx.tree(), damage_);
  if (setting.enabled) {
    if (file.ok()) RETURN_IF_ERROR(history.Capture(tx, document.approval(), "approved", *file).status());
    ApprovalDecision decision;
    decision.status = v1::APPROVAL_STATUS_APPROVED;
    decision.response = "Auto-approved";
    decision.at = tx.now();
    decision.by = setting.by;
    decision.automatic = true;
    document.Decide(decision);
  }
  RETURN_IF_ERROR(history.Commit(tx));
  RETURN_IF_ERROR(tx.Write(document.path(), document.ToJson()).status());
  tx.SetSummary(absl::StrCat(setting.enabled ? "asked for and auto-approved " : "asked for ", wanted.id()));
  return Existing(document.approval(), /*created=*/true);
}

}  // namespace specrelay
