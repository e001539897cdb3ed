#include "dashboard/events/event_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "dashboard/api/json_values.h"
#include "dashboard/events/live_message.h"
#include "relay/event_log.h"

namespace specrelay {
namespace {

void AppendMessage(absl::string_view id, absl::string_view project_id, const LiveMessage& message, std::string& text) {
  const Json data = {
      {"type", std::string(message.type)}, {"projectId", std::string(project_id)}, {"data", message.data}};
  // JSON text has no line breaks, so it is one line of data.
  absl::StrAppend(&text, "id: ", id, "\nevent: ", message.type, "\ndata: ", JsonText(data), "\n\n");
}

}  // namespace

std::string EventText(const v1::Event& event) {
  const std::vector<LiveMessage> messages = LiveMessagesOf(event);
  std::string text;
  for (size_t i = 0; i < messages.size(); ++i) {
    const bool last = i + 1 == messages.size();
    const std::string id = last ? event.cursor() : absl::StrCat(event.cursor(), "+", i + 1);
    AppendMessage(id, event.project_id(), messages[i], text);
  }
  return text;
}

std::string ResyncText(absl::string_view cursor, absl::string_view project_id, absl::string_view reason) {
  std::string text;
  AppendMessage(cursor, project_id, {"resync", {{"reason", std::string(reason)}}}, text);
  return text;
}

std::string GreetingText(absl::string_view cursor, absl::Duration retry) {
  return absl::StrCat("retry: ", absl::ToInt64Milliseconds(retry), "\nid: ", cursor, "\n\n");
}

std::string HeartbeatText(absl::string_view cursor) { return absl::StrCat(": still here\nid: ", cursor, "\n\n"); }

std::string RemarkText(absl::string_view remark) {
  return absl::StrCat(": ", absl::StrReplaceAll(remark, {{"\n", " "}, {"\r", " "}}), "\n\n");
}

std::string CursorFromEventId(absl::string_view id) {
  const size_t plus = id.rfind('+');
  if (plus == absl::string_view::npos) return std::string(id);
  return EventLog::CursorBefore(id.substr(0, plus));
}

}  // namespace specrelay
