#include <string>
#include <utility>
#include <vector>

#include "dashboard/api/question_json.h"
#include "dashboard/api/routes.h"
#include "proto/support/status_macros.h"

// Questions of coding agents to people.

namespace specrelay {
namespace {

absl::StatusOr<HttpResponse> ListQuestions(const ApiCall& call) {
  const std::string which = call.Query("status");
  v1::Command command;
  ASSIGN_OR_RETURN(const v1::QuestionStatus status, QuestionStatusOfQuery(which.empty() ? "pending" : which));
  command.mutable_question_list()->set_status(status);
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  Json list = Json::array();
  for (const v1::Question& question : result.question_list().questions()) list.push_back(QuestionJson(question));
  return JsonAnswer(list);
}

absl::StatusOr<HttpResponse> GetQuestion(const ApiCall& call) {
  v1::Command command;
  command.mutable_question_get()->set_id(call.Path("questionId"));
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer(QuestionJson(result.question_get().question()));
}

absl::StatusOr<HttpResponse> Answer(const ApiCall& call) {
  v1::Command command;
  v1::QuestionAnswerRequest& request = *command.mutable_question_answer();
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(*request.mutable_answer(), body.TextOr("answer", ""));
  ASSIGN_OR_RETURN(const std::vector<std::string> choices, body.Texts("choices"));
  for (const std::string& choice : choices) request.add_choices(choice);
  request.set_id(call.Path("questionId"));
  RETURN_IF_ERROR(call.Run(std::move(command)).status());
  return JsonAnswer({{"success", true}});
}

absl::StatusOr<HttpResponse> Dismiss(const ApiCall& call) {
  v1::Command command;
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(*command.mutable_question_dismiss()->mutable_reason(), body.TextOr("reason", ""));
  command.mutable_question_dismiss()->set_id(call.Path("questionId"));
  RETURN_IF_ERROR(call.Run(std::move(command)).status());
  return JsonAnswer({{"success", true}});
}

}  // namespace

std::vector<Route> QuestionRoutes(ApiServices& services) {
  const auto route = [&services](const ApiRouteSpec& spec, ApiHandler handler) {
    return ApiRoute(services, spec, handler);
  };
  return {
      route({"GET",
             "/api/projects/{projectId}/questions",
             Access::kViewer,
             "Lists the questions that coding agents ask people",
             "",
             "QuestionList",
             kReads,
             {{"status", "`pending`, which it is when absent, `answered`, `dismissed` or `all`"}}},
            ListQuestions),
      route({"GET", "/api/projects/{projectId}/questions/{questionId}", Access::kViewer, "Describes a question", "",
             "Question", kReads},
            GetQuestion),
      route({"POST", "/api/projects/{projectId}/questions/{questionId}/answer", Access::kUser,
             "Answers a question, by its options or in own words; the first answer stands", "QuestionAnswer", "Done",
             kWrites},
            Answer),
      route({"POST", "/api/projects/{projectId}/questions/{questionId}/dismiss", Access::kUser,
             "Closes a question without an answer: the coding agent is to decide for itself", "QuestionDismissal",
             "Done", kWrites},
            Dismiss),
  };
}

}  // namespace specrelay
