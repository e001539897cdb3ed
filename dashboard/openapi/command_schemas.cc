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

}  // namespace

void AddCommandSchemas(Schema& schemas) {
  AddMessageSchemas(*v1::Command::descriptor(), schemas);
  AddMessageSchemas(*v1::CommandResult::descriptor(), schemas);
  schemas["CommandRequest"] = Object(
      {{"command", ExactlyOneField("specrelay.v1.Command")},
       {"wait?", Flag("Whether to answer only when it has ended; true when absent")},
       {"queue?", Flag("Whether a write may wait for an agent that is not connected; false when absent")},
       {"timeoutMs?", Schema{{"type", "integer"}, {"minimum", 1000}, {"maximum", 600'000}, {"default", 30'000}}}},
      "The header X-Request-Id is its idempotency key");
  schemas["CommandError"] =
      Object({{"code", Count()}, {"message", Text()}, {"currentHash?", Text()}, {"currentContent?", Text()}},
             "Why it failed; codes are those of gRPC");
  schemas["CommandStatus"] = Object({{"requestId", Text()},
                                     {"projectId", Text()},
                                     {"command", Text("For example `spec-list`")},
                                     {"state", Choice({"ACCEPTED", "QUEUED", "SENT", "APPLIED", "FAILED", "CONFLICT",
                                                       "EXPIRED", "CANCELLED", "UNKNOWN"})},
                                     {"agentInstance?", Text("Process that it was sent to")},
                                     {"acceptedAt?", Time()},
                                     {"updatedAt?", Time()},
                                     {"result?", Reference("specrelay.v1.CommandResult")},
                                     {"error?", Reference("CommandError")}});
}

}  // namespace specrelay
