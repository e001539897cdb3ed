#include "mcp_agent/jobs/cleanup_work.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "mcp_agent/jobs/cleanup_items.h"
#include "mcp_agent/jobs/job_rules.h"
#include "mcp_agent/jobs/trash.h"
#include "mcp_agent/ledger/transaction.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kMaxErrorsShown = 10;

absl::StatusOr<CleanupKind> KindOf(absl::string_view type) {
  if (type == kCleanupApprovals) return CleanupKind::kApprovals;
  if (type == kCleanupSpecs) return CleanupKind::kSpecs;
  if (type == kCleanupArchivedSpecs) return CleanupKind::kArchivedSpecs;
  return absl::UnimplementedError(absl::StrCat("this agent knows no jobs of type ", type));
}

// One run over all projects.
class Cleanup {
 public:
  Cleanup(CleanupKind kind, absl::string_view type, absl::string_view execution_id, absl::Time before, absl::Time now,
          RunControl& control)
      : kind_(kind), type_(type), execution_id_(execution_id), before_(before), now_(now), control_(control) {}

  void CleanProject(const std::string& path, const ProjectOpener& open) {
    const absl::StatusOr<OpenProject> project = open(path);
    if (absl::IsNotFound(project.status()) || absl::IsFailedPrecondition(project.status())) return;
    if (!project.ok()) return AddError(path, project.status());
    if (project->read_only) return AddError(path, absl::PermissionDeniedError("the project is read-only"));
    const absl::StatusOr<std::vector<std::string>> items = ListCleanupItems(*project->tree, kind_);
    if (!items.ok()) return AddError(path, items.status());
    for (const std::string& item : *items) {
      if (control_.cancelled()) return;
      ++outcome_.items_processed;
      const absl::StatusOr<bool> moved = CleanItem(*project, path, item);
      if (!moved.ok()) AddError(absl::StrCat(path, ": ", item), moved.status());
      if (moved.ok() && *moved) ++outcome_.items_deleted;
    }
    if (const absl::Status purged = PurgeTrash(*project->tree, now_); !purged.ok()) AddError(path, purged);
  }

  WorkOutcome Finish() {
    if (control_.cancelled()) {
      outcome_.status = absl::CancelledError("cancelled");
    } else if (error_count_ > 0) {
      const size_t more = error_count_ - errors_.size();
      outcome_.status = absl::FailedPreconditionError(
          absl::StrCat(absl::StrJoin(errors_, "\n"), more > 0 ? absl::StrCat("\nand ", more, " more") : ""));
    }
    return std::move(outcome_);
  }

 private:
  // Moves the item when it is due. Whether it was moved.
  absl::StatusOr<bool> CleanItem(const OpenProject& project, absl::string_view project_path, const std::string& item) {
    ASSIGN_OR_RETURN(const bool due, IsDueForCleanup(*project.tree, kind_, item, before_));
    if (!due) return false;
    // When the ledger knows the write already, it was made for this run.
    bool moved = true;
    WriteRequest request;
    request.request_id = DeriveId(execution_id_, "cleanup_", absl::StrCat(project_path, "\n", item));
    request.digest = Sha256Hex(absl::StrCat(type_, "\n", item));
    request.command = type_;
    request.actor.set_client("specrelay_agent");
    const auto move = [&](Transaction& tx) -> absl::StatusOr<v1::CommandResult> {
      // It may have been changed since it was looked at.
      ASSIGN_OR_RETURN(moved, IsDueForCleanup(tx.tree(), kind_, item, before_));
      if (!moved) return v1::CommandResult();
      ASSIGN_OR_RETURN(const std::string target, CleanupTarget(tx.tree(), kind_, item, now_));
      RETURN_IF_ERROR(tx.Rename(item, target));
      tx.SetSummary(absl::StrCat("moved ", item, " to ", target));
      return v1::CommandResult();
    };
    RETURN_IF_ERROR(project.ledger->Execute(request, move).status());
    return moved;
  }

  void AddError(absl::string_view what, const absl::Status& status) {
    if (++error_count_ <= kMaxErrorsShown) errors_.push_back(absl::StrCat(what, ": ", status.message()));
  }

  const CleanupKind kind_;
  const absl::string_view type_;
  const absl::string_view execution_id_;
  const absl::Time before_;
  const absl::Time now_;
  const RunControl& control_;
  std::vector<std::string> errors_;
  size_t error_count_ = 0;
  WorkOutcome outcome_;
};

}  // namespace

WorkOutcome CleanupWork::Do(const v1::Job& job, absl::string_view execution_id, RunControl& control) {
  WorkOutcome failed;
  const absl::StatusOr<CleanupKind> kind = KindOf(job.type());
  const absl::StatusOr<int> days_old = DaysOld(job.config());
  const absl::StatusOr<std::vector<std::string>> projects = projects_.Paths();
  failed.status.Update(kind.status());
  failed.status.Update(days_old.status());
  failed.status.Update(projects.status());
  if (!failed.status.ok()) return failed;

  const absl::Time now = clock_.Now();
  Cleanup cleanup(*kind, job.type(), execution_id, now - absl::Hours(24) * *days_old, now, control);
  for (const std::string& path : *projects) {
    if (!control.cancelled()) cleanup.CleanProject(path, open_);
  }
  return cleanup.Finish();
}

}  // namespace specrelay
