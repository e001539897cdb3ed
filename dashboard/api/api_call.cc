#include "dashboard/api/api_call.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "dashboard/api/command_json.h"
#include "dashboard/http/error_response.h"
#include "proto/support/command_catalog.h"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

std::string ETagOf(absl::string_view hash) { return absl::StrCat("\"", hash, "\""); }

// Whether the tags of an If-None-Match include `hash`; comparison is weak, as for every read.
bool Includes(absl::string_view tags, absl::string_view hash) {
  for (absl::string_view tag : absl::StrSplit(tags, ',')) {
    tag = absl::StripAsciiWhitespace(tag);
    absl::ConsumePrefix(&tag, "W/");
    if (tag == "*" || tag == ETagOf(hash)) return true;
  }
  return false;
}

}  // namespace

HttpResponse JsonAnswer(const Json& json, int status) { return HttpResponse::Json(status, JsonText(json)); }

HttpResponse SuccessAnswer(absl::string_view message) {
  return JsonAnswer({{"success", true}, {"message", std::string(message)}});
}

const std::string& ApiCall::Path(absl::string_view name) const { return context_.request.PathParameter(name); }

std::string ApiCall::Query(absl::string_view name) const { return context_.request.QueryParameter(name); }

absl::StatusOr<int32_t> ApiCall::QueryCount(absl::string_view name, int32_t otherwise) const {
  const std::string text = Query(name);
  if (text.empty()) return otherwise;
  int32_t count = 0;
  if (!absl::SimpleAtoi(text, &count) || count < 0) {
    return absl::InvalidArgumentError(absl::StrCat(name, " must be a whole number that is not negative"));
  }
  return count;
}

absl::StatusOr<v1::CommandResult> ApiCall::Run(v1::Command command, absl::Duration timeout) const {
  return RunIn(project_id(), std::move(command), timeout);
}

absl::StatusOr<v1::CommandResult> ApiCall::RunIn(absl::string_view project_id, v1::Command command,
                                                 absl::Duration timeout) const {
  return ResultOf(services_.client.Execute(caller(), RequestFor(project_id, std::move(command), timeout)));
}

v1::ExecuteRequest ApiCall::RequestFor(absl::string_view project_id, v1::Command command,
                                       absl::Duration timeout) const {
  v1::ExecuteRequest request;
  request.set_project_id(std::string(project_id));
  *request.mutable_timeout() = ToProto(timeout);
  const CommandInfo* info = FindCommand(command);
  if (info != nullptr && info->access == v1::COMMAND_ACCESS_WRITE) {
    request.set_request_id(request_id());
    request.set_offline_policy(v1::OFFLINE_POLICY_QUEUE);
  }
  *request.mutable_command() = std::move(command);
  return request;
}

absl::StatusOr<v1::CommandResult> ApiCall::ResultOf(absl::StatusOr<v1::CommandStatus> outcome) {
  RETURN_IF_ERROR(outcome.status());
  if (outcome->state() == v1::COMMAND_STATE_QUEUED) {
    return WithCommand(absl::UnavailableError("the command waits for the project's agent"), outcome->request_id(),
                       outcome->state());
  }
  return std::move(*outcome->mutable_result());
}

absl::StatusOr<absl::optional<std::string>> ApiCall::BaseHash() const {
  const std::string tag(absl::StripAsciiWhitespace(context_.request.Header("If-Match")));
  if (tag.empty()) {
    if (context_.request.Header("If-None-Match") == "*") return absl::optional<std::string>("");
    return absl::optional<std::string>();
  }
  absl::string_view hash = tag;
  if (!absl::ConsumePrefix(&hash, "\"") || !absl::ConsumeSuffix(&hash, "\"") || hash.empty() ||
      hash.find('"') != absl::string_view::npos) {
    return absl::InvalidArgumentError("If-Match must be the one strong ETag that a read of the document gave");
  }
  return absl::optional<std::string>(std::string(hash));
}

HttpResponse ApiCall::Tagged(const Json& json, absl::string_view hash) const {
  return TaggedText([&json] { return JsonText(json); }, hash);
}

HttpResponse ApiCall::TaggedText(absl::FunctionRef<std::string()> json_text, absl::string_view hash) const {
  const bool known = Includes(context_.request.Header("If-None-Match"), hash);
  HttpResponse response = known ? HttpResponse::Empty(304) : HttpResponse::Json(200, json_text());
  response.SetHeader("ETag", ETagOf(hash));
  return response;
}

void ApiCall::SetTag(absl::string_view hash, HttpResponse& response) const {
  if (!hash.empty()) response.SetHeader("ETag", ETagOf(hash));
}

bool ApiCall::IsOffline(const absl::Status& status) const {
  if (!absl::IsUnavailable(status)) return false;
  v1::ListAgentsRequest request;
  request.set_project_id(context_.request.HasPathParameter("projectId") ? project_id() : Query("projectId"));
  const absl::StatusOr<v1::ListAgentsResponse> agents =
      services_.client.relay().ListAgents(caller().principal, request);
  return agents.ok() && agents->agents().empty();
}

HttpResponse ApiCall::Failure(const absl::Status& status) const {
  const v1::CommandError error = ToCommandError(status);
  if (error.state() == v1::COMMAND_STATE_QUEUED) {
    const std::string durability = DurabilityName(services_.client.relay().queue_durability());
    return JsonAnswer({{"requestId", error.request_id()}, {"state", "QUEUED"}, {"durability", durability}}, 202);
  }
  const bool conditional =
      !context_.request.Header("If-Match").empty() || !context_.request.Header("If-None-Match").empty();
  return ErrorResponse(status, {conditional, IsOffline(status)});
}

absl::Status IfAgentDoesNotFind(const absl::Status& status, absl::StatusCode code) {
  if (!absl::IsNotFound(status) || ToCommandError(status).request_id().empty()) return status;
  return absl::Status(code, status.message());
}

}  // namespace specrelay
