#include "relay/command_table.h"

#include <algorithm>

#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
PendingCommand* CommandTable::FindPending(absl::string_view account, absl::string_view request_id) const {
  const auto it = pending_.find(Key(account, request_id));
  return it == pending_.end() ? nullptr : it->second.get();
}

const v1::CommandStatus* CommandTable::FindFinished(absl::string_view account, absl::string_view request_id) const {
  const v1::CommandStatus* found = finished_.Find(account, request_id);
  return found != nullptr ? found : finished_queued_.Find(account, request_id);
}

PendingCommand* CommandTable::Add(std::unique_ptr<PendingCommand> command) {
  PendingCommand* added = command.get();
  added->number = ++last_number_;
  by_deadline_.emplace(std::make_pair(added->deadline, added->number), added);
  pending_.emplace(Key(added->account, added->request_id), std::move(command));
  return added;
}

void CommandTable::Drop(PendingCommand& command) { TakeOut(command); }

void CommandTable::SetDeadline(PendingCommand& command, absl::Time deadline) {
  by_deadline_.erase({command.deadline, command.number});
  command.deadline = deadline;
  by_deadline_.emplace(std::make_pair(deadline, command.number), &command);
}

absl::Status CommandTable::Hold(PendingCommand& command) {
  const ProjectKey project = command.project();
  RETURN_IF_ERROR(held_room_.Take(project, command.bytes));
  held_[project].emplace(command.number, &command);
  return absl::OkStatus();
}

void CommandTable::Unhold(PendingCommand& command) {
  const auto project = held_.find(command.project());
  if (project == held_.end() || project->second.erase(command.number) == 0) return;
  held_room_.Give(project->first, command.bytes);
  if (project->second.empty()) held_.erase(project);
}

std::vector<PendingCommand*> CommandTable::HeldIn(const ProjectKey& project) const {
  std::vector<PendingCommand*> held;
  const auto it = held_.find(project);
  if (it == held_.end()) return held;
  for (const auto& [number, command] : it->second) held.push_back(command);
  return held;
}

WaiterId CommandTable::AddWaiter(PendingCommand& command, absl::Time deadline, CommandCallback done) {
  const WaiterId id = ++last_waiter_;
  waits_by_deadline_.emplace(std::make_pair(deadline, id), &command);
  command.waiters.push_back({id, deadline, std::move(done)});
  return id;
}

CommandCallback CommandTable::RemoveWaiter(PendingCommand& command, WaiterId id) {
  auto& waiters = command.waiters;
  const auto it = std::find_if(waiters.begin(), waiters.end(), [id](const auto& waiter) { return waiter.id == id; });
  if (it == waiters.end()) return nullptr;
  waits_by_deadline_.erase({it->deadline, id});
  CommandCallback done = std::move(it->done);
  waiters.erase(it);
  return done;
}

std::unique_ptr<PendingCommand> CommandTable::TakeOut(PendingCommand& command) {
  Unhold(command);
  by_deadline_.erase({command.deadline, command.number});
  for (const PendingCommand::Waiter& waiter : command.waiters) waits_by_deadline_.erase({waiter.deadline, waiter.id});
  const auto it = pending_.find(Key(command.account, command.request_id));
  std::unique_ptr<PendingCommand> taken = std::move(it->second);
  pending_.erase(it);
  return taken;
}

std::unique_ptr<PendingCommand> CommandTable::Finish(PendingCommand& command, const v1::CommandStatus& status,
                                                     absl::Time now) {
  std::unique_ptr<PendingCommand> taken = TakeOut(command);
  v1::CommandStatus remembered = DescribePending(*taken);
  if (status.has_error()) *remembered.mutable_error() = taken->queued ? WithoutContent(status.error()) : status.error();
  if (taken->keep_result && status.has_result()) *remembered.mutable_result() = status.result();
  // One that was taken back while it passed in parts was in no queue, but is sent again like those that were.
  const bool as_queued = taken->queued || (taken->may_queue() && taken->state() == v1::COMMAND_STATE_CANCELLED);
  FinishedCommands& other = as_queued ? finished_ : finished_queued_;
  other.Forget(taken->account, taken->request_id);
  FinishedCommands& place = as_queued ? finished_queued_ : finished_;
  place.Remember(taken->account, std::move(remembered), now);
  return taken;
}

std::vector<PendingCommand*> CommandTable::Due(absl::Time now) const {
  std::vector<PendingCommand*> due;
  for (const auto& [key, command] : by_deadline_) {
    if (key.first > now) break;
    due.push_back(command);
  }
  return due;
}

std::vector<std::pair<CommandCallback, v1::CommandStatus>> CommandTable::TakeDueWaiters(absl::Time now) {
  std::vector<std::pair<CommandCallback, v1::CommandStatus>> due;
  while (!waits_by_deadline_.empty() && waits_by_deadline_.begin()->first.first <= now) {
    const auto [key, command] = *waits_by_deadline_.begin();
    due.emplace_back(RemoveWaiter(*command, key.second), DescribePending(*command));
  }
  return due;
}

std::vector<PendingCommand*> CommandTable::SentTo(SessionId session) const {
  std::vector<PendingCommand*> sent;
  for (const auto& [key, command] : pending_) {
    if (command->session == session) sent.push_back(command.get());
  }
  std::sort(sent.begin(), sent.end(), [](const auto* a, const auto* b) { return a->number < b->number; });
  return sent;
}

void CommandTable::ForgetOld(absl::Time now) {
  finished_.ForgetOld(now);
  finished_queued_.ForgetOld(now);
}

v1::CommandError WithoutContent(v1::CommandError error) {
  if (error.has_conflict() && !error.conflict().current_content().empty()) {
    error.mutable_conflict()->clear_current_content();
    error.mutable_conflict()->set_content_omitted(true);
  }
  return error;
}

absl::Status OutcomeOf(const v1::CommandStatus& status) {
  if (status.state() == v1::COMMAND_STATE_APPLIED) return absl::OkStatus();
  if (status.has_error()) return FromCommandError(status.error());
  return WithCommand(
      absl::DeadlineExceededError("no answer in time; the command may or may not have been applied: send "
                                  "it again with the same request id"),
      status.request_id(), v1::COMMAND_STATE_UNKNOWN);
}

v1::CommandStatus DescribePending(const PendingCommand& command) {
  v1::CommandStatus status;
  status.set_request_id(command.request_id);
  status.set_project_id(command.project_id);
  status.set_command(std::string(command.info->name));
  status.set_state(command.state());
  status.set_agent_instance(command.agent_instance);
  *status.mutable_accepted_at() = ToProto(command.accepted_at);
  *status.mutable_updated_at() = ToProto(command.progress.changed_at());
  status.set_reason(command.progress.reason());
  if (command.state() == v1::COMMAND_STATE_QUEUED) status.set_durability(command.durability);
  return status;
}

}  // namespace specrelay
