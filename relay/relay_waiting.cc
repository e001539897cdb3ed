#include <deque>
#include <string>
#include <utility>

#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"
#include "relay/command_documents.h"
#include "relay/held_documents.h"
#include "relay/relay.h"

// Commands that wait for an agent, or for room: in the offline queue or without a place there.

namespace specrelay {

absl::Status Relay::HoldLocked(PendingCommand& command, const absl::Status& reason, Effects& effects) {
  if (draining_ && queue_->durability() != v1::QUEUE_DURABILITY_DISK) return reason;
  // Nobody would see it wait in a project that was taken from the list.
  const ProjectRecord* record = registry_.FindProject(command.account, command.project_id);
  if (record == nullptr || record->forgotten) return reason;
  switch (command.policy) {
    case v1::OFFLINE_POLICY_QUEUE:
      if (command.queued) {
        queue_->SetUnderWay(command.account, command.request_id, false);
      } else {
        RETURN_IF_ERROR(PushLocked(command, command.number));
      }
      commands_.SetDeadline(command, command.expires_at);
      break;
    case v1::OFFLINE_POLICY_WAIT:
      RETURN_IF_ERROR(commands_.Hold(command));
      break;
    default:
      return reason;
  }
  TransitionLocked(command, v1::COMMAND_STATE_QUEUED, reason.message(), effects);
  return absl::OkStatus();
}

absl::Status Relay::PushLocked(PendingCommand& command, uint64_t order) {
  if (const QueuedWrite* same = queue_->Find(command.account, command.request_id); same != nullptr) {
    // Only a conflict can be there still when the command itself has ended.
    return FromCommandError(same->conflict->error());
  }
  QueuedWrite write;
  write.project = command.project();
  write.request_id = command.request_id;
  write.order = order;
  write.documents = DocumentsOf(command.delivery->command());
  write.expires_at = command.accepted_at + options_.queue_keep;
  write.bytes = command.bytes;
  write.delivery = command.delivery;
  RETURN_IF_ERROR(queue_->Push(std::move(write)));
  command.queued = true;
  command.keep_result = true;
  command.durability = queue_->durability();
  return absl::OkStatus();
}

bool Relay::MustWaitLocked(const PendingCommand& command) const {
  if (!command.may_queue()) return false;
  // Whoever asks what became of a write that is kept must not wait for that one.
  const QueuedWrite* same = queue_->Find(command.account, command.request_id);
  if (same != nullptr && same->conflict.has_value() && same->conflict->state() == v1::COMMAND_STATE_UNKNOWN)
    return false;
  return queue_->MustWait(command.project(), DocumentsOf(command.delivery->command()));
}

bool Relay::IsStuckLocked(const PendingCommand& command) const {
  if (command.state() != v1::COMMAND_STATE_QUEUED || command.incomplete()) return false;
  const ProjectRecord* record = registry_.FindProject(command.account, command.project_id);
  if (record == nullptr || record->Primary() == nullptr) return true;
  const QueuedWrite* write = queue_->Find(command.account, command.request_id);
  return write != nullptr && queue_->HeldBy(*write) != nullptr;
}

void Relay::ReplayLocked(Effects& effects) {
  while (!to_replay_.empty()) {
    const ProjectKey project = *to_replay_.begin();
    to_replay_.erase(to_replay_.begin());
    ReplayProjectLocked(project, effects);
  }
}

void Relay::ReplayProjectLocked(const ProjectKey& project, Effects& effects) {
  // Large ones for which there is no room, and what must not overtake them: other large ones, writes to their
  // documents.
  std::deque<QueuedWrite> behind;
  HeldDocuments documents;
  for (PendingCommand* command : commands_.HeldIn(project)) {
    const bool is_large = command->command_bytes > options_.max_whole_bytes;
    QueuedWrite write;
    if (command->info->access == v1::COMMAND_ACCESS_WRITE) write.documents = DocumentsOf(command->delivery->command());
    write.order = command->number;
    const bool stays = !behind.empty() && (is_large || documents.HolderOf(write.documents, write.order) != nullptr);
    if (!stays && ReplayCommandLocked(*command, effects)) {
      commands_.Unhold(*command);
      continue;
    }
    if (!stays && !is_large) return;
    behind.push_back(std::move(write));
    documents.Hold(behind.back(), behind.back(), HeldDocuments::kEverything);
  }
  while (const QueuedWrite* write = queue_->Next(project)) {
    if (!behind.empty() && write->order > behind.front().order &&
        documents.HolderOf(write->documents, write->order) != nullptr) {
      return;
    }
    const std::string request_id = write->request_id;
    PendingCommand* const command = commands_.FindPending(project.first, request_id);
    if (command == nullptr || !ReplayCommandLocked(*command, effects)) return;
    queue_->SetUnderWay(project.first, request_id, true);
  }
}

bool Relay::ReplayCommandLocked(PendingCommand& command, Effects& effects) {
  const absl::Status status = DispatchLocked(command, effects);
  if (status.ok()) return true;
  if (command.may_queue()) commands_.SetDeadline(command, command.expires_at);
  if (absl::IsResourceExhausted(status)) stalled_.insert(command.project());
  return false;
}

}  // namespace specrelay
