#include "relay/command_table.h"

#include <algorithm>

#include "proto/support/command_error.h"
#include "proto/support/time.h"

namespace specrelay {

PendingCommand* CommandTable::FindPending(absl::string_view account, absl::string_view request_id) {
  const auto it = pending_.find(Key(account, request_id));
  return it == pending_.end() ? nullptr : it->second.get();
}

const v1::CommandStatus* CommandTable::FindFinished(absl::string_view account, absl::string_view request_id) const {
  const auto it = finished_.find(Key(account, request_id));
  return it == finished_.end() ? nullptr : &it->second->status;
}

PendingCommand* CommandTable::Add(std::unique_ptr<PendingCommand> command) {
  PendingCommand* added = command.get();
  added->number = ++last_number_;
  by_deadline_.emplace(std::make_pair(added->deadline, added->number), added);
  pending_.emplace(Key(added->account, added->request_id), std::move(command));
  return added;
}

WaiterId CommandTable::AddWaiter(PendingCommand& command, absl::Time deadline, CommandCallback done) {
  const WaiterId id = ++last_waiter_;
  if (deadline < command.deadline) waits_by_deadline_.emplace(std::make_pair(deadline, id), &command);
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

std::unique_ptr<PendingCommand> CommandTable::Finish(PendingCommand& command, const v1::CommandStatus& status) {
  by_deadline_.erase({command.deadline, command.number});
  for (const PendingCommand::Waiter& waiter : command.waiters) waits_by_deadline_.erase({waiter.deadline, waiter.id});
  const auto it = pending_.find(Key(command.account, command.request_id));
  std::unique_ptr<PendingCommand> taken = std::move(it->second);
  pending_.erase(it);

  v1::CommandStatus remembered = DescribePending(*taken);
  remembered.set_state(status.state());
  if (status.has_error()) *remembered.mutable_error() = status.error();
  if (taken->keep_result && status.has_result()) *remembered.mutable_result() = status.result();
  Remember(Key(taken->account, taken->request_id), std::move(remembered));
  return taken;
}

void CommandTable::Remember(Key key, v1::CommandStatus status) {
  if (const auto earlier = finished_.find(key); earlier != finished_.end()) {
    finished_bytes_ -= earlier->second->bytes;
    finished_order_.erase(earlier->second);
    finished_.erase(earlier);
  }
  const auto bytes = static_cast<int64_t>(status.ByteSizeLong());
  const absl::Time at = FromProto(status.updated_at());
  finished_order_.push_back({key, at, std::move(status), bytes});
  finished_.emplace(std::move(key), std::prev(finished_order_.end()));
  finished_bytes_ += bytes;
  while (static_cast<int>(finished_.size()) > limits_.finished ||
         (finished_bytes_ > limits_.finished_bytes && finished_.size() > 1)) {
    ForgetOldest();
  }
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
  while (!finished_order_.empty() && finished_order_.front().at + limits_.keep_finished <= now) ForgetOldest();
}

void CommandTable::ForgetOldest() {
  finished_bytes_ -= finished_order_.front().bytes;
  finished_.erase(finished_order_.front().key);
  finished_order_.pop_front();
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
  status.set_state(command.state);
  status.set_agent_instance(command.agent_instance);
  *status.mutable_accepted_at() = ToProto(command.accepted_at);
  *status.mutable_updated_at() = ToProto(command.updated_at);
  return status;
}

}  // namespace specrelay
