// The offline queue that does not survive the relay.
#ifndef SPECRELAY_RELAY_MEMORY_OFFLINE_QUEUE_H_
#define SPECRELAY_RELAY_MEMORY_OFFLINE_QUEUE_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "relay/held_documents.h"
#include "relay/offline_queue.h"
#include "relay/room_book.h"

namespace specrelay {

// Pure bookkeeping, not thread-safe.
class MemoryOfflineQueue final : public OfflineQueue {
 public:
  static constexpr RoomBook::Limits kDefaultLimits{{1'000, 16 << 20}, {5'000, 64 << 20}, {20'000, 256 << 20}};

  explicit MemoryOfflineQueue(RoomBook::Limits limits) : room_("the offline queue", limits) {}

  v1::QueueDurability durability() const override { return v1::QUEUE_DURABILITY_MEMORY; }
  absl::Status Push(QueuedWrite write) override;
  const QueuedWrite* Next(const ProjectKey& project) const override;
  bool MustWait(const ProjectKey& project, const std::vector<std::string>& documents) const override;
  void SetUnderWay(absl::string_view account, absl::string_view request_id, bool under_way) override;
  void KeepConflict(absl::string_view account, absl::string_view request_id, v1::CommandStatus status,
                    uint64_t last_order) override;
  absl::optional<QueuedWrite> Remove(absl::string_view account, absl::string_view request_id) override;
  const QueuedWrite* Find(absl::string_view account, absl::string_view request_id) const override;
  const QueuedWrite* HeldBy(const QueuedWrite& write) const override;
  std::vector<Listed> List(const ProjectKey& project) const override;
  Room Free(const ProjectKey& project) const override { return room_.Free(project); }
  Room Used() const override { return room_.used(); }

 private:
  using Writes = std::map<uint64_t, QueuedWrite>;  // by order; pointers to values stay valid
  struct ProjectQueue {
    Writes writes;
    int under_way = 0;
    int conflicts = 0;
  };
  struct Place {
    ProjectKey project;
    uint64_t order;
  };

  // A write and the queue that it is in.
  struct Found {
    ProjectQueue* queue = nullptr;
    QueuedWrite* write = nullptr;
  };
  Found FindMutable(absl::string_view account, absl::string_view request_id);
  // Calls `visit(write, held_by)` for each in order, until it says false.
  using Visit = absl::FunctionRef<bool(const QueuedWrite& write, const QueuedWrite* held_by)>;
  static HeldDocuments Walk(const ProjectQueue& queue, Visit visit);
  static const QueuedWrite* NextIn(const ProjectQueue& queue);

  std::map<ProjectKey, ProjectQueue> projects_;                             // none is empty
  absl::flat_hash_map<std::pair<std::string, std::string>, Place> places_;  // by account and request id
  RoomBook room_;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_MEMORY_OFFLINE_QUEUE_H_
