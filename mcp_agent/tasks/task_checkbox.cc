#include "mcp_agent/tasks/task_checkbox.h"

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "mcp_agent/tasks/white_space.h"

namespace specrelay {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

v1::TaskStatus StatusOfCharacter(char character) {
  switch (character) {
    case ' ':
      return v1::TASK_STATUS_PENDING;
    case '-':
      return v1::TASK_STATUS_IN_PROGRESS;
    case 'x':
      return v1::TASK_STATUS_COMPLETED;
    case '~':
      return v1::TASK_STATUS_BLOCKED;
    default:
      return v1::TASK_STATUS_UNSPECIFIED;
  }
}

size_t SkipDigits(absl::string_view text, size_t i) {
  while (i < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) ++i;
  return i;
}

// Length of the number at the start of `text`: digits, then any times a dot and digits. 0 when there is none.
size_t NumberLength(absl::string_view text) {
  size_t end = SkipDigits(text, 0);
  while (end > 0 && end < text.size() && text[end] == '.') {
    const size_t next = SkipDigits(text, end + 1);
    if (next == end + 1) break;
    end = next;
  }
  return end;
}

// What follows the white space that `text` must start with; empty when it starts with none.
absl::string_view AfterRequiredSpace(absl::string_view text) {
  return SpaceAtStart(text) == 0 ? absl::string_view() : SkipSpace(text);
}

// `text` is what follows the brackets, trimmed. Sets id and description, or neither.
void ParseNumberedText(absl::string_view text, Checkbox& box) {
  const size_t length = NumberLength(text);
  if (length == 0) return;
  const absl::string_view rest = text.substr(length);
  absl::string_view after_period = SkipSpace(rest);
  absl::ConsumePrefix(&after_period, "\\");  // rich-text editors escape the period
  absl::ConsumePrefix(&after_period, ".");
  absl::string_view description = AfterRequiredSpace(after_period);
  // "1 .env file": the period belongs to the text.
  if (description.empty()) description = AfterRequiredSpace(rest);
  if (description.empty()) return;
  box.id = text.substr(0, length);
  box.description = description;
}

}  // namespace

absl::optional<Checkbox> ParseCheckbox(absl::string_view line) {
  Checkbox box;
  absl::string_view rest = line;
  absl::ConsumePrefix(&rest, kByteOrderMark);
  const absl::string_view indented = rest;
  while (const size_t size = SpaceAtStart(rest)) {
    rest.remove_prefix(size);
    ++box.indent_characters;
  }
  if (rest.empty() || (rest.front() != '-' && rest.front() != '*')) return absl::nullopt;
  box.indent = indented.substr(0, indented.size() - rest.size());
  rest = AfterRequiredSpace(rest.substr(1));
  if (rest.size() < 3 || rest[0] != '[' || rest[2] != ']') return absl::nullopt;
  box.status = StatusOfCharacter(rest[1]);
  if (box.status == v1::TASK_STATUS_UNSPECIFIED) return absl::nullopt;
  box.status_offset = line.size() - rest.size() + 1;
  // A carriage return in the middle ends the text as it would on a terminal.
  rest = rest.substr(3);
  rest = rest.substr(0, rest.find('\r'));
  if (SpaceAtStart(rest) > 0) ParseNumberedText(TrimSpace(rest), box);
  return box;
}

char CheckboxCharacter(v1::TaskStatus status) {
  switch (status) {
    case v1::TASK_STATUS_IN_PROGRESS:
      return '-';
    case v1::TASK_STATUS_COMPLETED:
      return 'x';
    case v1::TASK_STATUS_BLOCKED:
      return '~';
    default:
      return ' ';
  }
}

}  // namespace specrelay
