#include "mcp_agent/specs/task_store.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/analytics/task_events.h"
#include "mcp_agent/specs/conditional_write.h"
#include "mcp_agent/specs/document_reader.h"
#include "mcp_agent/specs/spec_layout.h"
#include "mcp_agent/tasks/task_editor.h"
#include "mcp_agent/tasks/task_parser.h"
#include "proto/support/status_macros.h"
#include "proto/support/task_status.h"

namespace specrelay {
namespace {

absl::Status CheckSpec(const Tree& tree, absl::string_view name) {
  RETURN_IF_ERROR(CheckSpecName(name));
  return StatSpec(tree, SpecShelf::kActive, name, absl::StrCat("Spec not found: '", name, "'")).status();
}

std::string TasksPath(absl::string_view spec_name) {
  return SpecDocumentPath(SpecShelf::kActive, spec_name, v1::SPEC_DOCUMENT_TASKS);
}

absl::Status NoTasks(absl::string_view spec_name) {
  return absl::NotFoundError(
      absl::StrCat("Spec '", spec_name, "' has no tasks.md; write it with spec-document-write first"));
}

}  // namespace

TaskStore::TaskStore(const Tree& tree, const EnforcedPolicy& policy) : tree_(tree), policy_(policy) {}

absl::StatusOr<v1::TaskProgressResponse> TaskStore::Progress(const v1::TaskProgressRequest& request) const {
  RETURN_IF_ERROR(CheckSpec(tree_, request.spec_name()));
  ASSIGN_OR_RETURN(const absl::optional<FileContent> content,
                   ReadIfExists(tree_, TasksPath(request.spec_name()), policy_.max_file_bytes()));
  v1::TaskProgressResponse response;
  response.mutable_summary();
  if (!content.has_value()) return response;
  ParsedTasks parsed = ParseTasks(content->bytes);
  response.mutable_tasks()->Swap(&parsed.tasks);
  response.set_progress_percent(ProgressPercent(parsed.summary));
  *response.mutable_summary() = std::move(parsed.summary);
  response.set_in_progress_task_id(std::move(parsed.in_progress_task_id));
  *response.mutable_version() = ToFileVersion(content->hash, content->stat);
  return response;
}

absl::StatusOr<v1::TaskStatusUpdateResponse> TaskStore::UpdateStatus(Transaction& transaction,
                                                                     const v1::TaskStatusUpdateRequest& request) const {
  RETURN_IF_ERROR(CheckSpec(transaction.tree(), request.spec_name()));
  const std::string path = TasksPath(request.spec_name());
  ASSIGN_OR_RETURN(const absl::optional<FileContent> current,
                   ReadIfExists(transaction.tree(), path, policy_.max_file_bytes()));
  RETURN_IF_ERROR(CheckBaseHash(path, BaseHashOf(request), current));
  if (!current.has_value()) return NoTasks(request.spec_name());
  ASSIGN_OR_RETURN(TaskEdit edit, SetTaskStatus(current->bytes, request.task_id(), request.status(), request.reason()));
  v1::FileVersion version = ToFileVersion(current->hash, current->stat);
  if (edit.changed) {
    ASSIGN_OR_RETURN(version, WriteVersion(transaction, policy_, path, edit.document));
    TaskEvent event;
    event.time = transaction.now();
    event.spec_name = request.spec_name();
    event.task_id = request.task_id();
    event.previous = edit.previous;
    event.next = request.status();
    event.summary_after = SummarizeTasks(edit.document);
    event.version = version.hash();
    RETURN_IF_ERROR(AppendTaskEvents(transaction, {event}));
    transaction.SetSummary(absl::StrCat("task ", request.task_id(), " of ", request.spec_name(), " is ",
                                        TaskStatusName(request.status())));
  }
  v1::TaskStatusUpdateResponse response;
  *response.mutable_task() = std::move(edit.task);
  response.set_previous_status(edit.previous);
  response.set_changed(edit.changed);
  if (edit.changed) *response.mutable_updated_at() = version.last_modified();
  *response.mutable_version() = std::move(version);
  return response;
}

}  // namespace specrelay
