#include "dashboard/api/relay_client.h"

#include <memory>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/synchronization/notification.h"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

// Shared with the callback, which may come when nobody waits any more.
struct Answer {
  absl::Notification arrived;
  v1::CommandStatus status;  // set before `arrived`
};

// Nothing when the relay does not answer.
absl::StatusOr<absl::optional<v1::CommandStatus>> Await(
    Relay& relay, absl::Duration patience, absl::FunctionRef<absl::StatusOr<CommandTicket>(CommandCallback)> begin) {
  const auto answer = std::make_shared<Answer>();
  ASSIGN_OR_RETURN(const CommandTicket ticket, begin([answer](v1::CommandStatus status) {
                     answer->status = std::move(status);
                     answer->arrived.Notify();
                   }));
  if (!answer->arrived.WaitForNotificationWithTimeout(patience)) {
    relay.Abandon(ticket);
    return absl::optional<v1::CommandStatus>();
  }
  return absl::make_optional(std::move(answer->status));
}

absl::Status NoAnswer() {
  return absl::DeadlineExceededError(
      "no answer in time; the command may or may not have been applied: send it again with the same request id");
}

}  // namespace

absl::StatusOr<v1::CommandStatus> RelayClient::Execute(const Caller& caller, v1::ExecuteRequest request) const {
  const absl::Duration timeout = request.has_timeout() ? FromProto(request.timeout()) : RelayOptions().default_timeout;
  ASSIGN_OR_RETURN(absl::optional<v1::CommandStatus> status, Await(relay_, timeout + kGrace, [&](CommandCallback done) {
                     return Begin(caller, std::move(request), std::move(done));
                   }));
  return OutcomeOf(std::move(status));
}

absl::StatusOr<CommandTicket> RelayClient::Begin(const Caller& caller, v1::ExecuteRequest request,
                                                 CommandCallback done) const {
  return relay_.Execute(caller, std::move(request), absl::InfiniteFuture(), std::move(done));
}

absl::StatusOr<v1::CommandStatus> RelayClient::OutcomeOf(absl::optional<v1::CommandStatus> status) {
  if (!status.has_value()) return NoAnswer();
  if (status->state() == v1::COMMAND_STATE_APPLIED || status->state() == v1::COMMAND_STATE_QUEUED) {
    return *std::move(status);
  }
  if (status->has_error()) return FromCommandError(status->error());
  return WithCommand(absl::DeadlineExceededError("no answer in time; the command goes on: GET /api/commands/ and its "
                                                 "request id tells how far it has come"),
                     status->request_id(), status->state());
}

absl::StatusOr<v1::CommandStatus> RelayClient::Status(const Caller& caller, absl::string_view request_id) const {
  v1::WaitCommandRequest request;
  request.set_request_id(std::string(request_id));
  *request.mutable_timeout() = ToProto(absl::ZeroDuration());
  ASSIGN_OR_RETURN(absl::optional<v1::CommandStatus> status, Await(relay_, kGrace, [&](CommandCallback done) {
                     return relay_.Wait(caller, request, absl::InfiniteFuture(), std::move(done));
                   }));
  if (!status.has_value()) return NoAnswer();
  return *std::move(status);
}

}  // namespace specrelay
