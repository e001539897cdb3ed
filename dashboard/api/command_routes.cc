#include <string>
#include <utility>

#include "absl/types/optional.h"
#include "dashboard/api/command_json.h"
#include "dashboard/api/routes.h"
#include "proto/support/command_catalog.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

// Any typed command as JSON, and how far a command has come.

namespace specrelay {
namespace {

constexpr int32_t kTimeoutMs = 30'000;

HttpResponse Accepted(const std::string& request_id, v1::CommandState state, v1::QueueDurability durability) {
  Json json = {{"requestId", request_id}, {"state", CommandStateName(state)}};
  if (durability != v1::QUEUE_DURABILITY_UNSPECIFIED) json["durability"] = DurabilityName(durability);
  return JsonAnswer(json, 202);
}

absl::StatusOr<v1::OfflinePolicy> OfflinePolicyOf(const RequestBody& body, const v1::Command& command) {
  ASSIGN_OR_RETURN(const bool queue, body.FlagOr("queue", false));
  ASSIGN_OR_RETURN(const bool wait, body.FlagOr("waitForAgent", false));
  const CommandInfo* const info = FindCommand(command);
  const bool is_write = info != nullptr && info->access == v1::COMMAND_ACCESS_WRITE;
  if (queue && (is_write || !wait)) return v1::OFFLINE_POLICY_QUEUE;
  return wait ? v1::OFFLINE_POLICY_WAIT : v1::OFFLINE_POLICY_FAIL;
}

absl::StatusOr<HttpResponse> Submit(const ApiCall& call, v1::ExecuteRequest request) {
  v1::SubmitRequest submit;
  submit.set_project_id(request.project_id());
  submit.set_request_id(request.request_id());
  *submit.mutable_timeout() = request.timeout();
  submit.set_offline_policy(request.offline_policy());
  *submit.mutable_command() = std::move(*request.mutable_command());
  ASSIGN_OR_RETURN(const v1::SubmitResponse response,
                   call.services().client.relay().Submit(call.caller(), std::move(submit)));
  return Accepted(response.request_id(), response.state(), response.durability());
}

absl::StatusOr<HttpResponse> RunCommand(const ApiCall& call) {
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(const bool wait, body.FlagOr("wait", true));
  ASSIGN_OR_RETURN(const int32_t timeout_ms, body.CountOr("timeoutMs", kTimeoutMs));
  v1::ExecuteRequest request;
  ASSIGN_OR_RETURN(*request.mutable_command(), CommandFromBody(body));
  request.set_project_id(call.project_id());
  request.set_request_id(call.request_id());
  ASSIGN_OR_RETURN(const v1::OfflinePolicy policy, OfflinePolicyOf(body, request.command()));
  request.set_offline_policy(policy);
  *request.mutable_timeout() = ToProto(absl::Milliseconds(timeout_ms));
  if (!wait) return Submit(call, std::move(request));
  // Beyond the usual patience it holds a thread like any long poll.
  absl::optional<WaitSlots::Slot> slot;
  if (timeout_ms > kTimeoutMs) {
    ASSIGN_OR_RETURN(WaitSlots::Slot taken, call.services().waits.Take());
    slot.emplace(std::move(taken));
  }
  ASSIGN_OR_RETURN(const v1::CommandStatus status, call.services().client.Execute(call.caller(), std::move(request)));
  if (status.state() == v1::COMMAND_STATE_QUEUED) {
    return Accepted(status.request_id(), status.state(), status.durability());
  }
  ASSIGN_OR_RETURN(const Json json, CommandStatusJson(status));
  return JsonAnswer(json);
}

absl::StatusOr<HttpResponse> GetCommand(const ApiCall& call) {
  ASSIGN_OR_RETURN(const v1::CommandStatus status,
                   call.services().client.Status(call.caller(), call.Path("requestId")));
  ASSIGN_OR_RETURN(const Json json, CommandStatusJson(status));
  return JsonAnswer(json);
}

}  // namespace

std::vector<Route> CommandRoutes(ApiServices& services) {
  return {
      // Whether the key may send the command depends on the command, and the relay knows.
      ApiRoute(services,
               {"POST", "/api/projects/{projectId}/commands", Access::kViewer,
                "Sends any typed command and waits for its outcome; with `wait` false it answers at once with 202",
                "CommandRequest", "CommandStatus", kWrites},
               RunCommand),
      ApiRoute(services,
               {"GET", "/api/commands/{requestId}", Access::kViewer, "Tells how far a command has come", "",
                "CommandStatus", kNotFound},
               GetCommand),
  };
}

}  // namespace specrelay
