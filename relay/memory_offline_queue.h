// The offline queue that does not survive the relay.
#ifndef SPECRELAY_RELAY_MEMORY_OFFLINE_QUEUE_H_
#define SPECRELAY_RELAY_MEMORY_OFFLINE_QUEUE_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "relay/offline_queue.h"

namespace specrelay {

// Pure bookkeeping, not thread-safe.
class MemoryOfflineQueue final : public OfflineQueue {
 public:
  struct Limits {
    Room project{1'000, 16 << 20};
    Room account{5'000, 64 << 20};
    Room total{20'000, 256 << 20};
  };

  explicit MemoryOfflineQueue(Limits limits) : limits_(limits) {}

  v1::QueueDurability durability() const override { return v1::QUEUE_DURABILITY_MEMORY; }
  absl::Status Push(QueuedWrite write) override;
  const QueuedWrite* Next(const ProjectKey& project) const override;
  bool HasLive(const ProjectKey& project) const override;
  void SetUnderWay(absl::string_view account, absl::string_view request_id, bool under_way) override;
  void KeepConflict(absl::string_view account, absl::string_view request_id, v1::CommandStatus status) override;
  absl::optional<QueuedWrite> Remove(absl::string_view account, absl::string_view request_id) override;
  const QueuedWrite* Find(absl::string_view account, absl::string_view request_id) const override;
  const QueuedWrite* HeldBy(const QueuedWrite& write) const override;
  std::vector<const QueuedWrite*> List(const ProjectKey& project) const override;
  Room Free(const ProjectKey& project) const override;
  Room Used() const override { return used_; }

 private:
  using Writes = std::map<uint64_t, QueuedWrite>;  // by order; pointers to values stay valid
  struct ProjectQueue {
    Writes writes;
    Room used;
  };
  struct Place {
    ProjectKey project;
    uint64_t order;
  };

  QueuedWrite* FindMutable(absl::string_view account, absl::string_view request_id);
  static void Count(Room& room, const QueuedWrite& write, int sign);

  const Limits limits_;
  std::map<ProjectKey, ProjectQueue> projects_;                             // none is empty
  absl::flat_hash_map<std::pair<std::string, std::string>, Place> places_;  // by account and request id
  absl::flat_hash_map<std::string, Room> accounts_;                         // what each uses
  Room used_;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_MEMORY_OFFLINE_QUEUE_H_
