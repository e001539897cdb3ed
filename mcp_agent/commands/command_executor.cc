#include "mcp_agent/commands/command_executor.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/commands/command_answer.h"
#include "mcp_agent/commands/command_digest.h"
#include "mcp_agent/commands/command_handlers.h"
#include "proto/support/command_error.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

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

// How long a command may wait: until shortly before nobody waits for its answer any longer.
absl::Duration TimeToWait(const v1::CommandDelivery& delivery) {
  constexpr absl::Duration kDefault = absl::Seconds(30);
  constexpr absl::Duration kMargin = absl::Milliseconds(500);
  const absl::Duration timeout = delivery.has_timeout() ? FromProto(delivery.timeout()) : kDefault;
  return std::max(timeout - kMargin, timeout / 2);
}

}  // namespace

CommandExecutor::CommandExecutor(CommandEnvironment environment) : environment_(std::move(environment)) {}

void CommandExecutor::Execute(const v1::CommandDelivery& delivery, Receiver receive) noexcept {
  const v1::Command& command = delivery.command();
  if (command.has_approval_wait() || command.has_question_wait() || command.has_job_run()) {
    if (const absl::Status allowed = CheckAllowed(delivery); !allowed.ok()) {
      return receive(ToOutcome(delivery.request_id(), allowed));
    }
    if (command.has_job_run()) return RunJob(delivery, std::move(receive));
    if (command.has_question_wait()) return WaitForAnswer(delivery, std::move(receive));
    return WaitForDecision(delivery, std::move(receive));
  }
  receive(ToOutcome(delivery.request_id(), ExecuteSafely(delivery)));
}

template <typename Response>
auto CommandExecutor::Finish(PendingWaits::Token token, const std::string& request_id,
                             Response* (v1::CommandResult::*field)(), Receiver receive) {
  // Shared, because some of those who wait copy what they call.
  auto shared = std::make_shared<Receiver>(std::move(receive));
  return [this, token, request_id, field, shared](absl::StatusOr<Response> response) {
    waits_.End(token);
    (*shared)(ToOutcome(request_id, Answer(std::move(response), field)));
  };
}

void CommandExecutor::WaitForDecision(const v1::CommandDelivery& delivery, Receiver receive) {
  const PendingWaits::Token token = waits_.Begin(delivery.request_id());
  waits_.Attach(
      token, environment_.approval_waiter.Wait(
                 delivery.command().approval_wait(), TimeToWait(delivery),
                 Finish(token, delivery.request_id(), &v1::CommandResult::mutable_approval_wait, std::move(receive))));
}

void CommandExecutor::WaitForAnswer(const v1::CommandDelivery& delivery, Receiver receive) {
  const PendingWaits::Token token = waits_.Begin(delivery.request_id());
  waits_.Attach(
      token, environment_.question_waiter.Wait(
                 delivery.command().question_wait(), TimeToWait(delivery),
                 Finish(token, delivery.request_id(), &v1::CommandResult::mutable_question_wait, std::move(receive))));
}

void CommandExecutor::RunJob(const v1::CommandDelivery& delivery, Receiver receive) {
  const WriteRequest request{delivery.request_id(), CommandDigest(delivery.command()), "job-run", delivery.actor()};
  if (const absl::Status claimed = environment_.jobs.Claim(request); !claimed.ok()) {
    return receive(ToOutcome(delivery.request_id(), claimed));
  }
  const PendingWaits::Token token = waits_.Begin(delivery.request_id());
  const auto stop_waiting = environment_.jobs.runner().Run(
      delivery.command().job_run().id(), delivery.request_id(),
      Finish(token, delivery.request_id(), &v1::CommandResult::mutable_job_run, std::move(receive)));
  // The run goes on whoever waits for it, so that a wait which is cut short has no known outcome.
  waits_.Attach(token, [stop_waiting, request_id = delivery.request_id()](const absl::Status& reason) {
    stop_waiting(
        WithCommand(absl::Status(reason.code(), absl::StrCat(reason.message(),
                                                             "; the run goes on: send the command again with the "
                                                             "same request id to wait for it")),
                    request_id, v1::COMMAND_STATE_UNKNOWN));
  });
}

absl::Status CommandExecutor::CheckAllowed(const v1::CommandDelivery& delivery) const {
  const CommandInfo* info = FindCommand(delivery.command());
  if (info == nullptr) return NotImplemented(delivery.command());
  return environment_.policy()->CheckCommand(*info, delivery.actor());
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
  const WriteRequest request{delivery.request_id(), CommandDigest(command), info->name, delivery.actor()};
  if (JobCommands::Handles(command)) return environment_.jobs.Execute(request, command);
  if (info->access == v1::COMMAND_ACCESS_READ) return handlers.Read(command);
  if (CommandHandlers::IsMany(command)) return handlers.WriteMany(environment_.ledger, request, command);
  return environment_.ledger.Execute(request,
                                     [&](Transaction& transaction) { return handlers.Write(transaction, command); });
}

}  // namespace specrelay
