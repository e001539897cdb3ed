#include "relay/memory_offline_queue.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "relay/command_documents.h"

namespace specrelay {
namespace {

// RESOURCE_EXHAUSTED when `bytes` more in one more command do not fit.
absl::Status CheckRoom(absl::string_view whose, const OfflineQueue::Room& used, const OfflineQueue::Room& limit,
                       int64_t bytes) {
  if (used.commands + 1 > limit.commands) {
    return absl::ResourceExhaustedError(absl::StrCat("the offline queue ", whose, " holds ", used.commands,
                                                     " commands, its limit; start the agent, or cancel some"));
  }
  if (used.bytes + bytes > limit.bytes) {
    return absl::ResourceExhaustedError(absl::StrCat("the offline queue ", whose, " holds ", used.bytes,
                                                     " bytes and takes ", limit.bytes, ", so a command of ", bytes,
                                                     " bytes has no room; start the agent, or cancel some"));
  }
  return absl::OkStatus();
}

void Append(const std::vector<std::string>& more, std::vector<std::string>& documents) {
  documents.insert(documents.end(), more.begin(), more.end());
}

}  // namespace

absl::Status MemoryOfflineQueue::Push(QueuedWrite write) {
  const int64_t bytes = write.bytes();
  const auto project = projects_.find(write.project);
  const auto account = accounts_.find(write.account());
  const Room none;
  for (const absl::Status& status :
       {CheckRoom("of this project", project == projects_.end() ? none : project->second.used, limits_.project, bytes),
        CheckRoom("of this account", account == accounts_.end() ? none : account->second, limits_.account, bytes),
        CheckRoom("of this relay", used_, limits_.total, bytes)}) {
    if (!status.ok()) return status;
  }
  ProjectQueue& queue = projects_[write.project];
  Count(queue.used, write, 1);
  Count(accounts_[write.account()], write, 1);
  Count(used_, write, 1);
  places_.emplace(std::make_pair(write.account(), write.request_id), Place{write.project, write.order});
  queue.writes.emplace(write.order, std::move(write));
  return absl::OkStatus();
}

const QueuedWrite* MemoryOfflineQueue::Next(const ProjectKey& project) const {
  const auto queue = projects_.find(project);
  if (queue == projects_.end()) return nullptr;
  const Writes& writes = queue->second.writes;
  if (std::any_of(writes.begin(), writes.end(), [](const auto& write) { return write.second.under_way; })) {
    return nullptr;
  }
  std::vector<std::string> held;
  for (const auto& [order, write] : writes) {
    if (!write.conflict.has_value() && !ShareDocument(held, write.documents)) return &write;
    Append(write.documents, held);
  }
  return nullptr;
}

bool MemoryOfflineQueue::HasLive(const ProjectKey& project) const {
  if (Next(project) != nullptr) return true;
  const auto queue = projects_.find(project);
  if (queue == projects_.end()) return false;
  const Writes& writes = queue->second.writes;
  return std::any_of(writes.begin(), writes.end(), [](const auto& write) { return write.second.under_way; });
}

void MemoryOfflineQueue::SetUnderWay(absl::string_view account, absl::string_view request_id, bool under_way) {
  if (QueuedWrite* write = FindMutable(account, request_id); write != nullptr) write->under_way = under_way;
}

void MemoryOfflineQueue::KeepConflict(absl::string_view account, absl::string_view request_id,
                                      v1::CommandStatus status) {
  QueuedWrite* write = FindMutable(account, request_id);
  if (write == nullptr) return;
  write->under_way = false;
  write->conflict = std::move(status);
}

absl::optional<QueuedWrite> MemoryOfflineQueue::Remove(absl::string_view account, absl::string_view request_id) {
  const auto place = places_.find(std::make_pair(std::string(account), std::string(request_id)));
  if (place == places_.end()) return absl::nullopt;
  const auto queue = projects_.find(place->second.project);
  const auto it = queue->second.writes.find(place->second.order);
  QueuedWrite write = std::move(it->second);
  queue->second.writes.erase(it);
  places_.erase(place);
  Count(queue->second.used, write, -1);
  Count(used_, write, -1);
  if (queue->second.writes.empty()) projects_.erase(queue);
  const auto used = accounts_.find(write.account());
  Count(used->second, write, -1);
  if (used->second.commands == 0) accounts_.erase(used);
  return write;
}

const QueuedWrite* MemoryOfflineQueue::Find(absl::string_view account, absl::string_view request_id) const {
  const auto place = places_.find(std::make_pair(std::string(account), std::string(request_id)));
  return place == places_.end() ? nullptr : &projects_.at(place->second.project).writes.at(place->second.order);
}

QueuedWrite* MemoryOfflineQueue::FindMutable(absl::string_view account, absl::string_view request_id) {
  const auto place = places_.find(std::make_pair(std::string(account), std::string(request_id)));
  return place == places_.end() ? nullptr : &projects_.at(place->second.project).writes.at(place->second.order);
}

const QueuedWrite* MemoryOfflineQueue::HeldBy(const QueuedWrite& write) const {
  // Backwards: whoever holds up the write may itself be held up by an earlier one.
  const Writes& writes = projects_.at(write.project).writes;
  std::vector<std::string> documents = write.documents;
  const QueuedWrite* holder = nullptr;
  for (auto it = std::make_reverse_iterator(writes.lower_bound(write.order)); it != writes.rend(); ++it) {
    if (!ShareDocument(documents, it->second.documents)) continue;
    if (it->second.conflict.has_value()) holder = &it->second;
    Append(it->second.documents, documents);
  }
  return holder;
}

std::vector<const QueuedWrite*> MemoryOfflineQueue::List(const ProjectKey& project) const {
  std::vector<const QueuedWrite*> list;
  const auto queue = projects_.find(project);
  if (queue == projects_.end()) return list;
  for (const auto& [order, write] : queue->second.writes) list.push_back(&write);
  return list;
}

OfflineQueue::Room MemoryOfflineQueue::Free(const ProjectKey& project) const {
  const auto queue = projects_.find(project);
  const auto account = accounts_.find(project.first);
  const Room none;
  const Room& in_project = queue == projects_.end() ? none : queue->second.used;
  const Room& in_account = account == accounts_.end() ? none : account->second;
  return {std::min({limits_.project.commands - in_project.commands, limits_.account.commands - in_account.commands,
                    limits_.total.commands - used_.commands}),
          std::min({limits_.project.bytes - in_project.bytes, limits_.account.bytes - in_account.bytes,
                    limits_.total.bytes - used_.bytes})};
}

void MemoryOfflineQueue::Count(Room& room, const QueuedWrite& write, int sign) {
  room.commands += sign;
  room.bytes += sign * write.bytes();
}

}  // namespace specrelay
