#include "mcp_agent/approvals/tasks_validator.h"

#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "mcp_agent/tasks/task_reader.h"
#include "mcp_agent/tasks/white_space.h"
#include "mcp_agent/tree/utf8.h"

namespace specrelay {
namespace {

using LineKind = TaskDocumentLine::Kind;
using DetailKind = TaskDetail::Kind;

constexpr absl::string_view kRequirements = "_Requirements:";
constexpr absl::string_view kLeverage = "_Leverage:";

bool IsContinuationByte(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Whether `line`, which is no checkbox, is a list item that starts with brackets around at most one character. Links
// such as "[a](b)" and "[a][b]" are none.
bool LooksLikeCheckbox(absl::string_view line) {
  absl::string_view rest = SkipSpace(line);
  if (rest.empty() || (rest.front() != '-' && rest.front() != '*' && rest.front() != '+')) return false;
  rest = SkipSpace(rest.substr(1));
  if (!absl::ConsumePrefix(&rest, "[")) return false;
  size_t length = rest.empty() || rest.front() == ']' ? 0 : 1;
  while (length > 0 && length < rest.size() && IsContinuationByte(rest[length])) ++length;
  rest = rest.substr(length);
  return absl::ConsumePrefix(&rest, "]") && !absl::StartsWith(rest, "(") && !absl::StartsWith(rest, "[");
}

// Whether `text` has an underscore that can close what came before: at the end, before white space or punctuation.
bool HasClosingUnderscore(absl::string_view text) {
  for (size_t i = text.find('_'); i != absl::string_view::npos; i = text.find('_', i + 1)) {
    if (i + 1 == text.size() || SpaceAtStart(text.substr(i + 1)) > 0) return true;
    const unsigned char next = static_cast<unsigned char>(text[i + 1]);
    if (!absl::ascii_isalnum(next) && next != '_' && next < 0x80) return true;
  }
  return false;
}

// Gathers the errors of one document.
class Validator {
 public:
  void Read(absl::string_view document) {
    TaskReader reader(document, /*first_line_number=*/1);
    while (errors_.size() < static_cast<size_t>(kMaxTasksErrors)) {
      const absl::optional<TaskDocumentLine> line = reader.Next();
      if (!line.has_value()) break;
      if (line->kind != LineKind::kPromptContinued) EndPrompt();
      ReadLine(*line);
    }
    EndPrompt();
    if (errors_.empty() && line_of_id_.empty()) {
      Add(1, "the document has no task", "write tasks as \"- [ ] 1. Description\"");
    }
    if (errors_.size() > static_cast<size_t>(kMaxTasksErrors)) errors_.resize(kMaxTasksErrors);
  }

  std::vector<TasksError> TakeErrors() { return std::move(errors_); }

 private:
  void Add(int line, std::string message, absl::string_view hint) {
    errors_.push_back({line, std::move(message), std::string(hint)});
  }

  void ReadLine(const TaskDocumentLine& line) {
    switch (line.kind) {
      case LineKind::kTask:
        ReadTask(line);
        break;
      case LineKind::kOtherCheckbox:
        Add(line.number, absl::StrCat("the checkbox ", Quoted(TrimSpace(line.text)), " has no number"),
            "write \"- [ ] 1. Description\" or \"- [ ] 1.1 Description\", with a space after the brackets and after "
            "the number");
        break;
      case LineKind::kPromptContinued:
        // The reader has taken the underscore from `detail.text`.
        if (absl::EndsWith(TrimSpace(line.text), "_")) open_prompt_line_ = 0;
        break;
      case LineKind::kDetail:
        ReadDetail(line);
        break;
    }
  }

  void ReadTask(const TaskDocumentLine& line) {
    const auto inserted = line_of_id_.emplace(line.checkbox.id, line.number);
    if (inserted.second) return;
    Add(line.number, absl::StrCat("the number ", line.checkbox.id, " was given in line ", inserted.first->second),
        "give each task a number of its own, or only the first one can be updated");
  }

  void ReadDetail(const TaskDocumentLine& line) {
    if (LooksLikeCheckbox(line.text)) {
      Add(line.number, absl::StrCat(Quoted(TrimSpace(line.text)), " is no checkbox"),
          "write \"- [ ]\", \"- [-]\", \"- [x]\" or \"- [~]\": one list marker, a space, and one of these characters "
          "between the brackets");
      return;
    }
    if (line.detail.kind == DetailKind::kPrompt) {
      if (line.detail.open) open_prompt_line_ = line.number;
      return;
    }
    CheckClosed(line, DetailKind::kRequirements, kRequirements);
    CheckClosed(line, DetailKind::kLeverage, kLeverage);
  }

  void CheckClosed(const TaskDocumentLine& line, DetailKind kind, absl::string_view key) {
    if (line.detail.kind != kind) return;
    const absl::string_view text = line.text.substr(line.text.find(key) + key.size());
    if (HasClosingUnderscore(text)) return;
    Add(line.number, absl::StrCat(key, " is not closed by an underscore"), absl::StrCat("write \"", key, " …_\""));
  }

  void EndPrompt() {
    if (open_prompt_line_ == 0) return;
    Add(open_prompt_line_, "_Prompt: is not closed by an underscore",
        "end the prompt, on this line or the last one that belongs to it, with \"_\"");
    open_prompt_line_ = 0;
  }

  std::vector<TasksError> errors_;
  absl::flat_hash_map<absl::string_view, int> line_of_id_;
  int open_prompt_line_ = 0;  // where the prompt began that is still open; 0 for none
};

}  // namespace

std::vector<TasksError> ValidateTasks(absl::string_view document) {
  Validator validator;
  validator.Read(document);
  return validator.TakeErrors();
}

absl::Status TasksErrorStatus(absl::string_view file_path, const std::vector<TasksError>& errors) {
  if (errors.empty()) return absl::OkStatus();
  std::string message =
      absl::StrCat(Quoted(file_path), " has ", errors.size() < static_cast<size_t>(kMaxTasksErrors) ? "" : "at least ",
                   errors.size(), errors.size() == 1 ? " error" : " errors", "; correct the file and ask again:");
  for (const TasksError& error : errors) {
    absl::StrAppend(&message, "\nline ", error.line, ": ", error.message, "; ", error.hint);
  }
  return absl::InvalidArgumentError(message);
}

}  // namespace specrelay
