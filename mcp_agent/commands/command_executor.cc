#include "mcp_agent/commands/command_executor.h"

#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/commands/command_answer.h"
#include "mcp_agent/commands/command_digest.h"
#include "mcp_agent/commands/command_handlers.h"
#include "proto/support/command_error.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// Of an exception, which may have come at any point: whether a write took effect is not known.
absl::Status UnexpectedError(const v1::CommandDelivery& delivery, absl::string_view what) {
  const CommandInfo* info = FindCommand(delivery.command());
  const std::string name(info == nullptr ? "unknown" : info->name);
  Log(LogLevel::kError, "command threw", {{"command", name}, {"what", std::string(what)}});
  const absl::Status status = absl::InternalError(
      absl::StrCat("the agent failed in ", name, ": ", what,
                   "; send the command again with the same request id to learn how it ended, and report this"));
  const bool is_write = info != nullptr && info->access == v1::COMMAND_ACCESS_WRITE;
  return is_write ? WithCommand(status, delivery.request_id(), v1::COMMAND_STATE_UNKNOWN) : status;
}

v1::CommandOutcome ToOutcome(const std::string& request_id, absl::StatusOr<v1::CommandResult> result) {
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

}  // namespace

CommandExecutor::CommandExecutor(CommandEnvironment environment) : environment_(std::move(environment)) {}

void CommandExecutor::Execute(const v1::CommandDelivery& delivery, Receiver receive) noexcept {
  receive(ToOutcome(delivery.request_id(), ExecuteSafely(delivery)));
}

void CommandExecutor::Cancel(const std::vector<std::string>& request_ids, const absl::Status& reason) {
  waits_.Cancel(request_ids, reason);
}

absl::StatusOr<v1::CommandResult> CommandExecutor::ExecuteSafely(const v1::CommandDelivery& delivery) {
  try {
    return ExecuteNow(delivery);
  } catch (const std::exception& e) {
    return UnexpectedError(delivery, e.what());
  } catch (...) {
    return UnexpectedError(delivery, "an exception of unknown type");
  }
}

absl::StatusOr<v1::CommandResult> CommandExecutor::ExecuteNow(const v1::CommandDelivery& delivery) {
  const v1::Command& command = delivery.command();
  const CommandInfo* info = FindCommand(command);
  if (info == nullptr) return NotImplemented(command);
  const std::shared_ptr<const EnforcedPolicy> policy = environment_.policy();
  RETURN_IF_ERROR(policy->CheckCommand(*info, delivery.actor()));
  const CommandHandlers handlers(environment_, *policy);
  if (info->access == v1::COMMAND_ACCESS_READ) return handlers.Read(command);
  const WriteRequest request{delivery.request_id(), CommandDigest(command), info->name, delivery.actor()};
  return environment_.ledger.Execute(request,
                                     [&](Transaction& transaction) { return handlers.Write(transaction, command); });
}

}  // namespace specrelay
