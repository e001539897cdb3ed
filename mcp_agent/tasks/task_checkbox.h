// The line of a tasks document that carries a task's checkbox, such as "  - [x] 1.1 Create schema". Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_TASKS_TASK_CHECKBOX_H_
#define SPECRELAY_MCP_AGENT_TASKS_TASK_CHECKBOX_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

// A checkbox in a line. The views point into the line.
struct Checkbox {
  absl::string_view indent;   // white space before the list marker, any byte order mark left out
  int indent_characters = 0;  // characters in `indent`
  size_t status_offset = 0;   // of the character between the brackets, in bytes from the start of the line
  v1::TaskStatus status = v1::TASK_STATUS_UNSPECIFIED;
  absl::string_view id;           // "1.2"; empty when the item has no number and so is no task
  absl::string_view description;  // text after the number, trimmed; empty exactly when `id` is
};

// The checkbox of `line`, which has no line feed: white space, "-" or "*", white space, then "[ ]", "[-]", "[x]" or
// "[~]". Nothing when the line is anything else; in particular "[X]" is no checkbox. A task has, after white space, a
// number such as 1 or 1.2, optionally "." or "\.", white space and a description.
absl::optional<Checkbox> ParseCheckbox(absl::string_view line);

// The character that stands for `status` between the brackets; a space for TASK_STATUS_UNSPECIFIED.
char CheckboxCharacter(v1::TaskStatus status);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TASKS_TASK_CHECKBOX_H_
