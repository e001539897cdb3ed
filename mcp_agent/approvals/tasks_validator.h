// Whether a tasks document can be worked with, asked before somebody spends time on reviewing it.
//
// What counts is what the parser sees (mcp_agent/tasks): the errors are lines that look like tasks or details and would
// be overlooked or misread. Checked are checkboxes ("- [ ]", "- [-]", "- [x]", "- [~]"), their numbers, which must be
// there and differ, and that `_Requirements:`, `_Leverage:` and `_Prompt:` are closed by an underscore. Prose, headings
// and other list items may be anything. A document without any task is an error.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_TASKS_VALIDATOR_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_TASKS_VALIDATOR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace specrelay {

struct TasksError {
  int line = 0;         // from 1
  std::string message;  // what is wrong
  std::string hint;     // how it should look
};

constexpr int kMaxTasksErrors = 20;

// The first kMaxTasksErrors errors of `document` in ascending order of line. Pure; linear in its size.
std::vector<TasksError> ValidateTasks(absl::string_view document);

// OK for no errors, else INVALID_ARGUMENT that lists them under the name of the file.
absl::Status TasksErrorStatus(absl::string_view file_path, const std::vector<TasksError>& errors);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_TASKS_VALIDATOR_H_
