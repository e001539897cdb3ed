#include "mcp_agent/questions/question_document.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "mcp_agent/approvals/comment_json.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/iso_time.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;
using Lines = google::protobuf::RepeatedPtrField<std::string>;

Json LinesToJson(const Lines& lines) {
  Json array = Json::array();
  for (const std::string& line : lines) array.push_back(line);
  return array;
}

// Elements that are no text are left out; `array` may be nullptr.
Lines LinesFromJson(const Json* array) {
  Lines lines;
  if (array == nullptr) return lines;
  for (const Json& line : *array) {
    if (line.is_string()) *lines.Add() = line.get<std::string>();
  }
  return lines;
}

}  // namespace

std::string QuestionPath(absl::string_view id) { return absl::StrCat(kQuestionDirectory, "/", id, ".json"); }

absl::string_view QuestionStatusName(v1::QuestionStatus status) {
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

v1::QuestionStatus QuestionStatusFromName(absl::string_view name) {
  for (const auto status : {v1::QUESTION_STATUS_PENDING, v1::QUESTION_STATUS_ANSWERED, v1::QUESTION_STATUS_DISMISSED}) {
    if (name == QuestionStatusName(status)) return status;
  }
  return v1::QUESTION_STATUS_UNSPECIFIED;
}

absl::StatusOr<QuestionDocument> QuestionDocument::Parse(absl::string_view path, absl::string_view bytes) {
  QuestionDocument document;
  ASSIGN_OR_RETURN(document.json_, ParseJsonObject(path, bytes));
  RETURN_IF_ERROR(document.ReadJson(path));
  return document;
}

absl::StatusOr<QuestionDocument> QuestionDocument::Create(const v1::Question& question) {
  QuestionDocument document;
  Json& json = document.json_;
  json = Json::object();
  json["id"] = question.id();
  json["title"] = question.title();
  if (!question.text().empty()) json["text"] = question.text();
  if (!question.spec_name().empty()) json["specName"] = question.spec_name();
  if (!question.task_id().empty()) json["taskId"] = question.task_id();
  if (question.options_size() > 0) json["options"] = LinesToJson(question.options());
  json["allowFreeText"] = question.allow_free_text();
  json["allowMultiple"] = question.allow_multiple();
  json["blocking"] = question.blocking();
  json["status"] = std::string(QuestionStatusName(v1::QUESTION_STATUS_PENDING));
  json["askedAt"] = ToIsoTime(FromProto(question.asked_at()));
  json["askedBy"] = ActorToJson(question.asked_by());
  RETURN_IF_ERROR(document.ReadJson(QuestionPath(question.id())));
  return document;
}

std::string QuestionDocument::path() const { return QuestionPath(question_.id()); }

absl::Status QuestionDocument::ReadJson(absl::string_view path) {
  const absl::string_view id = absl::StripSuffix(BaseName(path), ".json");
  const absl::optional<std::string> stated_id = StringAt(json_, "id");
  if (!stated_id.has_value()) return DamagedFileError(path, "it has no id and so is no question");
  if (*stated_id != id) return DamagedFileError(path, absl::StrCat("it is the question ", Quoted(*stated_id)));
  const absl::optional<std::string> title = StringAt(json_, "title");
  if (!title.has_value()) return DamagedFileError(path, "it has no title");
  const v1::QuestionStatus status = QuestionStatusFromName(StringAt(json_, "status").value_or(""));
  if (status == v1::QUESTION_STATUS_UNSPECIFIED) {
    return DamagedFileError(path, "its status is none of pending, answered and dismissed");
  }
  const absl::optional<absl::Time> asked_at = TimeAt(json_, "askedAt");
  if (!asked_at.has_value()) return DamagedFileError(path, "its askedAt is no time");
  question_.Clear();
  question_.set_id(std::string(id));
  question_.set_title(*title);
  question_.set_status(status);
  *question_.mutable_asked_at() = specrelay::ToProto(*asked_at);
  ReadAsked();
  ReadEnding();
  return absl::OkStatus();
}

void QuestionDocument::ReadAsked() {
  question_.set_text(StringAt(json_, "text").value_or(""));
  question_.set_spec_name(StringAt(json_, "specName").value_or(""));
  question_.set_task_id(StringAt(json_, "taskId").value_or(""));
  *question_.mutable_options() = LinesFromJson(ArrayAt(json_, "options"));
  // A question must be one that can be answered, whatever its file says.
  question_.set_allow_free_text(IsTrueAt(json_, "allowFreeText") || question_.options().empty());
  question_.set_allow_multiple(IsTrueAt(json_, "allowMultiple"));
  question_.set_blocking(IsTrueAt(json_, "blocking"));
  if (const auto by = json_.find("askedBy"); by != json_.end() && by->is_object()) {
    *question_.mutable_asked_by() = ActorFromJson(*by);
  }
}

void QuestionDocument::ReadEnding() {
  question_.set_answer(StringAt(json_, "answer").value_or(""));
  *question_.mutable_choices() = LinesFromJson(ArrayAt(json_, "choices"));
  if (const auto at = TimeAt(json_, "answeredAt")) *question_.mutable_answered_at() = specrelay::ToProto(*at);
  if (const auto by = json_.find("answeredBy"); by != json_.end() && by->is_object()) {
    *question_.mutable_answered_by() = ActorFromJson(*by);
  }
  if (const auto at = TimeAt(json_, "consumedAt")) *question_.mutable_consumed_at() = specrelay::ToProto(*at);
}

void QuestionDocument::End(const QuestionEnding& ending) {
  json_["status"] = std::string(QuestionStatusName(ending.status));
  json_["answer"] = ending.answer;
  json_["choices"] = LinesToJson(ending.choices);
  json_["answeredAt"] = ToIsoTime(ending.at);
  json_["answeredBy"] = ActorToJson(ending.by);
  json_.erase("consumedAt");
  question_.set_status(ending.status);
  question_.clear_consumed_at();
  ReadEnding();
}

void QuestionDocument::Consume(absl::Time at) {
  json_["consumedAt"] = ToIsoTime(at);
  ReadEnding();
}

std::string QuestionDocument::ToJson() const { return DumpJson(json_); }

}  // namespace specrelay
