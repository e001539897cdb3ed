#include "mcp_agent/tasks/task_editor.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "mcp_agent/tasks/task_parser.h"
#include "mcp_agent/tasks/task_reader.h"
#include "mcp_agent/tasks/white_space.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using LineKind = TaskDocumentLine::Kind;

constexpr absl::string_view kBlockedKey = "_Blocked:";

// U+0085, U+2028 or U+2029, which some programs show as a line break.
bool HasUnicodeLineBreak(absl::string_view text) {
  return absl::StrContains(text, "\xC2\x85") || absl::StrContains(text, "\xE2\x80\xA8") ||
         absl::StrContains(text, "\xE2\x80\xA9");
}

absl::Status CheckReason(absl::string_view reason) {
  if (reason.size() > kMaxBlockedReasonBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the reason has ", reason.size(), " bytes; shorten it to at most ", kMaxBlockedReasonBytes));
  }
  if (!IsValidUtf8(reason)) return absl::InvalidArgumentError("the reason is not valid UTF-8; send it as UTF-8 text");
  const bool has_control = std::any_of(reason.begin(), reason.end(),
                                       [](unsigned char byte) { return absl::ascii_iscntrl(byte) && byte != '\t'; });
  if (has_control || HasUnicodeLineBreak(reason)) {
    return absl::InvalidArgumentError(
        "the reason has a line break or control character; give it as one line of plain text");
  }
  return absl::OkStatus();
}

absl::Status CheckArguments(absl::string_view task_id, v1::TaskStatus status, absl::string_view reason) {
  if (task_id.empty()) return absl::InvalidArgumentError("the task id is empty; give one such as 2.1");
  if (status == v1::TASK_STATUS_UNSPECIFIED || !v1::TaskStatus_IsValid(status)) {
    // The first sentences are the recorded contract's.
    return absl::InvalidArgumentError(
        "Invalid status. Must be pending, in-progress, or completed; blocked is allowed as well");
  }
  return CheckReason(reason);
}

absl::Status TaskNotFound(absl::string_view task_id) {
  const bool is_number = task_id.size() <= 64 && std::all_of(task_id.begin(), task_id.end(), [](unsigned char byte) {
                           return absl::ascii_isdigit(byte) || byte == '.';
                         });
  return absl::NotFoundError(absl::StrCat("Task ", is_number ? std::string(task_id) : Quoted(task_id),
                                          " not found in the tasks document; task-progress lists the ids that it has"));
}

struct LinePlace {
  size_t offset;           // in the document
  absl::string_view text;  // without the line feed
};

// A task's place in a document.
struct TaskPlace {
  TaskDocumentLine checkbox_line;
  std::vector<LinePlace> blocked_lines;
};

absl::optional<TaskPlace> FindTask(absl::string_view document, absl::string_view task_id) {
  TaskReader reader(document);
  auto line = reader.Next();
  while (line.has_value() && (line->kind != LineKind::kTask || line->checkbox.id != task_id)) line = reader.Next();
  if (!line.has_value()) return absl::nullopt;
  TaskPlace place{*line, {}};
  for (line = reader.Next(); line.has_value(); line = reader.Next()) {
    if (line->kind == LineKind::kTask || line->kind == LineKind::kOtherCheckbox) break;
    if (line->detail.kind == TaskDetail::Kind::kBlocked) {
      place.blocked_lines.push_back({line->offset, line->text});
    }
  }
  return place;
}

// Copies a document piece by piece, with changes.
class Rewriter {
 public:
  Rewriter(absl::string_view document, size_t extra_bytes) : document_(document) {
    result_.reserve(document.size() + extra_bytes);
  }

  // Copies up to `offset`.
  void CopyUntil(size_t offset) {
    absl::StrAppend(&result_, document_.substr(copied_, offset - copied_));
    copied_ = offset;
  }

  void Append(absl::string_view text) { absl::StrAppend(&result_, text); }

  // Leaves out what comes before `offset` and is not copied yet.
  void SkipUntil(size_t offset) { copied_ = offset; }

  // Leaves out the line. When it is the last and has no line feed, the line before becomes the last and loses its own.
  void SkipLine(const LinePlace& line) {
    CopyUntil(line.offset);
    const size_t end = line.offset + line.text.size();
    SkipUntil(std::min(end + 1, document_.size()));
    if (end == document_.size() && absl::EndsWith(result_, "\n")) {
      result_.pop_back();
      if (absl::EndsWith(result_, "\r")) result_.pop_back();
    }
  }

  std::string Finish() && {
    CopyUntil(document_.size());
    return std::move(result_);
  }

 private:
  const absl::string_view document_;
  size_t copied_ = 0;
  std::string result_;
};

std::string BlockedItem(absl::string_view reason) { return absl::StrCat(kBlockedKey, " ", reason, "_"); }

// Adds a line below the checkbox.
void InsertBlockedLine(absl::string_view document, const TaskDocumentLine& checkbox_line, absl::string_view reason,
                       Rewriter& rewriter) {
  const std::string inserted = absl::StrCat(checkbox_line.checkbox.indent, "  - ", BlockedItem(reason));
  const size_t end = checkbox_line.offset + checkbox_line.text.size();
  if (end < document.size()) {
    rewriter.CopyUntil(end + 1);
    rewriter.Append(absl::StrCat(inserted, absl::EndsWith(checkbox_line.text, "\r") ? "\r\n" : "\n"));
  } else {
    // The checkbox is on a last line without line feed; so is now what is inserted. The line before sets the example.
    const bool crlf = absl::EndsWith(document.substr(0, checkbox_line.offset), "\r\n");
    rewriter.CopyUntil(end);
    rewriter.Append(absl::StrCat(crlf && !absl::EndsWith(checkbox_line.text, "\r") ? "\r\n" : "\n", inserted));
  }
}

// Gives a blocked line another reason and keeps its indentation, its list marker and its line ending.
void RewriteBlockedLine(const LinePlace& line, absl::string_view reason, Rewriter& rewriter) {
  rewriter.CopyUntil(line.offset + line.text.find(kBlockedKey));
  rewriter.Append(BlockedItem(reason));
  absl::string_view text = line.text;
  const bool carriage_return = absl::ConsumeSuffix(&text, "\r");
  rewriter.SkipUntil(line.offset + line.text.size() - (carriage_return ? 1 : 0));
}

// `reason` is empty unless the task becomes blocked.
std::string Rewrite(absl::string_view document, const TaskPlace& place, v1::TaskStatus status,
                    absl::string_view reason) {
  const TaskDocumentLine& line = place.checkbox_line;
  Rewriter rewriter(document, line.checkbox.indent.size() + reason.size() + 32);
  const size_t status_offset = line.offset + line.checkbox.status_offset;
  rewriter.CopyUntil(status_offset);
  const char character = CheckboxCharacter(status);
  rewriter.Append(absl::string_view(&character, 1));
  rewriter.SkipUntil(status_offset + 1);

  bool has_reason = reason.empty();
  if (!has_reason && place.blocked_lines.empty()) InsertBlockedLine(document, line, reason, rewriter);
  for (const LinePlace& blocked_line : place.blocked_lines) {
    if (has_reason) {
      rewriter.SkipLine(blocked_line);
    } else {
      RewriteBlockedLine(blocked_line, reason, rewriter);
      has_reason = true;
    }
  }
  return std::move(rewriter).Finish();
}

}  // namespace

absl::StatusOr<TaskEdit> SetTaskStatus(absl::string_view document, absl::string_view task_id, v1::TaskStatus status,
                                       absl::string_view reason) {
  RETURN_IF_ERROR(CheckArguments(task_id, status, reason));
  const absl::optional<TaskPlace> place = FindTask(document, task_id);
  if (!place.has_value()) return TaskNotFound(task_id);
  const TaskDocumentLine& line = place->checkbox_line;
  reason = status == v1::TASK_STATUS_BLOCKED ? TrimSpace(reason) : absl::string_view();

  TaskEdit edit;
  edit.previous = line.checkbox.status;
  edit.task = ParseFirstTask(document.substr(line.offset), line.number);
  edit.changed = status != edit.previous || (!reason.empty() && reason != edit.task.blocked_reason());
  if (!edit.changed) {
    edit.document = std::string(document);
    return edit;
  }
  edit.document = Rewrite(document, *place, status, reason);
  // Read back rather than patched: a line that goes may have kept apart what now belongs together.
  edit.task = ParseFirstTask(absl::string_view(edit.document).substr(line.offset), line.number);
  return edit;
}

}  // namespace specrelay
