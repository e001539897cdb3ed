// Fuzzes the reading and editing of tasks documents. An input is a document, or a reason, a byte 0x01 and a document.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "google/protobuf/util/message_differencer.h"
#include "mcp_agent/tasks/task_editor.h"
#include "mcp_agent/tasks/task_parser.h"
#include "mcp_agent/tasks/white_space.h"

namespace specrelay {
namespace {

using ::google::protobuf::util::MessageDifferencer;

constexpr size_t kMaxEditedTasks = 4;  // of one document, so that an input stays quick

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

const v1::Task* FirstWithId(const ParsedTasks& parsed, absl::string_view id) {
  const auto found =
      std::find_if(parsed.tasks.begin(), parsed.tasks.end(), [id](const v1::Task& task) { return task.id() == id; });
  return found == parsed.tasks.end() ? nullptr : &*found;
}

bool IsBlockedLine(absl::string_view line) {
  line = TrimSpace(line);
  if (!absl::ConsumePrefix(&line, "-")) absl::ConsumePrefix(&line, "*");
  return absl::StartsWith(SkipSpace(line), "_Blocked:");
}

// What an edit must leave alone: all lines but the blocked ones. Unless `exact`, without carriage returns at their
// ends.
std::vector<std::string> OtherLines(absl::string_view document, bool exact) {
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(document, '\n')) {
    if (IsBlockedLine(line)) continue;
    if (!exact) absl::ConsumeSuffix(&line, "\r");
    lines.emplace_back(line);
  }
  return lines;
}

void CheckOtherLines(absl::string_view before, absl::string_view after) {
  // When a last line without line feed comes or goes, so does the line ending of the line before it.
  const bool exact = absl::EndsWith(before, "\n");
  const std::vector<std::string> old_lines = OtherLines(before, exact);
  const std::vector<std::string> new_lines = OtherLines(after, exact);
  Require(old_lines.size() == new_lines.size(), "lines came or went");
  size_t changed_bytes = 0;
  for (size_t i = 0; i < old_lines.size(); ++i) {
    Require(old_lines[i].size() == new_lines[i].size(), "a line changed its length");
    for (size_t j = 0; j < old_lines[i].size(); ++j) changed_bytes += old_lines[i][j] != new_lines[i][j];
  }
  Require(changed_bytes <= 1, "more than the checkbox changed");
}

void CheckEdit(absl::string_view document, const ParsedTasks& parsed, const v1::Task& task, v1::TaskStatus status,
               absl::string_view reason) {
  const auto edit = SetTaskStatus(document, task.id(), status, reason);
  if (!edit.ok()) {
    Require(absl::IsInvalidArgument(edit.status()) && absl::StrContains(edit.status().message(), "reason"),
            "a task that was parsed cannot be edited");
    return;
  }
  Require(edit->previous == task.status(), "status before");
  Require(edit->changed == (edit->document != document), "changed flag");
  CheckOtherLines(document, edit->document);
  const ParsedTasks after = ParseTasks(edit->document);
  Require(after.tasks.size() == parsed.tasks.size(), "tasks came or went");
  const v1::Task* edited = FirstWithId(after, task.id());
  Require(edited != nullptr && edited->status() == status, "status after");
  Require(MessageDifferencer::Equals(*edited, edit->task), "the task told is not the task written");
  if (status != v1::TASK_STATUS_BLOCKED) {
    Require(!edit->changed || edited->blocked_reason().empty(), "a reason stayed");
  } else if (const absl::string_view trimmed = TrimSpace(reason); !trimmed.empty()) {
    Require(edited->blocked_reason() == trimmed, "the reason is not read back");
  }
  const auto again = SetTaskStatus(edit->document, task.id(), status, reason);
  Require(again.ok() && !again->changed && again->document == edit->document, "an edit done twice changes again");
}

void CheckDocument(absl::string_view document, absl::string_view reason) {
  const ParsedTasks parsed = ParseTasks(document);
  Require(MessageDifferencer::Equals(parsed.summary, SummarizeTasks(document)), "summary alone");
  size_t edited = 0;
  for (const v1::Task& task : parsed.tasks) {
    v1::Task copy;
    Require(copy.ParseFromString(task.SerializeAsString()), "text that is not UTF-8");
    if (FirstWithId(parsed, task.id()) != &task || ++edited > kMaxEditedTasks) continue;
    for (int status = v1::TASK_STATUS_PENDING; status <= v1::TASK_STATUS_BLOCKED; ++status) {
      CheckEdit(document, parsed, task, static_cast<v1::TaskStatus>(status), "");
      CheckEdit(document, parsed, task, static_cast<v1::TaskStatus>(status), reason);
    }
  }
}

}  // namespace
}  // namespace specrelay

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t separator = input.find('\x01');
  if (separator == absl::string_view::npos) {
    specrelay::CheckDocument(input, "needs a key");
  } else {
    specrelay::CheckDocument(input.substr(separator + 1), input.substr(0, separator));
  }
  return 0;
}
