#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "dashboard/openapi/api_schemas.h"
#include "dashboard/openapi/message_schemas.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {
namespace {

// A message whose only field is a oneof.
Schema ExactlyOneField(absl::string_view message) {
  Schema schema = Reference(message);
  schema["minProperties"] = 1;
  schema["maxProperties"] = 1;
  schema["examples"] = Schema::array({{{"specList", Schema::object()}}});
  return schema;
}

using Fields = std::vector<std::pair<absl::string_view, Schema>>;

Schema Durability() { return Choice({"MEMORY", "DISK"}); }

Fields StatusFields() {
  return {{"requestId", Text()},
          {"projectId", Text()},
          {"command", Text("For example `spec-list`")},
          {"state",
           Choice({"ACCEPTED", "QUEUED", "SENT", "APPLIED", "FAILED", "CONFLICT", "EXPIRED", "CANCELLED", "UNKNOWN"})},
          {"reason?", Text("Why, for people")},
          {"durability?", Durability()},
          {"agentInstance?", Text("Process that it was sent to")},
          {"acceptedAt?", Time()},
          {"updatedAt?", Time()},
          {"result?", Reference("specrelay.v1.CommandResult")},
          {"error?", Reference("CommandError")}};
}

}  // namespace

void AddCommandSchemas(Schema& schemas) {
  AddMessageSchemas(*v1::Command::descriptor(), schemas);
  AddMessageSchemas(*v1::CommandResult::descriptor(), schemas);
  schemas["CommandRequest"] = Object(
      {{"command", ExactlyOneField("specrelay.v1.Command")},
       {"wait?", Flag("Whether to answer only when it has ended; true when absent")},
       {"queue?", Flag("Whether a write may wait for an agent that is not connected, up to a day; false when absent")},
       {"waitForAgent?",
        Flag("Whether what is not queued waits for an agent that is not connected, or goes, until the timeout")},
       {"timeoutMs?", Schema{{"type", "integer"}, {"minimum", 1000}, {"maximum", 600'000}, {"default", 30'000}}}},
      "The header X-Request-Id is its idempotency key");
  schemas["CommandError"] =
      Object({{"code", Count()}, {"message", Text()}, {"currentHash?", Text()}, {"currentContent?", Text()}},
             "Why it failed; codes are those of gRPC");
  schemas["CommandStatus"] = Object(StatusFields());
  Fields queued = StatusFields();
  queued.insert(queued.end(), {{"documents", ListOf(Text("What it changes, relative to `.spec-context`"))},
                               {"sizeBytes", Count()},
                               {"expiresAt?", Time()},
                               {"waitsFor?", Text("Request id of the conflict that it waits behind")},
                               {"content?", Reference("specrelay.v1.Command")}});
  schemas["QueuedCommand"] = Object(queued);
  schemas["Queue"] = Object({{"commands", ListOf(Reference("QueuedCommand"))},
                             {"durability", Durability()},
                             {"freeCommands", Count()},
                             {"freeBytes", Count()}});
  schemas["ConflictResolution"] =
      Object({{"action", Choice({"resend", "discard"})},
              {"baseHash?", Text("Version that is replaced; that of the conflict when absent")}});
  schemas["ConflictResolved"] = Object(
      {{"success", Flag("Always true")}, {"requestId?", Text("Of the write that was sent again")}, {"state?", Text()}});
}

}  // namespace specrelay
