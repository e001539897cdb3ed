#include "mcp_agent/approvals/comment_json.h"

#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/json/json_object.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

Json CommentsToJson(const ApprovalComments& comments) {
  Json array = Json::array();
  for (const v1::ApprovalComment& comment : comments) {
    Json object = Json::object();
    object["type"] = comment.type();
    if (!comment.selected_text().empty()) object["selectedText"] = comment.selected_text();
    object["comment"] = comment.comment();
    object["timestamp"] = comment.timestamp();
    if (comment.has_line_number()) object["lineNumber"] = comment.line_number();
    if (!comment.highlight_color().empty()) object["highlightColor"] = comment.highlight_color();
    array.push_back(std::move(object));
  }
  return array;
}

ApprovalComments CommentsFromJson(const Json* array) {
  ApprovalComments comments;
  if (array == nullptr) return comments;
  for (const Json& object : *array) {
    if (!object.is_object()) continue;
    v1::ApprovalComment& comment = *comments.Add();
    comment.set_type(StringAt(object, "type").value_or(""));
    comment.set_comment(StringAt(object, "comment").value_or(""));
    comment.set_timestamp(StringAt(object, "timestamp").value_or(""));
    comment.set_selected_text(StringAt(object, "selectedText").value_or(""));
    comment.set_highlight_color(StringAt(object, "highlightColor").value_or(""));
    const absl::optional<int64_t> line = IntegerAt(object, "lineNumber");
    if (line.has_value() && *line >= 1 && *line <= std::numeric_limits<int32_t>::max()) {
      comment.set_line_number(static_cast<int32_t>(*line));
    }
  }
  return comments;
}

Json ActorToJson(const v1::Actor& actor) {
  Json object = Json::object();
  object["account"] = actor.account();
  object["keyName"] = actor.key_name();
  object["client"] = actor.client();
  return object;
}

v1::Actor ActorFromJson(const Json& object) {
  v1::Actor actor;
  actor.set_account(StringAt(object, "account").value_or(""));
  actor.set_key_name(StringAt(object, "keyName").value_or(""));
  actor.set_client(StringAt(object, "client").value_or(""));
  return actor;
}

std::string DescribeActor(const v1::Actor& actor) {
  std::string who = actor.key_name();
  std::string more;
  if (!actor.account().empty()) more = absl::StrCat("account ", actor.account());
  if (!actor.client().empty()) absl::StrAppend(&more, more.empty() ? "" : ", ", actor.client());
  if (!more.empty()) absl::StrAppend(&who, who.empty() ? "" : " ", "(", more, ")");
  return who;
}

}  // namespace specrelay
