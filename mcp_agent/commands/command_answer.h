// Putting a handler's answer into a CommandResult.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_ANSWER_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_ANSWER_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "proto/support/command_catalog.h"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"
#include "proto/support/version.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// The answer as the field of the result that `field` gives access to.
template <typename Response>
absl::StatusOr<v1::CommandResult> Answer(absl::StatusOr<Response> response, Response* (v1::CommandResult::*field)()) {
  RETURN_IF_ERROR(response.status());
  v1::CommandResult result;
  *(result.*field)() = *std::move(response);
  return result;
}

// How a command ended that came to `result`.
inline v1::CommandOutcome ToOutcome(const std::string& request_id, absl::StatusOr<v1::CommandResult> result) {
  v1::CommandOutcome outcome;
  outcome.set_request_id(request_id);
  if (result.ok()) {
    outcome.set_state(v1::COMMAND_STATE_APPLIED);
    *outcome.mutable_result() = *std::move(result);
  } else {
    outcome.set_state(FinalState(result.status()));
    *outcome.mutable_error() = ToCommandError(WithCommand(result.status(), request_id, outcome.state()));
  }
  return outcome;
}

// UNIMPLEMENTED, with what to do.
inline absl::Status NotImplemented(const v1::Command& command) {
  const CommandInfo* info = FindCommand(command);
  if (info == nullptr) {
    return absl::UnimplementedError(
        absl::StrCat("this agent (version ", kVersion, ") does not know the command; update the agent"));
  }
  return absl::UnimplementedError(
      absl::StrCat("this agent (version ", kVersion, ") does not implement ", info->name, " yet; update the agent"));
}

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_ANSWER_H_
