#include "dashboard/api/testing/api_harness.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dashboard/api/routes.h"
#include "proto/support/command_error.h"

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

}  // namespace

absl::Status ScriptedAgent::Enqueue(v1::RelayFrame frame) {
  queue_.push_back(std::move(frame));
  return absl::OkStatus();
}

void ScriptedAgent::Flush() {
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

ApiHarness::ApiHarness()
    : key(CreateKey(keys_file.path(), {"owner", Role::kAdmin, "acme", {}}, relay.clock).value()),
      keys(KeyStore::Open(keys_file.path(), relay.clock).value()),
      services(relay.relay, *keys, relay.clock, kMaxWaiting),
      routes(ApiRoutes(services)) {}

ScriptedAgent& ApiHarness::Connect(absl::string_view project_id, ScriptedAgent::Script script,
                                   absl::string_view machine_id) {
  agents_.push_back(std::make_shared<ScriptedAgent>(relay.relay, std::move(script)));
  v1::Register registration = RegistrationOf(project_id, absl::StrCat("uid-", agents_.size()));
  registration.mutable_machine()->set_machine_id(std::string(machine_id));
  agents_.back()->session =
      relay.relay.Register(PrincipalOf("acme", Role::kAgent), std::move(registration), agents_.back()).value();
  return *agents_.back();
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
  const CallContext context{request, CallerOf("acme", role), "request-1", absl::InfiniteFuture()};
  const HttpResponse response = best->handler(context);
  answer.status = response.status;
  for (const auto& [name, value] : response.headers) answer.headers[name] = value;
  answer.json = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  return answer;
}

}  // namespace specrelay
