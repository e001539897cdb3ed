#include "mcp_agent/analytics/task_events.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "mcp_agent/json/json_object.h"
#include "nlohmann/json.hpp"
#include "proto/support/iso_time.h"
#include "proto/support/status_macros.h"
#include "proto/support/task_status.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kChunkBytes = int64_t{1} << 20;
constexpr int64_t kTailBytes = int64_t{256} << 10;
// A line is some 300 bytes long; ids and names of specs are limited elsewhere.
constexpr size_t kMaxLineBytes = size_t{64} << 10;

int32_t CountAt(const Json& object, const char* key) {
  return static_cast<int32_t>(
      std::clamp<int64_t>(IntegerAt(object, key).value_or(0), 0, std::numeric_limits<int32_t>::max()));
}

// Size of the history; nothing when there is none.
absl::StatusOr<absl::optional<int64_t>> HistorySize(const Tree& tree) {
  const absl::StatusOr<FileStat> stat = tree.Stat(kTaskEventsPath);
  if (absl::IsNotFound(stat.status())) return absl::optional<int64_t>();
  RETURN_IF_ERROR(stat.status());
  return absl::make_optional(stat->size_bytes);
}

bool IsBlank(absl::string_view line) { return line.find_first_not_of(" \t\r") == absl::string_view::npos; }

}  // namespace

std::string FormatTaskEvent(const TaskEvent& event) {
  Json json = Json::object();
  json["timestamp"] = ToIsoTime(event.time);
  json["specName"] = event.spec_name;
  json["taskId"] = event.task_id;
  json["previousStatus"] = std::string(TaskStatusName(event.previous));
  json["nextStatus"] = std::string(TaskStatusName(event.next));
  json["summaryAfter"] = {{"total", event.summary_after.total()},
                          {"completed", event.summary_after.completed()},
                          {"pending", event.summary_after.pending()}};
  json["version"] = event.version;
  return absl::StrCat(json.dump(-1, ' ', false, Json::error_handler_t::replace), "\n");
}

absl::optional<TaskEvent> ParseTaskEvent(absl::string_view line) {
  const absl::StatusOr<Json> json = ParseJsonObject(kTaskEventsPath, line);
  if (!json.ok()) return absl::nullopt;
  const absl::optional<absl::Time> time = TimeAt(*json, "timestamp");
  const auto summary = json->find("summaryAfter");
  TaskEvent event;
  event.spec_name = StringAt(*json, "specName").value_or("");
  event.task_id = StringAt(*json, "taskId").value_or("");
  event.previous = TaskStatusFromName(StringAt(*json, "previousStatus").value_or(""));
  event.next = TaskStatusFromName(StringAt(*json, "nextStatus").value_or(""));
  event.version = StringAt(*json, "version").value_or("");
  if (!time.has_value() || event.spec_name.empty() || event.task_id.empty() ||
      event.next == v1::TASK_STATUS_UNSPECIFIED || summary == json->end() || !summary->is_object()) {
    return absl::nullopt;
  }
  event.time = *time;
  event.summary_after.set_total(CountAt(*summary, "total"));
  event.summary_after.set_completed(CountAt(*summary, "completed"));
  event.summary_after.set_pending(CountAt(*summary, "pending"));
  return event;
}

absl::Status AppendTaskEvents(Transaction& transaction, const std::vector<TaskEvent>& events) {
  if (events.empty()) return absl::OkStatus();
  std::string lines;
  ASSIGN_OR_RETURN(const absl::optional<int64_t> size, HistorySize(transaction.tree()));
  if (size.value_or(0) > 0) {
    ASSIGN_OR_RETURN(const std::string last, transaction.tree().ReadFrom(kTaskEventsPath, *size - 1, 1));
    if (last != "\n") lines = "\n";
  }
  for (const TaskEvent& event : events) lines += FormatTaskEvent(event);
  return transaction.Append(kTaskEventsPath, lines);
}

absl::StatusOr<int64_t> ForEachTaskEvent(const Tree& tree, absl::FunctionRef<void(const TaskEvent&)> take) {
  ASSIGN_OR_RETURN(const absl::optional<int64_t> size, HistorySize(tree));
  int64_t bad_lines = 0;
  const auto take_line = [&](absl::string_view line, bool too_long) {
    if (!too_long && IsBlank(line)) return;
    const absl::optional<TaskEvent> event = too_long ? absl::nullopt : ParseTaskEvent(line);
    if (event.has_value()) {
      take(*event);
    } else {
      ++bad_lines;
    }
  };
  std::string line;  // begun in earlier chunks
  bool too_long = false;
  for (int64_t offset = 0; offset < size.value_or(0);) {
    ASSIGN_OR_RETURN(const std::string chunk, tree.ReadFrom(kTaskEventsPath, offset, kChunkBytes));
    if (chunk.empty()) break;
    offset += static_cast<int64_t>(chunk.size());
    absl::string_view rest = chunk;
    while (!rest.empty()) {
      const size_t end = rest.find('\n');
      const absl::string_view part = rest.substr(0, end);
      too_long |= line.size() + part.size() > kMaxLineBytes;
      if (!too_long) absl::StrAppend(&line, part);
      if (end == absl::string_view::npos) break;
      take_line(line, too_long);
      line.clear();
      too_long = false;
      rest.remove_prefix(end + 1);
    }
  }
  take_line(line, too_long);
  return bad_lines;
}

absl::StatusOr<std::string> LastRecordedVersion(const Tree& tree, absl::string_view spec_name) {
  ASSIGN_OR_RETURN(const absl::optional<int64_t> size, HistorySize(tree));
  if (!size.has_value()) return std::string();
  const int64_t offset = std::max<int64_t>(0, *size - kTailBytes);
  ASSIGN_OR_RETURN(const std::string tail, tree.ReadFrom(kTaskEventsPath, offset, kTailBytes));
  absl::string_view rest = tail;
  while (!rest.empty()) {
    absl::ConsumeSuffix(&rest, "\n");
    const size_t before = rest.rfind('\n');
    const size_t start = before == absl::string_view::npos ? 0 : before + 1;
    const absl::optional<TaskEvent> event = ParseTaskEvent(rest.substr(start));
    if (event.has_value() && event->spec_name == spec_name) return event->version;
    rest = rest.substr(0, start);
  }
  return std::string();
}

}  // namespace specrelay
