// Sets the status of one task in a tasks document. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_TASKS_TASK_EDITOR_H_
#define SPECRELAY_MCP_AGENT_TASKS_TASK_EDITOR_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

constexpr size_t kMaxBlockedReasonBytes = 1024;

struct TaskEdit {
  std::string document;  // the whole document afterwards
  v1::Task task;         // as ParseTasks(document) gives it
  v1::TaskStatus previous = v1::TASK_STATUS_UNSPECIFIED;
  bool changed = false;  // false when the document said so already: `document` is the one given
};

// Sets the status of the first task of `document` that has the id `task_id`. Any bytes are a document; every byte stays
// but these:
//
// - The character between the brackets.
// - `_Blocked: …_` lines among the task's details. They go when the task gets another status. With TASK_STATUS_BLOCKED
//   and a `reason` the first of them is rewritten in place, or, if there is none, a line is inserted right below the
//   checkbox: two spaces deeper, with "-", and with the line ending of the checkbox's line. Further ones go. A task
//   that was blocked keeps its reason when none is given.
//
// Nothing changes when the task has the status already and, for TASK_STATUS_BLOCKED, `reason` is empty or the one it
// has. `reason` is trimmed, and means nothing with other statuses.
//
// Errors: NOT_FOUND when no task has the id. INVALID_ARGUMENT for TASK_STATUS_UNSPECIFIED and unknown values, and for a
// reason that is over kMaxBlockedReasonBytes, is not UTF-8, or has a control character or line break.
absl::StatusOr<TaskEdit> SetTaskStatus(absl::string_view document, absl::string_view task_id, v1::TaskStatus status,
                                       absl::string_view reason);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TASKS_TASK_EDITOR_H_
