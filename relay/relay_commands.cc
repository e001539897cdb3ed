#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "proto/support/command_error.h"
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
constexpr int64_t kFrameOverheadBytes = 80;  // around a delivery: its timeout, tags and lengths

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

// What a sender asked for; only writes are queued.
v1::OfflinePolicy PolicyOf(const v1::ExecuteRequest& request, const CommandInfo& info) {
  switch (request.offline_policy()) {
    case v1::OFFLINE_POLICY_WAIT:
      return v1::OFFLINE_POLICY_WAIT;
    case v1::OFFLINE_POLICY_QUEUE:
      return info.access == v1::COMMAND_ACCESS_WRITE ? v1::OFFLINE_POLICY_QUEUE : v1::OFFLINE_POLICY_FAIL;
    default:
      return v1::OFFLINE_POLICY_FAIL;
  }
}

v1::SubmitResponse SubmittedResponse(const PendingCommand& command) {
  const v1::CommandStatus status = DescribePending(command);
  v1::SubmitResponse response;
  response.set_request_id(status.request_id());
  response.set_state(status.state());
  response.set_durability(status.durability());
  return response;
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
                                                               absl::Time client_deadline,
                                                               std::shared_ptr<BodyStream> body) const {
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
  if (request.request_id().empty()) request.set_request_id(NewRequestId());
  command->account = principal.account;
  command->sender = principal;
  command->request_id = request.request_id();
  command->project_id = std::move(*request.mutable_project_id());
  command->info = info;
  command->policy = PolicyOf(request, *info);
  command->began = clock_.Now();
  command->accepted_at = wall_.Now();
  command->progress = DeliveryProgress(command->accepted_at);
  if (command->may_queue()) {
    const absl::Duration asked = request.has_timeout() ? FromProto(request.timeout()) : options_.default_timeout;
    command->expires_at = command->began + options_.queue_keep;
    command->patience = std::max(asked, options_.queue_patience);
  }
  auto delivery = std::make_shared<v1::CommandDelivery>();
  delivery->set_request_id(std::move(*request.mutable_request_id()));
  delivery->mutable_command()->Swap(request.mutable_command());
  command->streamed = body != nullptr;
  if (command->streamed) delivery->set_body(v1::BODY_KIND_FILE);
  command->body = std::move(body);
  delivery->mutable_actor()->set_account(principal.account);
  delivery->mutable_actor()->set_key_name(principal.key_name);
  delivery->mutable_actor()->set_client(caller.client);
  if (static_cast<int64_t>(delivery->ByteSizeLong()) + kFrameOverheadBytes > options_.max_frame_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat("the command has ", delivery->ByteSizeLong(), " bytes; at most ",
                                                     options_.max_frame_bytes, " can be sent"));
  }
  command->bytes = static_cast<int64_t>(delivery->SpaceUsedLong());
  command->command_bytes = static_cast<int64_t>(delivery->command().ByteSizeLong());
  command->delivery = std::move(delivery);
  return command;
}

absl::StatusOr<CommandTicket> Relay::Execute(const Caller& caller, v1::ExecuteRequest request,
                                             absl::Time client_deadline, CommandCallback done) {
  CommandTicket ticket;
  RETURN_IF_ERROR(Accept(caller, std::move(request), client_deadline, nullptr,
                         [&](PendingCommand& command, absl::Time deadline, Effects& effects) {
                           mu_.AssertHeld();
                           ticket = {command.account, command.request_id, 0};
                           if (command.queued && IsStuckLocked(command)) {
                             effects.completions.emplace_back(std::move(done), DescribePending(command));
                           } else {
                             ticket.waiter = commands_.AddWaiter(command, deadline, std::move(done));
                           }
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
  RETURN_IF_ERROR(Accept(caller, std::move(execute), absl::InfiniteFuture(), nullptr,
                         [&](PendingCommand& command, absl::Time, Effects&) {
                           command.keep_result = true;
                           response = SubmittedResponse(command);
                         }));
  return response;
}

absl::Status Relay::Accept(const Caller& caller, v1::ExecuteRequest request, absl::Time client_deadline,
                           std::shared_ptr<BodyStream> body, UseCommand use) {
  const CommandInfo* const info = FindCommand(request.command());
  Effects effects;
  const auto accept = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(std::unique_ptr<PendingCommand> prepared,
                     Prepare(caller, std::move(request), client_deadline, std::move(body)));
    const absl::Time deadline = prepared->deadline;
    absl::MutexLock lock(&mu_);
    const std::string request_id = prepared->request_id;
    const absl::StatusOr<PendingCommand*> command = AcceptLocked(caller.principal, std::move(prepared), effects);
    if (!command.ok()) return RefusalLocked(caller.principal, request_id, command.status());
    ReplayLocked(effects);
    use(**command, deadline, effects);
    return absl::OkStatus();
  };
  const absl::Status status = accept();
  Run(std::move(effects));
  if (!status.ok()) observer_.OnCommandRefused(info == nullptr ? "" : info->name, status.code());
  return status;
}

bool Relay::MayBeDoneLocked(absl::string_view account, absl::string_view request_id) const {
  const v1::CommandStatus* before = commands_.FindFinished(account, request_id);
  return before != nullptr &&
         (before->state() == v1::COMMAND_STATE_UNKNOWN || before->state() == v1::COMMAND_STATE_APPLIED);
}

absl::Status Relay::RefusalLocked(const Principal& principal, absl::string_view request_id, absl::Status reason) const {
  const bool passes = absl::IsUnavailable(reason) || absl::IsResourceExhausted(reason) || absl::IsNotFound(reason);
  const bool is_open =
      commands_.FindPending(principal.account, request_id) != nullptr || MayBeDoneLocked(principal.account, request_id);
  return passes && is_open ? WithCommand(std::move(reason), request_id, v1::COMMAND_STATE_UNKNOWN) : reason;
}

absl::StatusOr<PendingCommand*> Relay::AcceptLocked(const Principal& principal, std::unique_ptr<PendingCommand> command,
                                                    Effects& effects) {
  if (draining_) return absl::UnavailableError("the relay is going down; send the command again in a moment");
  if (VisibleProjectLocked(principal, command->project_id) == nullptr) return UnknownProject(command->project_id);
  if (PendingCommand* same = commands_.FindPending(command->account, command->request_id); same != nullptr) {
    if (same->streamed && command->streamed) {
      return absl::UnavailableError(absl::StrCat("a transfer with the request id ", command->request_id,
                                                 " is under way; wait until it has ended"));
    }
    if (same->project_id == command->project_id && same->streamed == command->streamed &&
        MessageDifferencer::Equals(same->delivery->command(), command->delivery->command())) {
      return same;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("request id ", command->request_id, " is in use by a different command; choose another"));
  }
  // Whoever has not heard that it was taken back, as a browser that sends again what waits, shall not undo that.
  const v1::CommandStatus* ended = commands_.finished_queued().Find(command->account, command->request_id);
  if (ended != nullptr && ended->state() == v1::COMMAND_STATE_CANCELLED) return FromCommandError(ended->error());
  if (commands_.full()) {
    return absl::ResourceExhaustedError("the relay has too many commands under way; try again in a moment");
  }
  const bool may_be_done = MayBeDoneLocked(command->account, command->request_id);
  PendingCommand* const added = commands_.Add(std::move(command));
  if (may_be_done) added->progress.SetInDoubt();
  absl::Status status = MustWaitLocked(*added) ? WhyNotSentLocked(*added) : DispatchLocked(*added, effects);
  if (absl::IsUnavailable(status)) status = HoldLocked(*added, status, effects);
  if (status.ok()) return added;
  commands_.Drop(*added);
  return status;
}

absl::StatusOr<CommandTicket> Relay::Wait(const Caller& caller, const v1::WaitCommandRequest& request,
                                          absl::Time client_deadline, CommandCallback done) {
  RETURN_IF_ERROR(AuthorizeClient(caller.principal));
  const std::string& account = caller.principal.account;
  ASSIGN_OR_RETURN(const absl::Time deadline, DeadlineFor(request.has_timeout() ? &request.timeout() : nullptr,
                                                          absl::ZeroDuration(), client_deadline));
  v1::CommandStatus status;
  {
    absl::MutexLock lock(&mu_);
    PendingCommand* pending = commands_.FindPending(account, request.request_id());
    const bool visible = pending != nullptr && caller.principal.MaySee(pending->project_id);
    if (visible && deadline > clock_.Now()) {
      const WaiterId waiter = commands_.AddWaiter(*pending, deadline, std::move(done));
      return CommandTicket{account, request.request_id(), waiter};
    }
    const v1::CommandStatus* known = commands_.FindFinished(account, request.request_id());
    if (visible) {
      status = DescribePending(*pending);
    } else if (known != nullptr && caller.principal.MaySee(known->project_id())) {
      status = *known;
    } else {
      return absl::NotFoundError(absl::StrCat("no command with the request id ", request.request_id(),
                                              " is known (any longer); send it again with the same id to learn its "
                                              "outcome"));
    }
  }
  done(std::move(status));
  return CommandTicket{account, request.request_id(), 0};
}

void Relay::Abandon(const CommandTicket& ticket) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    PendingCommand* command = commands_.FindPending(ticket.account, ticket.request_id);
    if (command == nullptr) return;
    if (commands_.RemoveWaiter(*command, ticket.waiter) == nullptr) return;
    if (!command->waiters.empty() || command->keep_result || command->may_queue()) return;
    Instance* const instance = registry_.Find(command->session);
    if (!command->apart.answer_id.empty()) {
      // It was executed; nobody wants the rest of its answer.
      FailLocked(*command, absl::CancelledError("its sender no longer waits for the answer"), v1::COMMAND_STATE_UNKNOWN,
                 effects);
    } else if (instance != nullptr && command->is_sent()) {
      v1::RelayFrame frame;
      frame.mutable_cancel()->set_request_id(command->request_id);
      SendLocked(*instance, std::move(frame), effects);
    } else {
      GiveUpLocked(*command, absl::CancelledError("its sender no longer waits; nothing was done"),
                   v1::COMMAND_STATE_CANCELLED, effects);
    }
  }
  Run(std::move(effects));
}

}  // namespace specrelay
