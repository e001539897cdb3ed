// The parts of a structured prompt. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_TASKS_TASK_PROMPT_H_
#define SPECRELAY_MCP_AGENT_TASKS_TASK_PROMPT_H_

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_field.h"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

// The parts of `prompt`, a text on one line, when it has the form "Key: value | Key: value"; none without a "|".
//
// The first part may have a preamble: there the last of the known keys (Role, Task, Context, Instructions,
// Requirements, Leverage, Success, Restrictions, in whatever case) starts the value, and without one the part is
// skipped. Of the other parts the text before the first colon is the key; a part that has no key or no value continues
// the value before it. Keys and values lose underscores at their ends, which mark emphasis. The strings are as valid as
// UTF-8 as `prompt`.
google::protobuf::RepeatedPtrField<v1::PromptSection> ParsePromptSections(absl::string_view prompt);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TASKS_TASK_PROMPT_H_
