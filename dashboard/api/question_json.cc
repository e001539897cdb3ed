#include "dashboard/api/question_json.h"

#include <string>

#include "absl/status/status.h"

namespace specrelay {
namespace {

constexpr v1::QuestionStatus kStatuses[] = {v1::QUESTION_STATUS_PENDING, v1::QUESTION_STATUS_ANSWERED,
                                            v1::QUESTION_STATUS_DISMISSED};

absl::string_view StatusName(v1::QuestionStatus status) {
  switch (status) {
    case v1::QUESTION_STATUS_PENDING:
      return "pending";
    case v1::QUESTION_STATUS_ANSWERED:
      return "answered";
    case v1::QUESTION_STATUS_DISMISSED:
      return "dismissed";
    default:
      return "";
  }
}

Json LinesJson(const google::protobuf::RepeatedPtrField<std::string>& lines) {
  Json list = Json::array();
  for (const std::string& line : lines) list.push_back(line);
  return list;
}

Json ActorJson(const v1::Actor& actor) {
  return {{"account", actor.account()}, {"keyName", actor.key_name()}, {"client", actor.client()}};
}

}  // namespace

absl::StatusOr<v1::QuestionStatus> QuestionStatusOfQuery(absl::string_view name) {
  if (name == "all") return v1::QUESTION_STATUS_UNSPECIFIED;
  for (const v1::QuestionStatus status : kStatuses) {
    if (name == StatusName(status)) return status;
  }
  return absl::InvalidArgumentError("status must be pending (which it is when absent), answered, dismissed or all");
}

Json QuestionJson(const v1::Question& question) {
  Json json = {{"id", question.id()}, {"title", question.title()}};
  if (!question.text().empty()) json["text"] = question.text();
  if (!question.spec_name().empty()) json["specName"] = question.spec_name();
  if (!question.task_id().empty()) json["taskId"] = question.task_id();
  json["options"] = LinesJson(question.options());
  json["allowFreeText"] = question.allow_free_text();
  json["allowMultiple"] = question.allow_multiple();
  json["blocking"] = question.blocking();
  json["status"] = std::string(StatusName(question.status()));
  json["askedAt"] = TimeJson(question.asked_at());
  if (question.has_asked_by()) json["askedBy"] = ActorJson(question.asked_by());
  if (question.status() == v1::QUESTION_STATUS_PENDING) return json;
  json["answer"] = question.answer();
  json["choices"] = LinesJson(question.choices());
  if (question.has_answered_at()) json["answeredAt"] = TimeJson(question.answered_at());
  if (question.has_answered_by()) json["answeredBy"] = ActorJson(question.answered_by());
  if (question.has_consumed_at()) json["consumedAt"] = TimeJson(question.consumed_at());
  return json;
}

}  // namespace specrelay
