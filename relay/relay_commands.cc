#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"
#include "relay/authorization.h"
#include "relay/relay.h"

// From a client's command to its outcome.

namespace specrelay {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr size_t kMaxRequestIdBytes = 128;
constexpr int kGeneratedIdLength = 22;  // 131 bits

absl::Status CheckRequestId(absl::string_view id) {
  if (id.size() > kMaxRequestIdBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("request_id has ", id.size(), " characters; at most ", kMaxRequestIdBytes, " are allowed"));
  }
  for (const char c : id) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) {
      return absl::InvalidArgumentError("request_id may hold only visible ASCII characters");
    }
  }
  return absl::OkStatus();
}

// An outcome as it should be; agents are not trusted to send only such.
absl::Status CheckOutcome(const v1::CommandOutcome& outcome, const CommandInfo& info) {
  switch (outcome.state()) {
    case v1::COMMAND_STATE_APPLIED:
      if (static_cast<int>(outcome.result().response_case()) != info.field->number()) {
        return absl::InternalError(
            absl::StrCat("the agent answered ", std::string(info.name), " with something else; update the agent"));
      }
      return absl::OkStatus();
    case v1::COMMAND_STATE_FAILED:
    case v1::COMMAND_STATE_CONFLICT:
    case v1::COMMAND_STATE_CANCELLED:
    case v1::COMMAND_STATE_UNKNOWN:
      return FromCommandError(outcome.error());
    default:
      return absl::InternalError(absl::StrCat("the agent ended ", std::string(info.name), " in the state ",
                                              v1::CommandState_Name(outcome.state()),
                                              ", which is none that ends a command; update the agent"));
  }
}

}  // namespace

absl::StatusOr<absl::Time> Relay::DeadlineFor(const google::protobuf::Duration* timeout, absl::Duration shortest,
                                              absl::Time client_deadline) const {
  const absl::Duration asked = timeout == nullptr ? options_.default_timeout : FromProto(*timeout);
  if (asked < shortest || asked > options_.max_timeout) {
    return absl::InvalidArgumentError(absl::StrCat("timeout is ", absl::FormatDuration(asked), "; it must be from ",
                                                   absl::FormatDuration(shortest), " to ",
                                                   absl::FormatDuration(options_.max_timeout)));
  }
  return std::min(clock_.Now() + asked, client_deadline);
}

absl::StatusOr<std::unique_ptr<PendingCommand>> Relay::Prepare(const Caller& caller, v1::ExecuteRequest request,
                                                               absl::Time client_deadline) const {
  const Principal& principal = caller.principal;
  const CommandInfo* info = FindCommand(request.command());
  if (info == nullptr) {
    return absl::InvalidArgumentError(
        "the request holds no command that this relay knows; set exactly one field of "
        "`command`, or update the relay");
  }
  RETURN_IF_ERROR(AuthorizeCommand(principal, *info));
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  if (request.project_id().empty()) return absl::InvalidArgumentError("project_id is empty; ListProjects names them");
  auto command = std::make_unique<PendingCommand>();
  ASSIGN_OR_RETURN(command->deadline, DeadlineFor(request.has_timeout() ? &request.timeout() : nullptr,
                                                  options_.min_timeout, client_deadline));
  if (request.request_id().empty()) request.set_request_id(absl::StrCat("req_", RandomBase62(kGeneratedIdLength)));
  command->account = principal.account;
  command->request_id = request.request_id();
  command->project_id = std::move(*request.mutable_project_id());
  command->info = info;
  command->accepted_at = command->updated_at = clock_.Now();
  v1::CommandDelivery& delivery = command->delivery;
  delivery.set_request_id(std::move(*request.mutable_request_id()));
  delivery.mutable_command()->Swap(request.mutable_command());
  delivery.mutable_actor()->set_account(principal.account);
  delivery.mutable_actor()->set_key_name(principal.key_name);
  delivery.mutable_actor()->set_client(caller.client);
  return command;
}

absl::StatusOr<CommandTicket> Relay::Execute(const Caller& caller, v1::ExecuteRequest request,
                                             absl::Time client_deadline, CommandCallback done) {
  CommandTicket ticket;
  RETURN_IF_ERROR(
      Accept(caller, std::move(request), client_deadline, [&](PendingCommand& command, absl::Time deadline) {
        mu_.AssertHeld();
        ticket = {command.account, command.request_id, commands_.AddWaiter(command, deadline, std::move(done))};
      }));
  return ticket;
}

absl::StatusOr<v1::SubmitResponse> Relay::Submit(const Caller& caller, v1::SubmitRequest request) {
  v1::ExecuteRequest execute;
  execute.set_project_id(std::move(*request.mutable_project_id()));
  execute.set_request_id(std::move(*request.mutable_request_id()));
  execute.set_offline_policy(request.offline_policy());
  if (request.has_timeout()) *execute.mutable_timeout() = request.timeout();
  execute.mutable_command()->Swap(request.mutable_command());
  v1::SubmitResponse response;
  RETURN_IF_ERROR(Accept(caller, std::move(execute), absl::InfiniteFuture(), [&](PendingCommand& command, absl::Time) {
    command.keep_result = true;
    response.set_request_id(command.request_id);
    response.set_state(command.state);
  }));
  return response;
}

absl::Status Relay::Accept(const Caller& caller, v1::ExecuteRequest request, absl::Time client_deadline,
                           absl::FunctionRef<void(PendingCommand& command, absl::Time deadline)> use) {
  const CommandInfo* const info = FindCommand(request.command());
  Effects effects;
  const auto accept = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(std::unique_ptr<PendingCommand> prepared, Prepare(caller, std::move(request), client_deadline));
    const absl::Time deadline = prepared->deadline;
    absl::MutexLock lock(&mu_);
    ASSIGN_OR_RETURN(PendingCommand* const command, AcceptLocked(caller.principal, std::move(prepared), effects));
    use(*command, deadline);
    return absl::OkStatus();
  };
  const absl::Status status = accept();
  Run(std::move(effects));
  if (!status.ok()) observer_.OnCommandRefused(info == nullptr ? "" : info->name, status.code());
  return status;
}

absl::StatusOr<PendingCommand*> Relay::AcceptLocked(const Principal& principal, std::unique_ptr<PendingCommand> command,
                                                    Effects& effects) {
  if (draining_) return absl::UnavailableError("the relay is going down; send the command again in a moment");
  if (VisibleProjectLocked(principal, command->project_id) == nullptr) return UnknownProject(command->project_id);
  if (PendingCommand* same = commands_.FindPending(command->account, command->request_id); same != nullptr) {
    if (same->project_id == command->project_id &&
        MessageDifferencer::Equals(same->delivery.command(), command->delivery.command())) {
      return same;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("request id ", command->request_id, " is in use by a different command; choose another"));
  }
  if (commands_.full()) {
    return absl::ResourceExhaustedError("the relay has too many commands under way; try again in a moment");
  }
  RETURN_IF_ERROR(DispatchLocked(*command, effects));
  return commands_.Add(std::move(command));
}

absl::StatusOr<Instance*> Relay::EnqueueLocked(const PendingCommand& command, const ProjectRecord* record) {
  while (Instance* const instance = record == nullptr ? nullptr : record->Primary()) {
    if (instance->in_flight >= options_.in_flight_per_project) {
      return absl::ResourceExhaustedError(absl::StrCat("project ", command.project_id, " has ", instance->in_flight,
                                                       " commands under way, its limit; wait for some to end"));
    }
    v1::RelayFrame frame;
    *frame.mutable_command() = command.delivery;
    const absl::Status status = instance->stream->Enqueue(std::move(frame));
    if (status.ok()) return instance;
    if (!absl::IsFailedPrecondition(status)) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the agent does not keep up (", std::string(status.message()), "); try again in a moment"));
    }
    // Its stream is ending, of which the relay has yet to be told.
    instance->leaving = true;
  }
  return absl::UnavailableError(
      absl::StrCat("no agent of project ", command.project_id, " is connected; start it on the developer's machine"));
}

absl::Status Relay::DispatchLocked(PendingCommand& command, Effects& effects) {
  const ProjectRecord* record = registry_.FindProject(command.account, command.project_id);
  const absl::Time now = clock_.Now();
  *command.delivery.mutable_timeout() = ToProto(std::max(command.deadline - now, absl::ZeroDuration()));
  if (static_cast<int64_t>(command.delivery.ByteSizeLong()) + 64 > options_.max_frame_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat("the command has ", command.delivery.ByteSizeLong(),
                                                     " bytes; at most ", options_.max_frame_bytes, " can be sent"));
  }
  ASSIGN_OR_RETURN(Instance* const instance, EnqueueLocked(command, record));
  effects.flush.push_back(instance->stream);
  ++instance->in_flight;
  command.session = instance->id;
  command.agent_instance = instance->registration.instance_uid();
  command.state = v1::COMMAND_STATE_SENT;
  command.updated_at = now;
  PublishProgressLocked(command, "", effects);
  return absl::OkStatus();
}

void Relay::HandleOutcomeLocked(Instance& instance, v1::CommandOutcome outcome, Effects& effects) {
  PendingCommand* command = commands_.FindPending(instance.account, outcome.request_id());
  if (command == nullptr || command->session != instance.id) {
    // An answer after the deadline, a second one, or one to a question nobody asked: none changes an outcome.
    Log(LogLevel::kDebug, "outcome of no command under way ignored",
        {{"instance", instance.registration.instance_uid()}});
    return;
  }
  if (const absl::Status status = CheckOutcome(outcome, *command->info); !status.ok()) {
    FailLocked(*command, status, FinalState(status), effects);
    return;
  }
  v1::CommandStatus status;
  status.set_state(v1::COMMAND_STATE_APPLIED);
  status.mutable_result()->Swap(outcome.mutable_result());
  FinishLocked(*command, std::move(status), effects);
}

void Relay::FailLocked(PendingCommand& command, const absl::Status& reason, v1::CommandState state, Effects& effects) {
  v1::CommandStatus status;
  status.set_state(state);
  *status.mutable_error() = ToCommandError(WithCommand(reason, command.request_id, state));
  FinishLocked(command, std::move(status), effects);
}

void Relay::FinishLocked(PendingCommand& command, v1::CommandStatus status, Effects& effects) {
  if (Instance* instance = registry_.Find(command.session); instance != nullptr) --instance->in_flight;
  command.state = status.state();
  command.updated_at = clock_.Now();
  effects.ended.push_back({command.info->name, command.state, command.updated_at - command.accepted_at});
  PublishProgressLocked(command, status.error().message(), effects);
  v1::CommandStatus whole = DescribePending(command);
  if (status.has_error()) whole.mutable_error()->Swap(status.mutable_error());
  if (status.has_result()) whole.mutable_result()->Swap(status.mutable_result());

  std::unique_ptr<PendingCommand> finished = commands_.Finish(command, whole);
  auto& waiters = finished->waiters;
  for (size_t i = 0; i + 1 < waiters.size(); ++i) effects.completions.emplace_back(std::move(waiters[i].done), whole);
  if (!waiters.empty()) effects.completions.emplace_back(std::move(waiters.back().done), std::move(whole));
}

absl::StatusOr<CommandTicket> Relay::Wait(const Caller& caller, const v1::WaitCommandRequest& request,
                                          absl::Time client_deadline, CommandCallback done) {
  RETURN_IF_ERROR(AuthorizeClient(caller.principal));
  const std::string& account = caller.principal.account;
  ASSIGN_OR_RETURN(const absl::Time deadline, DeadlineFor(request.has_timeout() ? &request.timeout() : nullptr,
                                                          absl::ZeroDuration(), client_deadline));
  v1::CommandStatus finished;
  {
    absl::MutexLock lock(&mu_);
    PendingCommand* pending = commands_.FindPending(account, request.request_id());
    if (pending != nullptr && caller.principal.MaySee(pending->project_id)) {
      const WaiterId waiter = commands_.AddWaiter(*pending, deadline, std::move(done));
      return CommandTicket{account, request.request_id(), waiter};
    }
    const v1::CommandStatus* known = commands_.FindFinished(account, request.request_id());
    if (known == nullptr || !caller.principal.MaySee(known->project_id())) {
      return absl::NotFoundError(absl::StrCat("no command with the request id ", request.request_id(),
                                              " is known (any longer); send it again with the same id to learn its "
                                              "outcome"));
    }
    finished = *known;
  }
  done(std::move(finished));
  return CommandTicket{account, request.request_id(), 0};
}

void Relay::Abandon(const CommandTicket& ticket) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    PendingCommand* command = commands_.FindPending(ticket.account, ticket.request_id);
    if (command == nullptr) return;
    if (commands_.RemoveWaiter(*command, ticket.waiter) == nullptr) return;
    Instance* instance = registry_.Find(command->session);
    if (command->waiters.empty() && !command->keep_result && instance != nullptr) {
      v1::RelayFrame frame;
      frame.mutable_cancel()->set_request_id(command->request_id);
      SendLocked(*instance, std::move(frame), effects);
    }
  }
  Run(std::move(effects));
}

}  // namespace specrelay
