#include "mcp_agent/tasks/task_reader.h"

#include <algorithm>

namespace specrelay {

using Kind = TaskDocumentLine::Kind;

TaskReader::TaskReader(absl::string_view document, int first_line_number)
    : document_(document), number_(first_line_number) {}

absl::optional<TaskDocumentLine> TaskReader::Next() {
  if (offset_ >= document_.size()) return absl::nullopt;
  TaskDocumentLine line;
  line.offset = offset_;
  line.number = number_++;
  const size_t end = std::min(document_.find('\n', offset_), document_.size());
  line.text = document_.substr(offset_, end - offset_);
  offset_ = end + 1;

  if (const auto checkbox = ParseCheckbox(line.text)) {
    line.kind = checkbox->id.empty() ? Kind::kOtherCheckbox : Kind::kTask;
    line.checkbox = *checkbox;
    in_prompt_ = false;
  } else if (in_prompt_ && ContinuesPrompt(line.text, line.detail.text)) {
    line.kind = Kind::kPromptContinued;
  } else {
    line.detail = ParseTaskDetail(line.text);
    in_prompt_ = line.detail.open;
  }
  return line;
}

}  // namespace specrelay
