#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/capabilities.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "relay/relay.h"

// Commands whose body passes in parts. The relay only passes the steps on: the client's call and the agent agree on how
// far each may go, and what waits in between is bounded by that.

namespace specrelay {
namespace {

constexpr int kGeneratedIdLength = 22;  // 131 bits
constexpr size_t kMaxClosingBodies = 1024;

}  // namespace

std::string NewRequestId() { return absl::StrCat("req_", RandomBase62(kGeneratedIdLength)); }

absl::StatusOr<CommandTicket> Relay::ExecuteStreamed(const Caller& caller, v1::ExecuteRequest request,
                                                     absl::Time client_deadline, std::shared_ptr<BodyStream> body,
                                                     CommandCallback done) {
  CommandTicket ticket;
  request.set_offline_policy(v1::OFFLINE_POLICY_FAIL);
  RETURN_IF_ERROR(Accept(caller, std::move(request), client_deadline, std::move(body),
                         [&](PendingCommand& command, absl::Time deadline, Effects&) {
                           mu_.AssertHeld();
                           ticket = {command.account, command.request_id, 0};
                           ticket.waiter = commands_.AddWaiter(command, deadline, std::move(done));
                         }));
  return ticket;
}

absl::Status Relay::CheckStreams(const Instance& instance, const std::string& request_id) {
  if (instance.closing_bodies.contains(request_id)) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "the agent has yet to end an earlier transfer with the request id ", request_id, "; try again in a moment"));
  }
  if (Names(instance.registration, kTransferCapability)) return absl::OkStatus();
  return absl::UnimplementedError(absl::StrCat("the agent of project ", instance.registration.project().project_id(),
                                               " (version ", instance.registration.agent_version(),
                                               ") does not transfer files in parts; update the agent"));
}

PendingCommand* Relay::FindByBodyLocked(absl::string_view account, absl::string_view request_id,
                                        const BodyStream& body) const {
  PendingCommand* command = commands_.FindPending(account, request_id);
  return command != nullptr && command->body.get() == &body ? command : nullptr;
}

absl::Status Relay::SendStep(absl::string_view account, const BodyStream& body, v1::Transfer step) {
  const std::string request_id = step.request_id();
  return SendStepOf(account, request_id, body, std::move(step));
}

absl::Status Relay::SendStepOf(absl::string_view account, absl::string_view request_id, const BodyStream& body,
                               v1::Transfer step) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    PendingCommand* command = FindByBodyLocked(account, request_id, body);
    Instance* instance = command == nullptr ? nullptr : registry_.Find(command->session);
    // Its end has come, and whoever waits for it hears of it.
    if (instance == nullptr) return absl::OkStatus();
    const bool whole = step.has_end() && !command->streamed;
    v1::RelayFrame frame;
    *frame.mutable_transfer() = std::move(step);
    const absl::Status queued = instance->stream->Enqueue(std::move(frame));
    if (absl::IsResourceExhausted(queued)) return queued;
    if (whole && queued.ok()) HandedOverLocked(*command, effects);
    effects.flush.push_back(instance->stream);
  }
  Run(std::move(effects));
  return absl::OkStatus();
}

void Relay::FailBody(absl::string_view account, absl::string_view request_id, const BodyStream& body,
                     const absl::Status& reason) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    PendingCommand* command = FindByBodyLocked(account, request_id, body);
    if (command == nullptr) return;
    if (command->incomplete()) {
      HandleBrokenOffLocked(*command, reason, effects);
    } else {
      // An earlier try of it may have taken effect.
      FailLocked(*command, reason, command->progress.in_doubt() ? v1::COMMAND_STATE_UNKNOWN : FinalState(reason),
                 effects);
    }
    ReplayLocked(effects);
  }
  Run(std::move(effects));
}

void Relay::HandleTransferLocked(Instance& instance, v1::Transfer step, Effects& effects) {
  const auto message = instance.transfers.find(step.request_id());
  const bool is_message = message != instance.transfers.end();
  PendingCommand* command = commands_.FindPending(instance.account, is_message ? message->second : step.request_id());
  if (command == nullptr || command->session != instance.id || command->streamed == is_message) {
    Log(LogLevel::kDebug, "transfer of no command under way ignored",
        {{"instance", instance.registration.instance_uid()}});
    return;
  }
  // An agent that names a state may name one that is no end.
  if (step.has_abort()) step.mutable_abort()->mutable_error()->clear_state();
  if (step.has_chunk() || step.has_end()) instance.answering_moved = clock_.Now();
  if (is_message) return HandleMessageStepLocked(instance, *command, std::move(step), effects);
  if (command->body != nullptr) effects.steps.emplace_back(command->body, std::move(step));
}

void Relay::AbortBodyLocked(const PendingCommand& command, const v1::CommandError& reason, Effects& effects) {
  Instance* instance = registry_.Find(command.session);
  if (instance == nullptr) return;
  SendAbortLocked(*instance, command.request_id, reason, effects);
  instance->closing_bodies.insert(command.request_id);
  if (instance->closing_bodies.size() > kMaxClosingBodies) {
    effects.close.emplace_back(instance->stream,
                               absl::ResourceExhaustedError("the agent does not end transfers that were broken off"));
  }
}

void Relay::SendAbortLocked(Instance& instance, const std::string& id, const v1::CommandError& reason,
                            Effects& effects) {
  v1::RelayFrame frame;
  frame.mutable_transfer()->set_request_id(id);
  *frame.mutable_transfer()->mutable_abort()->mutable_error() = reason;
  SendLocked(instance, std::move(frame), effects);
}

}  // namespace specrelay
