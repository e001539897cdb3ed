// The lines below a task's checkbox, which say more about the task. Thread-safe.
//
// A line that holds "_Prompt:", "_Requirements:", "_Leverage:", "File:" or "Files:" anywhere is read as that, in this
// order; "_Blocked:" and "Purpose:" only count at the start of the line or of its bullet item, so that a line which
// merely mentions them is never taken away from the user when a task is unblocked.
#ifndef SPECRELAY_MCP_AGENT_TASKS_TASK_DETAIL_H_
#define SPECRELAY_MCP_AGENT_TASKS_TASK_DETAIL_H_

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace specrelay {

struct TaskDetail {
  enum class Kind {
    kNone,  // says nothing of the task: blank, prose, an unknown checkbox, a key without text
    kPrompt,
    kRequirements,
    kLeverage,
    kBlocked,
    kFiles,
    kPurpose,
    kBullet,  // a list item that is none of the above
  };
  Kind kind = Kind::kNone;
  absl::string_view text;  // after the key, trimmed, without the closing underscore; may be empty for kBlocked, kPrompt
  bool open = false;       // for kPrompt: the closing underscore is missing, so following lines may belong to it
};

// What `line` says, which has no line feed and is no checkbox. The views point into `line`.
TaskDetail ParseTaskDetail(absl::string_view line);

// Whether `line`, below a prompt that is still open, belongs to it: it is neither blank nor a list item nor starts with
// "File:", "Files:" or "Purpose:" in whatever case. If so `text` is what it adds.
bool ContinuesPrompt(absl::string_view line, absl::string_view& text);

// Calls `add` with each item of the comma-separated text of a kRequirements or kLeverage line, trimmed, without empty
// ones; for kRequirements also without "NFR", which names no requirement.
void ForEachListItem(const TaskDetail& detail, absl::FunctionRef<void(absl::string_view)> add);

// Calls `add` with each path of the comma-separated text of a kFiles line, without the remark in parentheses that may
// follow a path after white space. A comma inside parentheses does not separate.
void ForEachFile(const TaskDetail& detail, absl::FunctionRef<void(absl::string_view)> add);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TASKS_TASK_DETAIL_H_
