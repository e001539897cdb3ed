// Walks a tasks document line by line and says what each line is. Everything that understands the document, parsing and
// editing alike, reads it through here, so that they cannot disagree.
//
// A task's details are the lines from its checkbox to the next checkbox, numbered or not, or to the end. Code fences
// and headings are not special.
#ifndef SPECRELAY_MCP_AGENT_TASKS_TASK_READER_H_
#define SPECRELAY_MCP_AGENT_TASKS_TASK_READER_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/tasks/task_checkbox.h"
#include "mcp_agent/tasks/task_detail.h"

namespace specrelay {

// One line. The views point into the document.
struct TaskDocumentLine {
  enum class Kind {
    kTask,            // a numbered checkbox; see `checkbox`
    kOtherCheckbox,   // a checkbox without number, which ends the details of the task before
    kDetail,          // anything else; see `detail`
    kPromptContinued  // adds `detail.text` to the prompt that the lines before started
  };
  Kind kind = Kind::kDetail;
  size_t offset = 0;       // of the line's first byte in what the reader was given
  int number = 0;          // counted from the reader's first line
  absl::string_view text;  // without the line feed, but with a carriage return before it
  Checkbox checkbox;
  TaskDetail detail;  // of no kind unless the line is a kDetail
};

// Reads a document once, in time linear in its size and without allocating. Not thread-safe. `document` must outlive
// the reader and the lines it gave.
class TaskReader {
 public:
  // `first_line_number` is what the first line is called.
  explicit TaskReader(absl::string_view document, int first_line_number = 0);

  // The next line; nothing after the last one. A line feed at the very end starts no further line.
  absl::optional<TaskDocumentLine> Next();

 private:
  const absl::string_view document_;
  size_t offset_ = 0;
  int number_;
  bool in_prompt_ = false;  // the line before belongs to a prompt that is still open
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TASKS_TASK_READER_H_
