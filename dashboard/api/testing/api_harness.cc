#include "dashboard/api/testing/api_harness.h"

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "dashboard/api/routes.h"
#include "dashboard/openapi/openapi_document.h"
#include "dashboard/openapi/testing/schema_check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_catalog.h"
#include "proto/support/command_error.h"
#include "proto/support/json.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

constexpr int kMaxWaiting = 2;

bool IsParameter(absl::string_view segment) { return !segment.empty() && segment.front() == '{'; }

// Whether the pattern matches; literal segments count, so that the best match is the one with the most.
bool Matches(const Route& route, absl::string_view method, absl::string_view path,
             std::map<std::string, std::string>& parameters, int& literals) {
  if (route.method != method) return false;
  const std::vector<absl::string_view> pattern = absl::StrSplit(route.pattern, '/');
  const std::vector<absl::string_view> segments = absl::StrSplit(path, '/');
  if (pattern.size() != segments.size()) return false;
  literals = 0;
  parameters.clear();
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (IsParameter(pattern[i])) {
      parameters[std::string(pattern[i].substr(1, pattern[i].size() - 2))] = std::string(segments[i]);
    } else if (pattern[i] == segments[i]) {
      ++literals;
    } else {
      return false;
    }
  }
  return true;
}

HttpResponse ResponseOf(const Route& route, const CallContext& context) {
  if (route.handler != nullptr) return route.handler(context);
  const std::unique_ptr<PendingResponse> pending = route.begin(context);
  const auto ready = std::make_shared<absl::Notification>();
  pending->Begin([ready] { ready->Notify(); });
  ready->WaitForNotification();
  return pending->Finish();
}

}  // namespace

absl::Status ScriptedAgent::Enqueue(v1::RelayFrame frame) {
  queue_.push_back(std::move(frame));
  return absl::OkStatus();
}

void ScriptedAgent::Flush() {
  if (session == kNoSession) return;
  for (v1::RelayFrame& frame : std::exchange(queue_, {})) {
    if (!frame.has_command()) continue;
    commands_.push_back(frame.command());
    const absl::StatusOr<v1::CommandResult> result = script_(frame.command().command());
    v1::AgentFrame answer;
    v1::CommandOutcome& outcome = *answer.mutable_outcome();
    outcome.set_request_id(frame.command().request_id());
    if (result.ok()) {
      outcome.set_state(v1::COMMAND_STATE_APPLIED);
      *outcome.mutable_result() = *result;
    } else {
      outcome.set_state(FinalState(result.status()));
      *outcome.mutable_error() = ToCommandError(result.status());
    }
    relay_.OnFrame(session, std::move(answer));
  }
}

Json ScriptedAgent::LastCommand() const {
  if (commands_.empty()) return nullptr;
  return Json::parse(ToJson(commands_.back().command()).value());
}

ScriptedAgent::Script Answers(absl::string_view result_json) {
  v1::CommandResult result;
  EXPECT_THAT(FromJson(result_json, result), IsOk());
  return [result](const v1::Command&) { return result; };
}

ScriptedAgent::Script Fails(absl::Status status) {
  return [status](const v1::Command&) -> absl::StatusOr<v1::CommandResult> { return status; };
}

ScriptedAgent::Script AnswersEmpty() {
  return [](const v1::Command& command) {
    v1::CommandResult result;
    result.GetReflection()->MutableMessage(&result, FindCommand(command)->result_field);
    // No agent has tasks without a status.
    if (result.has_task_status_update()) {
      result.mutable_task_status_update()->mutable_task()->set_status(v1::TASK_STATUS_PENDING);
    }
    return result;
  };
}

ApiHarness::ApiHarness()
    : key(CreateKey(keys_file.path(), {"owner", Role::kAdmin, "acme", {}}, relay.clock).value()),
      keys(KeyStore::Open(keys_file.path(), relay.clock).value()),
      services(relay.relay, *keys, relay.clock, kMaxWaiting),
      routes(ApiRoutes(services)),
      document(OpenApiDocument(routes)) {}

ScriptedAgent& ApiHarness::Connect(absl::string_view project_id, ScriptedAgent::Script script,
                                   absl::string_view machine_id) {
  agents_.push_back(std::make_shared<ScriptedAgent>(relay.relay, std::move(script)));
  v1::Register registration = RegistrationOf(project_id, absl::StrCat("uid-", agents_.size()));
  registration.mutable_machine()->set_machine_id(std::string(machine_id));
  agents_.back()->session =
      relay.relay.Register(PrincipalOf("acme", Role::kAgent), std::move(registration), agents_.back()).value();
  agents_.back()->Flush();
  return *agents_.back();
}

void ApiHarness::Disconnect(const ScriptedAgent& agent) {
  relay.relay.Disconnect(agent.session, absl::UnavailableError("the connection to the agent was lost"), {});
}

void ApiHarness::CheckAgainstDescription(const Route& route, absl::string_view body, const ApiAnswer& answer) const {
  SCOPED_TRACE(absl::StrCat(route.method, " ", route.pattern, " answered ", answer.status, " ", answer.json.dump()));
  const Schema& operation = document["paths"][route.pattern][absl::AsciiStrToLower(route.method)];
  const std::string status = absl::StrCat(answer.status);
  EXPECT_TRUE(operation["responses"].contains(status) || answer.status == 400) << "the status is not described";
  if (answer.status == 304) return;
  if (answer.status >= 400) {
    EXPECT_THAT(CheckValue(answer.json, Reference("Error"), document), testing::IsEmpty());
    EXPECT_NE(answer.json.value("error", ""), "");
    return;
  }
  const Schema answer_schema = Schema::parse(route.response_schema);
  EXPECT_THAT(CheckValue(answer.json, answer.status == 202 ? Reference("Queued") : answer_schema, document),
              testing::IsEmpty());
  if (route.request_schema.empty() || body.empty()) return;
  const std::vector<std::string> faults =
      CheckValue(Json::parse(body), Schema::parse(route.request_schema), document, OtherFields::kIgnore);
  EXPECT_THAT(faults, testing::IsEmpty()) << "the server takes what its description does not allow: " << body;
}

ApiAnswer ApiHarness::Call(absl::string_view method, absl::string_view target, absl::string_view body,
                           const std::vector<std::pair<std::string, std::string>>& headers) {
  HttpRequest request;
  request.method = std::string(method);
  request.body = std::string(body);
  request.headers = headers;
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(target, absl::MaxSplits('?', 1));
  request.path = std::string(parts.first);
  for (absl::string_view parameter : absl::StrSplit(parts.second, '&', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> value = absl::StrSplit(parameter, absl::MaxSplits('=', 1));
    request.query_parameters.insert(value);
  }
  const Route* best = nullptr;
  int most = -1;
  for (const Route& route : routes) {
    std::map<std::string, std::string> parameters;
    int literals = 0;
    if (!Matches(route, method, request.path, parameters, literals) || literals <= most) continue;
    best = &route;
    most = literals;
    request.path_parameters = parameters;
  }
  ApiAnswer answer;
  if (best == nullptr) {
    answer.status = 404;
    return answer;
  }
  const CallContext context{request, CallerOf("acme", role), request_id, absl::InfiniteFuture()};
  const HttpResponse response = ResponseOf(*best, context);
  answer.status = response.status;
  for (const auto& [name, value] : response.headers) answer.headers[name] = value;
  answer.json = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  CheckAgainstDescription(*best, body, answer);
  return answer;
}

}  // namespace specrelay
