#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"
#include "relay/authorization.h"
#include "relay/command_documents.h"
#include "relay/relay.h"

// What clients do with the offline queue.

namespace specrelay {
namespace {

constexpr size_t kMaxRequestIdBytes = 128;

// Id of the write that follows from a conflict: "r" → "r~1" → "r~2". Asking twice then sends it once.
std::string ResentId(absl::string_view id) {
  const size_t mark = id.rfind('~');
  int number = 0;
  const bool again = mark != absl::string_view::npos && absl::SimpleAtoi(id.substr(mark + 1), &number) && number > 0;
  const std::string next = absl::StrCat(again ? id.substr(0, mark) : id, "~", again ? number + 1 : 1);
  return next.size() <= kMaxRequestIdBytes ? next : absl::StrCat(Sha256Hex(next), "~1");
}

std::string NameOf(const Principal& principal) { return absl::StrCat("key \"", principal.key_name, "\""); }

}  // namespace

v1::QueuedCommand Relay::DescribeQueuedLocked(const QueuedWrite& write, const QueuedWrite* held_by) const {
  v1::QueuedCommand described;
  if (write.conflict.has_value()) {
    *described.mutable_status() = *write.conflict;
  } else {
    const PendingCommand* command = commands_.FindPending(write.account(), write.request_id);
    if (command != nullptr) *described.mutable_status() = DescribePending(*command);
    *described.mutable_expires_at() = ToProto(write.expires_at);
    if (held_by != nullptr) described.set_waits_for(held_by->request_id);
  }
  for (const std::string& document : write.documents) described.add_documents(document);
  described.set_size_bytes(write.bytes);
  return described;
}

v1::QueueDurability Relay::queue_durability() const {
  absl::MutexLock lock(&mu_);
  return queue_->durability();
}

absl::StatusOr<v1::ListQueueResponse> Relay::ListQueue(const Caller& caller,
                                                       const v1::ListQueueRequest& request) const {
  const Principal& principal = caller.principal;
  RETURN_IF_ERROR(AuthorizeClient(principal));
  v1::ListQueueResponse response;
  absl::MutexLock lock(&mu_);
  if (VisibleProjectLocked(principal, request.project_id()) == nullptr) return UnknownProject(request.project_id());
  const ProjectKey project(principal.account, request.project_id());
  for (const OfflineQueue::Listed& listed : queue_->List(project)) {
    *response.add_commands() = DescribeQueuedLocked(*listed.write, listed.held_by);
  }
  if (request.include_ended()) {
    commands_.finished_queued().ForEach(principal.account, [&](const v1::CommandStatus& status) {
      mu_.AssertHeld();
      if (status.project_id() != request.project_id() || status.state() == v1::COMMAND_STATE_APPLIED) return;
      if (queue_->Find(principal.account, status.request_id()) != nullptr) return;
      v1::CommandStatus& ended = *response.add_commands()->mutable_status();
      ended = status;
      ended.mutable_error()->clear_conflict();
    });
  }
  response.set_durability(queue_->durability());
  const Room free = queue_->Free(project);
  response.set_free_commands(free.commands);
  response.set_free_bytes(free.bytes);
  return response;
}

absl::StatusOr<v1::QueuedCommand> Relay::GetQueuedCommand(const Caller& caller,
                                                          const v1::GetQueuedCommandRequest& request) const {
  const Principal& principal = caller.principal;
  RETURN_IF_ERROR(AuthorizeClient(principal));
  absl::MutexLock lock(&mu_);
  const QueuedWrite* write = queue_->Find(principal.account, request.request_id());
  if (write == nullptr || !principal.MaySee(write->project.second)) {
    return absl::NotFoundError(absl::StrCat("no command with the request id ", request.request_id(),
                                            " is queued; WaitCommand tells how one has ended"));
  }
  v1::QueuedCommand described = DescribeQueuedLocked(*write, queue_->HeldBy(*write));
  *described.mutable_command() = write->delivery->command();
  return described;
}

absl::StatusOr<v1::CommandStatus> Relay::StatusLocked(const Principal& principal, absl::string_view request_id) {
  const PendingCommand* pending = commands_.FindPending(principal.account, request_id);
  if (pending != nullptr && principal.MaySee(pending->project_id)) return DescribePending(*pending);
  const v1::CommandStatus* finished = commands_.FindFinished(principal.account, request_id);
  if (pending == nullptr && finished != nullptr && principal.MaySee(finished->project_id())) return *finished;
  return absl::NotFoundError(absl::StrCat("no command with the request id ", request_id, " is known (any longer)"));
}

absl::StatusOr<v1::CommandStatus> Relay::CancelCommand(const Caller& caller, const v1::CancelCommandRequest& request) {
  const Principal& principal = caller.principal;
  RETURN_IF_ERROR(AuthorizeChange(principal, "taking back a command"));
  Effects effects;
  absl::StatusOr<v1::CommandStatus> status;
  {
    absl::MutexLock lock(&mu_);
    status = StatusLocked(principal, request.request_id());
    RETURN_IF_ERROR(status.status());
    PendingCommand* const command = commands_.FindPending(principal.account, request.request_id());
    if (command == nullptr) {
      return absl::FailedPreconditionError(
          absl::StrCat("the command has ended already, as ", v1::CommandState_Name(status->state())));
    }
    if (command->is_sent()) {
      return absl::FailedPreconditionError(
          "the command is on its way to the agent and can no longer be taken back; WaitCommand tells how it ends");
    }
    GiveUpLocked(*command,
                 absl::CancelledError(
                     absl::StrCat("taken back by ", NameOf(principal), " before it was sent; nothing was done")),
                 v1::COMMAND_STATE_CANCELLED, effects);
    status = StatusLocked(principal, request.request_id());
    ReplayLocked(effects);
  }
  Run(std::move(effects));
  return status;
}

absl::StatusOr<v1::ResolveConflictResponse> Relay::ResolveConflict(const Caller& caller,
                                                                   const v1::ResolveConflictRequest& request) {
  RETURN_IF_ERROR(AuthorizeChange(caller.principal, "deciding about a conflict"));
  Effects effects;
  absl::StatusOr<v1::ResolveConflictResponse> response;
  {
    absl::MutexLock lock(&mu_);
    response = ResolveLocked(caller, request, effects);
    ReplayLocked(effects);
  }
  Run(std::move(effects));
  return response;
}

absl::StatusOr<const QueuedWrite*> Relay::FindConflictLocked(const Principal& principal,
                                                             absl::string_view request_id) const {
  const QueuedWrite* write = queue_->Find(principal.account, request_id);
  if (write == nullptr || !principal.MaySee(write->project.second)) {
    return absl::NotFoundError(absl::StrCat("no conflict with the request id ", request_id,
                                            " is kept; it may have been resolved already: ListQueue tells"));
  }
  if (!write->conflict.has_value()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the command ", request_id, " is in no conflict but waits to be sent; CancelCommand takes it back"));
  }
  return write;
}

absl::StatusOr<v1::ResolveConflictResponse> Relay::ResolveLocked(const Caller& caller,
                                                                 const v1::ResolveConflictRequest& request,
                                                                 Effects& effects) {
  const Principal& principal = caller.principal;
  const absl::StatusOr<const QueuedWrite*> conflict = FindConflictLocked(principal, request.request_id());
  switch (request.resolution()) {
    case v1::CONFLICT_RESOLUTION_DISCARD: {
      RETURN_IF_ERROR(conflict.status());
      PublishResolvedLocked(**conflict, absl::StrCat("dropped by ", NameOf(principal)), effects);
      to_replay_.insert((*conflict)->project);
      queue_->Remove(principal.account, request.request_id());
      return v1::ResolveConflictResponse();
    }
    case v1::CONFLICT_RESOLUTION_RESEND: {
      if (conflict.ok()) return ResendLocked(caller, **conflict, request, effects);
      // Asked twice?
      const absl::StatusOr<v1::CommandStatus> resent = StatusLocked(principal, ResentId(request.request_id()));
      if (!absl::IsNotFound(conflict.status()) || !resent.ok()) return conflict.status();
      v1::ResolveConflictResponse response;
      response.set_request_id(resent->request_id());
      response.set_state(resent->state());
      return response;
    }
    default:
      return absl::InvalidArgumentError("resolution must be CONFLICT_RESOLUTION_RESEND or CONFLICT_RESOLUTION_DISCARD");
  }
}

absl::StatusOr<v1::ResolveConflictResponse> Relay::ResendLocked(const Caller& caller, const QueuedWrite& conflict,
                                                                const v1::ResolveConflictRequest& request,
                                                                Effects& effects) {
  if (draining_) return absl::UnavailableError("the relay is going down; decide again in a moment");
  if (!request.has_base_hash() && conflict.delivery->command().approval_update().has_reviewed_hash()) {
    return absl::InvalidArgumentError(
        "the document has changed under this decision; set base_hash to the hash of the version that was reviewed");
  }
  if (commands_.full()) {
    return absl::ResourceExhaustedError("the relay has too many commands under way; try again in a moment");
  }
  auto delivery = std::make_shared<v1::CommandDelivery>(*conflict.delivery);
  delivery->set_request_id(ResentId(conflict.request_id));
  delivery->mutable_actor()->set_account(caller.principal.account);
  delivery->mutable_actor()->set_key_name(caller.principal.key_name);
  delivery->mutable_actor()->set_client(caller.client);
  const v1::CommandError& error = conflict.conflict->error();
  v1::Command& again = *delivery->mutable_command();
  if (request.has_base_hash()) {
    if (!BaseOn(request.base_hash(), again)) {
      return absl::InvalidArgumentError("the command replaces no version of a document; leave base_hash out");
    }
  } else if (error.has_conflict() && IsConditional(again)) {
    BaseOn(error.conflict().current_hash(), again);
  }

  auto resent = std::make_unique<PendingCommand>();
  resent->account = conflict.account();
  resent->request_id = delivery->request_id();
  resent->project_id = conflict.project.second;
  resent->sender = caller.principal;
  resent->bytes = static_cast<int64_t>(delivery->SpaceUsedLong());
  resent->command_bytes = static_cast<int64_t>(delivery->command().ByteSizeLong());
  resent->resent = true;
  resent->info = FindCommand(delivery->command());
  resent->policy = v1::OFFLINE_POLICY_QUEUE;
  resent->began = clock_.Now();
  resent->expires_at = resent->deadline = resent->began + options_.queue_keep;
  resent->patience = options_.queue_patience;
  resent->accepted_at = wall_.Now();
  resent->progress = DeliveryProgress(resent->accepted_at);
  resent->delivery = std::move(delivery);
  if (commands_.FindPending(resent->account, resent->request_id) != nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("the request id ", resent->request_id, " is in use; wait until that command has ended"));
  }
  // It takes the conflict's place in the order, and its room.
  absl::optional<QueuedWrite> replaced = queue_->Remove(conflict.account(), conflict.request_id);
  PendingCommand* const command = commands_.Add(std::move(resent));
  if (const absl::Status pushed = PushLocked(*command, replaced->order); !pushed.ok()) {
    commands_.Drop(*command);
    RETURN_IF_ERROR(queue_->Push(*std::move(replaced)));
    return pushed;
  }
  PublishResolvedLocked(*replaced,
                        absl::StrCat("sent again by ", NameOf(caller.principal), " as ", command->request_id), effects);
  TransitionLocked(*command, v1::COMMAND_STATE_QUEUED, "decided about; waits to be sent", effects);
  to_replay_.insert(command->project());
  ReplayLocked(effects);
  v1::ResolveConflictResponse response;
  response.set_request_id(command->request_id);
  response.set_state(command->state());
  return response;
}

void Relay::DropQueueLocked(const ProjectKey& project, Effects& effects) {
  std::vector<std::string> ids;
  for (const OfflineQueue::Listed& listed : queue_->List(project)) ids.push_back(listed.write->request_id);
  for (PendingCommand* command : commands_.HeldIn(project)) ids.push_back(command->request_id);
  for (const std::string& id : ids) {
    PendingCommand* const command = commands_.FindPending(project.first, id);
    if (command == nullptr) {
      queue_->Remove(project.first, id);
    } else if (!command->is_sent()) {
      GiveUpLocked(*command, absl::CancelledError("the project was taken from the list; nothing was done"),
                   v1::COMMAND_STATE_CANCELLED, effects);
    }
  }
}

void Relay::EndWaitingLocked(absl::FunctionRef<bool(const PendingCommand&)> chosen, const absl::Status& reason,
                             Effects& effects) {
  std::vector<PendingCommand*> waiting;
  commands_.ForEachPending([&](PendingCommand& command) {
    if (!command.is_sent() && chosen(command)) waiting.push_back(&command);
  });
  std::sort(waiting.begin(), waiting.end(), [](const auto* a, const auto* b) { return a->number < b->number; });
  for (PendingCommand* command : waiting) GiveUpLocked(*command, reason, v1::COMMAND_STATE_FAILED, effects);
}

void Relay::EndRevoked(absl::FunctionRef<bool(const Principal&)> still_granted) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    EndWaitingLocked(
        [&](const PendingCommand& command) { return !still_granted(command.sender); },
        absl::PermissionDeniedError("the key on whose word the command waited was revoked, or is no longer "
                                    "what it was; nothing was done"),
        effects);
    ReplayLocked(effects);
  }
  Run(std::move(effects));
}

}  // namespace specrelay
