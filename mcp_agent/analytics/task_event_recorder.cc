#include "mcp_agent/analytics/task_event_recorder.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "mcp_agent/specs/document_reader.h"
#include "mcp_agent/specs/spec_layout.h"
#include "mcp_agent/tasks/task_parser.h"
#include "proto/support/digest.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Statuses = absl::btree_map<std::string, v1::TaskStatus>;

struct TasksState {
  Statuses statuses;
  v1::TaskSummary summary;
};

TasksState ToState(absl::string_view document) {
  ParsedTasks parsed = ParseTasks(document);
  TasksState state;
  for (const v1::Task& task : parsed.tasks) state.statuses.emplace(task.id(), task.status());
  state.summary = std::move(parsed.summary);
  return state;
}

// The spec whose tasks document `path` is; empty for any other path.
absl::string_view SpecOfTasksPath(absl::string_view path) {
  if (!absl::ConsumePrefix(&path, "specs/") || !absl::ConsumeSuffix(&path, "/tasks.md")) return "";
  return CheckSpecName(path).ok() ? path : absl::string_view();
}

// Events without time and version.
std::vector<TaskEvent> Transitions(absl::string_view spec_name, const Statuses& before, const TasksState& after) {
  std::vector<TaskEvent> events;
  for (const auto& [id, status] : after.statuses) {
    const auto it = before.find(id);
    const v1::TaskStatus previous = it == before.end() ? v1::TASK_STATUS_PENDING : it->second;
    if (previous == status) continue;
    events.push_back({absl::Time(), std::string(spec_name), id, previous, status, after.summary, ""});
  }
  return events;
}

// The same edit, seen by whichever instance.
std::string RequestId(absl::string_view path, const FileContent& content) {
  return absl::StrCat("task-events-", Sha256Hex(absl::StrCat(path, absl::string_view("\0", 1), content.hash, "-",
                                                             absl::ToUnixNanos(content.stat.last_modified))));
}

}  // namespace

TaskEventRecorder::TaskEventRecorder(const Tree& tree, WriteLedger& ledger, int64_t max_file_bytes, size_t max_tasks)
    : tree_(tree), ledger_(ledger), max_file_bytes_(max_file_bytes), max_tasks_(max_tasks) {}

absl::Status TaskEventRecorder::TakeBaseline() {
  absl::MutexLock lock(&mu_);
  // An active spec counts before an archived one of the same name.
  RETURN_IF_ERROR(TakeShelf(/*archived=*/true));
  return TakeShelf(/*archived=*/false);
}

absl::Status TaskEventRecorder::TakeShelf(bool archived) {
  const SpecShelf shelf = archived ? SpecShelf::kArchived : SpecShelf::kActive;
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListSpecNames(tree_, shelf));
  for (const std::string& name : names) {
    const std::string path = SpecDocumentPath(shelf, name, v1::SPEC_DOCUMENT_TASKS);
    const absl::StatusOr<absl::optional<FileContent>> content = ReadIfExists(tree_, path, max_file_bytes_);
    if (!content.ok()) {
      Log(LogLevel::kWarning, "tasks are not followed", {{"path", path}, {"error", content.status().ToString()}});
    } else if (content->has_value()) {
      LearnLocked(name, ToState((*content)->bytes).statuses);
    }
  }
  return absl::OkStatus();
}

void TaskEventRecorder::LearnLocked(absl::string_view spec_name, Statuses statuses) {
  const auto it = known_.find(spec_name);
  const size_t others = known_tasks_ - (it == known_.end() ? 0 : it->second.size());
  if (others + statuses.size() > max_tasks_) {
    Log(LogLevel::kWarning, "too many tasks to follow", {{"spec", std::string(spec_name)}});
    return;
  }
  known_tasks_ = others + statuses.size();
  known_.insert_or_assign(std::string(spec_name), std::move(statuses));
}

absl::Status TaskEventRecorder::OnFileChanged(absl::string_view path) {
  const absl::string_view spec_name = SpecOfTasksPath(path);
  if (spec_name.empty()) return absl::OkStatus();
  absl::MutexLock lock(&mu_);
  ASSIGN_OR_RETURN(const absl::optional<FileContent> seen, ReadIfExists(tree_, path, max_file_bytes_));
  if (!seen.has_value()) return absl::OkStatus();
  TasksState state = ToState(seen->bytes);
  const auto it = known_.find(spec_name);
  const Statuses before = it == known_.end() ? Statuses() : it->second;
  // What is recorded already needs no write.
  ASSIGN_OR_RETURN(const std::string recorded, LastRecordedVersion(tree_, spec_name));
  if (recorded == seen->hash || Transitions(spec_name, before, state).empty()) {
    LearnLocked(spec_name, std::move(state.statuses));
    return absl::OkStatus();
  }

  const auto record = [&](Transaction& transaction) -> absl::StatusOr<v1::CommandResult> {
    ASSIGN_OR_RETURN(const absl::optional<FileContent> current,
                     ReadIfExists(transaction.tree(), path, max_file_bytes_));
    if (!current.has_value()) return v1::CommandResult();
    state = ToState(current->bytes);
    ASSIGN_OR_RETURN(const std::string last, LastRecordedVersion(transaction.tree(), spec_name));
    if (last == current->hash) return v1::CommandResult();
    std::vector<TaskEvent> events = Transitions(spec_name, before, state);
    for (TaskEvent& event : events) {
      event.time = transaction.now();
      event.version = current->hash;
    }
    transaction.SetSummary(absl::StrCat("saw ", events.size(), " task transitions of ", spec_name));
    RETURN_IF_ERROR(AppendTaskEvents(transaction, events));
    return v1::CommandResult();
  };
  WriteRequest request;
  request.request_id = RequestId(path, *seen);
  request.digest = Sha256Hex(request.request_id);
  request.command = "task-events";
  RETURN_IF_ERROR(ledger_.Execute(request, record).status());
  LearnLocked(spec_name, std::move(state.statuses));
  return absl::OkStatus();
}

}  // namespace specrelay
