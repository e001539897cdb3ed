#include "relay/memory_offline_queue.h"

#include "proto/support/status_macros.h"

namespace specrelay {

absl::Status MemoryOfflineQueue::Push(QueuedWrite write) {
  RETURN_IF_ERROR(room_.Take(write.project, write.bytes));
  places_.emplace(std::make_pair(write.account(), write.request_id), Place{write.project, write.order});
  ProjectQueue& queue = projects_[write.project];
  queue.under_way += write.under_way ? 1 : 0;
  queue.conflicts += write.conflict.has_value() ? 1 : 0;
  queue.writes.emplace(write.order, std::move(write));
  return absl::OkStatus();
}

HeldDocuments MemoryOfflineQueue::Walk(const ProjectQueue& queue, Visit visit) {
  HeldDocuments held;
  for (const auto& [order, write] : queue.writes) {
    if (write.conflict.has_value()) {
      held.Hold(write, write, write.conflict_known);
      if (!visit(write, nullptr)) break;
      continue;
    }
    const QueuedWrite* const holder = queue.conflicts == 0 ? nullptr : held.HolderOf(write.documents, order);
    if (holder != nullptr) held.Hold(write, *holder, HeldDocuments::kEverything);
    if (!visit(write, holder)) break;
  }
  return held;
}

const QueuedWrite* MemoryOfflineQueue::NextIn(const ProjectQueue& queue) {
  if (queue.under_way > 0) return nullptr;
  const QueuedWrite* next = nullptr;
  Walk(queue, [&](const QueuedWrite& write, const QueuedWrite* held_by) {
    if (!write.conflict.has_value() && held_by == nullptr) next = &write;
    return next == nullptr;
  });
  return next;
}

const QueuedWrite* MemoryOfflineQueue::Next(const ProjectKey& project) const {
  const auto queue = projects_.find(project);
  return queue == projects_.end() ? nullptr : NextIn(queue->second);
}

bool MemoryOfflineQueue::MustWait(const ProjectKey& project, const std::vector<std::string>& documents) const {
  const auto queue = projects_.find(project);
  if (queue == projects_.end()) return false;
  if (queue->second.under_way > 0 || NextIn(queue->second) != nullptr) return true;
  const HeldDocuments held = Walk(queue->second, [](const QueuedWrite&, const QueuedWrite*) { return true; });
  return held.HolderOf(documents, HeldDocuments::kEverything) != nullptr;
}

void MemoryOfflineQueue::SetUnderWay(absl::string_view account, absl::string_view request_id, bool under_way) {
  const Found found = FindMutable(account, request_id);
  if (found.write == nullptr || found.write->under_way == under_way) return;
  found.write->under_way = under_way;
  found.queue->under_way += under_way ? 1 : -1;
}

void MemoryOfflineQueue::KeepConflict(absl::string_view account, absl::string_view request_id, v1::CommandStatus status,
                                      uint64_t last_order) {
  SetUnderWay(account, request_id, false);
  const Found found = FindMutable(account, request_id);
  if (found.write == nullptr) return;
  if (!found.write->conflict.has_value()) ++found.queue->conflicts;
  found.write->conflict = std::move(status);
  found.write->conflict_known = last_order;
}

absl::optional<QueuedWrite> MemoryOfflineQueue::Remove(absl::string_view account, absl::string_view request_id) {
  const auto place = places_.find(std::make_pair(std::string(account), std::string(request_id)));
  if (place == places_.end()) return absl::nullopt;
  const auto queue = projects_.find(place->second.project);
  const auto it = queue->second.writes.find(place->second.order);
  QueuedWrite write = std::move(it->second);
  queue->second.writes.erase(it);
  places_.erase(place);
  queue->second.under_way -= write.under_way ? 1 : 0;
  queue->second.conflicts -= write.conflict.has_value() ? 1 : 0;
  if (queue->second.writes.empty()) projects_.erase(queue);
  room_.Give(write.project, write.bytes);
  return write;
}

const QueuedWrite* MemoryOfflineQueue::Find(absl::string_view account, absl::string_view request_id) const {
  const auto place = places_.find(std::make_pair(std::string(account), std::string(request_id)));
  return place == places_.end() ? nullptr : &projects_.at(place->second.project).writes.at(place->second.order);
}

MemoryOfflineQueue::Found MemoryOfflineQueue::FindMutable(absl::string_view account, absl::string_view request_id) {
  const auto place = places_.find(std::make_pair(std::string(account), std::string(request_id)));
  if (place == places_.end()) return {};
  ProjectQueue& queue = projects_.at(place->second.project);
  return {&queue, &queue.writes.at(place->second.order)};
}

const QueuedWrite* MemoryOfflineQueue::HeldBy(const QueuedWrite& write) const {
  const ProjectQueue& queue = projects_.at(write.project);
  if (queue.conflicts == 0) return nullptr;
  const QueuedWrite* holder = nullptr;
  Walk(queue, [&](const QueuedWrite& one, const QueuedWrite* held_by) {
    if (one.order == write.order) holder = held_by;
    return one.order < write.order;
  });
  return holder;
}

std::vector<OfflineQueue::Listed> MemoryOfflineQueue::List(const ProjectKey& project) const {
  std::vector<Listed> list;
  const auto queue = projects_.find(project);
  if (queue == projects_.end()) return list;
  Walk(queue->second, [&](const QueuedWrite& write, const QueuedWrite* held_by) {
    list.push_back({&write, held_by});
    return true;
  });
  return list;
}

}  // namespace specrelay
