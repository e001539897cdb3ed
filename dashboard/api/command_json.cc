#include "dashboard/api/command_json.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "proto/support/command_catalog.h"
#include "proto/support/json.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

absl::StatusOr<Json> ErrorJson(const v1::CommandError& error) {
  Json json = {{"code", error.code()}, {"message", error.message()}};
  if (error.has_conflict()) {
    json["currentHash"] = error.conflict().current_hash();
    if (!error.conflict().content_omitted()) json["currentContent"] = error.conflict().current_content();
  }
  return json;
}

}  // namespace

std::string CommandStateName(v1::CommandState state) {
  absl::string_view name = v1::CommandState_Name(state);
  absl::ConsumePrefix(&name, "COMMAND_STATE_");
  return std::string(name);
}

std::string DurabilityName(v1::QueueDurability durability) {
  if (durability == v1::QUEUE_DURABILITY_UNSPECIFIED) return "";
  absl::string_view name = v1::QueueDurability_Name(durability);
  absl::ConsumePrefix(&name, "QUEUE_DURABILITY_");
  return std::string(name);
}

absl::StatusOr<Json> CommandStatusJson(const v1::CommandStatus& status) {
  Json json = {{"requestId", status.request_id()},
               {"projectId", status.project_id()},
               {"command", status.command()},
               {"state", CommandStateName(status.state())}};
  if (!status.reason().empty()) json["reason"] = status.reason();
  if (status.durability() != v1::QUEUE_DURABILITY_UNSPECIFIED) json["durability"] = DurabilityName(status.durability());
  if (!status.agent_instance().empty()) json["agentInstance"] = status.agent_instance();
  if (status.has_accepted_at()) json["acceptedAt"] = TimeJson(status.accepted_at());
  if (status.has_updated_at()) json["updatedAt"] = TimeJson(status.updated_at());
  if (status.has_result()) {
    ASSIGN_OR_RETURN(const std::string text, ToJson(status.result()));
    json["result"] = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  }
  if (status.has_error()) {
    ASSIGN_OR_RETURN(json["error"], ErrorJson(status.error()));
  }
  return json;
}

absl::StatusOr<Json> QueuedCommandJson(const v1::QueuedCommand& command) {
  ASSIGN_OR_RETURN(Json json, CommandStatusJson(command.status()));
  json["documents"] = TextsJson(command.documents());
  json["sizeBytes"] = command.size_bytes();
  if (command.has_expires_at()) json["expiresAt"] = TimeJson(command.expires_at());
  if (!command.waits_for().empty()) json["waitsFor"] = command.waits_for();
  if (command.has_command()) {
    ASSIGN_OR_RETURN(const std::string text, ToJson(command.command()));
    json["content"] = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  }
  return json;
}

absl::StatusOr<v1::Command> CommandFromBody(const RequestBody& body) {
  ASSIGN_OR_RETURN(const Json* json, body.Object("command"));
  if (json == nullptr) {
    return absl::InvalidArgumentError("command is missing; send one, as {\"command\": {\"specList\": {}}}");
  }
  v1::Command command;
  RETURN_IF_ERROR(FromJson(JsonText(*json), command, UnknownFields::kIgnore));
  if (FindCommand(command) == nullptr) {
    return absl::InvalidArgumentError("command holds no command that this server knows, as {\"specList\": {}} would");
  }
  return command;
}

}  // namespace specrelay
