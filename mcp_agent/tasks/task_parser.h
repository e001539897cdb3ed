// What a tasks document says. Thread-safe.
//
// Any bytes are a document. Time is linear in its size. Texts are trimmed; in the messages, which must be UTF-8,
// invalid sequences become U+FFFD. Of a detail that should occur once the first non-empty `_Blocked:` reason and the
// last prompt count. The reason is given whatever the task's status.
#ifndef SPECRELAY_MCP_AGENT_TASKS_TASK_PARSER_H_
#define SPECRELAY_MCP_AGENT_TASKS_TASK_PARSER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_field.h"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

struct ParsedTasks {
  google::protobuf::RepeatedPtrField<v1::Task> tasks;  // in document order
  v1::TaskSummary summary;
  std::string in_progress_task_id;  // of the first task in progress; empty when there is none
};

// All tasks of `document`.
ParsedTasks ParseTasks(absl::string_view document);

// The summary that ParseTasks gives, several times faster and without allocating.
v1::TaskSummary SummarizeTasks(absl::string_view document);

// The task whose checkbox line `document` starts with, which is called `line_number`. A default message when it starts
// with no task.
v1::Task ParseFirstTask(absl::string_view document, int line_number);

// Completed share of all tasks, 0 to 100; 0 when there are none.
double ProgressPercent(const v1::TaskSummary& summary);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TASKS_TASK_PARSER_H_
