#include "mcp_agent/mcp/tools/question_shapes.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "mcp_agent/approvals/comment_json.h"
#include "mcp_agent/questions/question_document.h"
#include "proto/support/iso_time.h"
#include "proto/support/time.h"

namespace specrelay {

SchemaProperties QuestionProperties() {
  return {{"questionId", TextSchema()},
          {"question", TextSchema()},
          {"status", EnumSchema({"pending", "answered", "dismissed", "deleted"})},
          {"answer", TextSchema()},
          {"choices", ListSchema(TextSchema())},
          {"answeredBy", TextSchema()},
          {"answeredAt", TextSchema()},
          {"questionUrl", TextSchema("for the person who answers")}};
}

Json QuestionJson(const v1::Question& question, const CommandPort& port) {
  Json json = {{"questionId", question.id()},
               {"question", question.title()},
               {"status", std::string(QuestionStatusName(question.status()))}};
  if (question.status() != v1::QUESTION_STATUS_PENDING) {
    json["answer"] = question.answer();
    json["choices"] = Json::array();
    for (const std::string& choice : question.choices()) json["choices"].push_back(choice);
    const std::string by = DescribeActor(question.answered_by());
    if (!by.empty()) json["answeredBy"] = by;
    if (question.has_answered_at()) json["answeredAt"] = ToIsoTime(FromProto(question.answered_at()));
  }
  const std::string link = port.DashboardLink(absl::StrCat("questions/", question.id()));
  if (!link.empty()) json["questionUrl"] = link;
  return json;
}

std::string AnswerText(const v1::Question& question) {
  std::string text = absl::StrJoin(question.choices(), ", ");
  if (!question.answer().empty()) absl::StrAppend(&text, text.empty() ? "" : "; ", question.answer());
  return text;
}

std::string DescribeQuestion(const v1::Question& question) {
  const std::string answer = AnswerText(question);
  std::string by = DescribeActor(question.answered_by());
  if (!by.empty()) by = absl::StrCat(" by ", by);
  switch (question.status()) {
    case v1::QUESTION_STATUS_ANSWERED:
      return absl::StrCat("\"", question.title(), "\" was answered", by, ": ", answer);
    case v1::QUESTION_STATUS_DISMISSED:
      return absl::StrCat("\"", question.title(), "\" was dismissed", by, answer.empty() ? "." : ": ", answer);
    default:
      return absl::StrCat("\"", question.title(), "\" is not answered yet.");
  }
}

std::string WhereToAnswer(const CommandPort& port, absl::string_view question_id) {
  const std::string link = port.DashboardLink(absl::StrCat("questions/", question_id));
  return link.empty() ? "in the dashboard" : absl::StrCat("in the dashboard: ", link);
}

}  // namespace specrelay
