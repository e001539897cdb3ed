#include <string>
#include <utility>

#include "dashboard/api/command_json.h"
#include "dashboard/api/routes.h"
#include "proto/support/status_macros.h"

// Writes that wait for their project's agent, and what to do about those that met a conflict.

namespace specrelay {
namespace {

Relay& RelayOf(const ApiCall& call) { return call.services().client.relay(); }

absl::StatusOr<HttpResponse> ListQueue(const ApiCall& call) {
  v1::ListQueueRequest request;
  request.set_project_id(call.project_id());
  request.set_include_ended(call.Query("ended") == "true");
  ASSIGN_OR_RETURN(const v1::ListQueueResponse response, RelayOf(call).ListQueue(call.caller(), request));
  Json commands = Json::array();
  for (const v1::QueuedCommand& command : response.commands()) {
    ASSIGN_OR_RETURN(Json json, QueuedCommandJson(command));
    commands.push_back(std::move(json));
  }
  return JsonAnswer({{"commands", std::move(commands)},
                     {"durability", DurabilityName(response.durability())},
                     {"freeCommands", response.free_commands()},
                     {"freeBytes", response.free_bytes()}});
}

absl::StatusOr<HttpResponse> GetQueued(const ApiCall& call) {
  v1::GetQueuedCommandRequest request;
  request.set_request_id(call.Path("requestId"));
  ASSIGN_OR_RETURN(const v1::QueuedCommand command, RelayOf(call).GetQueuedCommand(call.caller(), request));
  ASSIGN_OR_RETURN(const Json json, QueuedCommandJson(command));
  return JsonAnswer(json);
}

absl::StatusOr<HttpResponse> Cancel(const ApiCall& call) {
  v1::CancelCommandRequest request;
  request.set_request_id(call.Path("requestId"));
  ASSIGN_OR_RETURN(const v1::CommandStatus status, RelayOf(call).CancelCommand(call.caller(), request));
  ASSIGN_OR_RETURN(const Json json, CommandStatusJson(status));
  return JsonAnswer(json);
}

absl::StatusOr<HttpResponse> Resolve(const ApiCall& call) {
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(const std::string action, body.Text("action"));
  v1::ResolveConflictRequest request;
  request.set_request_id(call.Path("requestId"));
  if (action == "resend") {
    request.set_resolution(v1::CONFLICT_RESOLUTION_RESEND);
  } else if (action == "discard") {
    request.set_resolution(v1::CONFLICT_RESOLUTION_DISCARD);
  } else {
    return absl::InvalidArgumentError("action must be \"resend\" or \"discard\"");
  }
  if (body.Has("baseHash")) {
    ASSIGN_OR_RETURN(*request.mutable_base_hash(), body.Text("baseHash"));
  }
  ASSIGN_OR_RETURN(const v1::ResolveConflictResponse response, RelayOf(call).ResolveConflict(call.caller(), request));
  Json json = {{"success", true}};
  if (!response.request_id().empty()) {
    json["requestId"] = response.request_id();
    json["state"] = CommandStateName(response.state());
  }
  return JsonAnswer(json);
}

}  // namespace

std::vector<Route> QueueRoutes(ApiServices& services) {
  return {
      ApiRoute(services,
               {"GET",
                "/api/projects/{projectId}/queue",
                Access::kViewer,
                "Lists the writes that wait for the project's agent, in order, and those that met a conflict",
                "",
                "Queue",
                kNotFound,
                {{"ended", "`true` lists also those of the last day that have ended otherwise than APPLIED"}}},
               ListQueue),
      ApiRoute(services,
               {"GET", "/api/commands/{requestId}/queued", Access::kViewer, "One write of the queue, with its content",
                "", "QueuedCommand", kNotFound},
               GetQueued),
      ApiRoute(services,
               {"DELETE", "/api/commands/{requestId}", Access::kUser, "Takes back a write that has not been sent yet",
                "", "CommandStatus", kNotFoundOrConflict},
               Cancel),
      ApiRoute(services,
               {"POST", "/api/commands/{requestId}/resolve", Access::kUser,
                "Ends a conflict that was kept: sends the write again over what is there now, or drops it",
                "ConflictResolution", "ConflictResolved", kNotFoundOrConflict},
               Resolve),
  };
}

}  // namespace specrelay
