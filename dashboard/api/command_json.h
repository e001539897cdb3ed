// Commands and their states as the HTTP contract has them. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_COMMAND_JSON_H_
#define SPECRELAY_DASHBOARD_API_COMMAND_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "dashboard/api/json_values.h"
#include "dashboard/api/request_body.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {

// "APPLIED", "QUEUED" and so on: the names of the wire contract without their prefix.
std::string CommandStateName(v1::CommandState state);

// "MEMORY" or "DISK"; empty when it is not known.
std::string DurabilityName(v1::QueueDurability durability);

// A command in the offline queue, with its content when it has it.
absl::StatusOr<Json> QueuedCommandJson(const v1::QueuedCommand& command);

// How far a command has come. The result is the protobuf JSON of a CommandResult.
absl::StatusOr<Json> CommandStatusJson(const v1::CommandStatus& status);

// The `command` of a body: the protobuf JSON of a Command. Fields that are not known are ignored, but a command that
// is not known is INVALID_ARGUMENT.
absl::StatusOr<v1::Command> CommandFromBody(const RequestBody& body);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_COMMAND_JSON_H_
