#include "mcp_agent/tasks/task_parser.h"

#include "absl/strings/str_cat.h"
#include "mcp_agent/tasks/task_prompt.h"
#include "mcp_agent/tasks/task_reader.h"
#include "mcp_agent/tree/utf8.h"

namespace specrelay {
namespace {

using LineKind = TaskDocumentLine::Kind;
using DetailKind = TaskDetail::Kind;

// Text for messages. Views that the reader gives begin and end between characters, so those of a valid document are
// valid: it is enough to check the document once.
class Utf8Texts {
 public:
  explicit Utf8Texts(bool document_is_valid) : document_is_valid_(document_is_valid) {}

  std::string operator()(absl::string_view text) const {
    return document_is_valid_ ? std::string(text) : ReplaceInvalidUtf8(text);
  }

 private:
  const bool document_is_valid_;
};

void AppendWord(absl::string_view separator, absl::string_view word, std::string& text) {
  if (word.empty()) return;
  absl::StrAppend(&text, text.empty() ? "" : separator, word);
}

void AddDetail(const TaskDetail& detail, const Utf8Texts& texts, v1::Task& task) {
  switch (detail.kind) {
    case DetailKind::kNone:
      return;
    case DetailKind::kPrompt:
      task.set_prompt(texts(detail.text));
      return;
    case DetailKind::kRequirements:
      return ForEachListItem(detail, [&](absl::string_view item) { task.add_requirements(texts(item)); });
    case DetailKind::kLeverage:
      return ForEachListItem(detail,
                             [&](absl::string_view item) { AppendWord(", ", texts(item), *task.mutable_leverage()); });
    case DetailKind::kBlocked:
      if (task.blocked_reason().empty()) task.set_blocked_reason(texts(detail.text));
      return;
    case DetailKind::kFiles:
      return ForEachFile(detail, [&](absl::string_view path) { task.add_files(texts(path)); });
    case DetailKind::kPurpose:
      task.add_purposes(texts(detail.text));
      return;
    case DetailKind::kBullet:
      task.add_implementation_details(texts(detail.text));
      return;
  }
}

void BeginTask(const TaskDocumentLine& line, const Utf8Texts& texts, v1::Task& task) {
  task.set_id(std::string(line.checkbox.id));
  task.set_description(texts(line.checkbox.description));
  task.set_status(line.checkbox.status);
  task.set_line_number(line.number);
  task.set_indent_level(line.checkbox.indent_characters / 2.0);
}

void AddLine(const TaskDocumentLine& line, const Utf8Texts& texts, v1::Task& task) {
  if (line.kind == LineKind::kPromptContinued) {
    AppendWord(" ", texts(line.detail.text), *task.mutable_prompt());
  } else {
    AddDetail(line.detail, texts, task);
  }
}

// Call once all of the task's lines are in.
void EndTask(v1::Task& task) {
  task.set_is_header(task.requirements().empty() && task.leverage().empty() && task.files().empty() &&
                     task.purposes().empty() && task.implementation_details().empty() && task.prompt().empty());
  *task.mutable_prompt_sections() = ParsePromptSections(task.prompt());
}

bool IsCheckbox(const TaskDocumentLine& line) {
  return line.kind == LineKind::kTask || line.kind == LineKind::kOtherCheckbox;
}

// What decides whether a task is a header, gathered line by line without keeping any text.
class HeaderTest {
 public:
  void Add(const TaskDocumentLine& line) {
    const TaskDetail& detail = line.detail;
    const auto found = [this](absl::string_view) { has_details_ = true; };
    if (line.kind == LineKind::kPromptContinued) {
      has_prompt_ |= !detail.text.empty();
    } else if (detail.kind == DetailKind::kPrompt) {
      has_prompt_ = !detail.text.empty();
    } else if (detail.kind == DetailKind::kRequirements || detail.kind == DetailKind::kLeverage) {
      ForEachListItem(detail, found);
    } else if (detail.kind == DetailKind::kFiles) {
      ForEachFile(detail, found);
    } else if (detail.kind == DetailKind::kPurpose || detail.kind == DetailKind::kBullet) {
      has_details_ = true;
    }
  }

  bool is_header() const { return !has_details_ && !has_prompt_; }

 private:
  bool has_details_ = false;
  bool has_prompt_ = false;
};

void Count(v1::TaskStatus status, bool is_header, v1::TaskSummary& summary) {
  summary.set_total(summary.total() + 1);
  if (is_header) summary.set_headers(summary.headers() + 1);
  switch (status) {
    case v1::TASK_STATUS_COMPLETED:
      return summary.set_completed(summary.completed() + 1);
    case v1::TASK_STATUS_IN_PROGRESS:
      return summary.set_in_progress(summary.in_progress() + 1);
    case v1::TASK_STATUS_BLOCKED:
      return summary.set_blocked(summary.blocked() + 1);
    default:
      return summary.set_pending(summary.pending() + 1);
  }
}

}  // namespace

ParsedTasks ParseTasks(absl::string_view document) {
  const Utf8Texts texts(IsValidUtf8(document));
  ParsedTasks parsed;
  v1::Task* current = nullptr;
  const auto end_current = [&] {
    if (current == nullptr) return;
    EndTask(*current);
    Count(current->status(), current->is_header(), parsed.summary);
    if (current->status() == v1::TASK_STATUS_IN_PROGRESS && parsed.in_progress_task_id.empty()) {
      parsed.in_progress_task_id = current->id();
    }
    current = nullptr;
  };
  TaskReader reader(document);
  while (const auto line = reader.Next()) {
    if (IsCheckbox(*line)) end_current();
    if (line->kind == LineKind::kTask) {
      current = parsed.tasks.Add();
      BeginTask(*line, texts, *current);
    } else if (current != nullptr) {
      AddLine(*line, texts, *current);
    }
  }
  end_current();
  return parsed;
}

v1::TaskSummary SummarizeTasks(absl::string_view document) {
  v1::TaskSummary summary;
  v1::TaskStatus status = v1::TASK_STATUS_UNSPECIFIED;  // of the task whose details are being read, if any
  HeaderTest header;
  const auto end_current = [&] {
    if (status != v1::TASK_STATUS_UNSPECIFIED) Count(status, header.is_header(), summary);
  };
  TaskReader reader(document);
  while (const auto line = reader.Next()) {
    if (IsCheckbox(*line)) {
      end_current();
      status = line->kind == LineKind::kTask ? line->checkbox.status : v1::TASK_STATUS_UNSPECIFIED;
      header = HeaderTest();
    } else {
      header.Add(*line);
    }
  }
  end_current();
  return summary;
}

v1::Task ParseFirstTask(absl::string_view document, int line_number) {
  v1::Task task;
  TaskReader reader(document, line_number);
  const auto first = reader.Next();
  if (!first.has_value() || first->kind != LineKind::kTask) return task;
  const Utf8Texts texts(/*document_is_valid=*/false);  // the task may be a small part of the document
  BeginTask(*first, texts, task);
  for (auto line = reader.Next(); line.has_value() && !IsCheckbox(*line); line = reader.Next()) {
    AddLine(*line, texts, task);
  }
  EndTask(task);
  return task;
}

double ProgressPercent(const v1::TaskSummary& summary) {
  if (summary.total() == 0) return 0;
  // In this order, which is that of the existing tools: the other order differs in the last digit.
  return static_cast<double>(summary.completed()) / summary.total() * 100;
}

}  // namespace specrelay
