// Writes that wait for their project's agent, and those that met a conflict when nobody waited for them.
#ifndef SPECRELAY_RELAY_OFFLINE_QUEUE_H_
#define SPECRELAY_RELAY_OFFLINE_QUEUE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "relay/room_book.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {

// A write in the queue.
struct QueuedWrite {
  ProjectKey project;
  std::string request_id;
  uint64_t order = 0;                  // place in its project, its alone; the lower goes first
  std::vector<std::string> documents;  // as DocumentsOf() has them
  absl::Time expires_at;               // for people; the relay sees to it
  int64_t bytes = 0;                   // of memory
  std::shared_ptr<const v1::CommandDelivery> delivery;

  bool under_way = false;                      // sent, and not answered yet
  absl::optional<v1::CommandStatus> conflict;  // how it ended; it waits for a decision
  uint64_t conflict_known = 0;                 // last place in the order that was given away by then

  const std::string& account() const { return project.first; }
};

// Order within a project is kept strictly: one write is under way at a time, and the next follows when it has ended. A
// write that ended in a conflict stays, with its content, until somebody decides; those that were made before that and
// share a document with it wait meanwhile, and whatever shares one with these; all others go on.
//
// Guarded by the relay, which calls it under its lock: implementations must not block and never call back. What is
// durable writes behind.
class OfflineQueue {
 public:
  virtual ~OfflineQueue() = default;

  // What a write outlives once Push() has taken it.
  virtual v1::QueueDurability durability() const = 0;

  // Takes in a write whose id the account does not use in the queue. RESOURCE_EXHAUSTED, naming the bound, when there
  // is no room.
  virtual absl::Status Push(QueuedWrite write) = 0;

  // The write to send now; nullptr when there is none, or one is under way. Pointers stay valid until the write goes.
  virtual const QueuedWrite* Next(const ProjectKey& project) const = 0;

  // Whether a new write to these documents, the last in the order, must stand in line: behind a write that is under way
  // or could be sent now, or behind one of its documents that waits for a decision.
  virtual bool MustWait(const ProjectKey& project, const std::vector<std::string>& documents) const = 0;

  // It was sent; its agent has gone, and it takes its place again. No effect when there is no such write.
  virtual void SetUnderWay(absl::string_view account, absl::string_view request_id, bool under_way) = 0;

  // It has ended so that somebody must decide about it. `last_order` is the last place that was given away until now.
  // No effect when there is no such write.
  virtual void KeepConflict(absl::string_view account, absl::string_view request_id, v1::CommandStatus status,
                            uint64_t last_order) = 0;

  // Takes a write out; nothing when there is no such write.
  virtual absl::optional<QueuedWrite> Remove(absl::string_view account, absl::string_view request_id) = 0;

  virtual const QueuedWrite* Find(absl::string_view account, absl::string_view request_id) const = 0;

  // The conflict behind which a write waits; nullptr when there is none.
  virtual const QueuedWrite* HeldBy(const QueuedWrite& write) const = 0;

  struct Listed {
    const QueuedWrite* write = nullptr;
    const QueuedWrite* held_by = nullptr;  // as HeldBy() has it
  };
  // A project's, in order.
  virtual std::vector<Listed> List(const ProjectKey& project) const = 0;

  // What a project's queue still takes.
  virtual Room Free(const ProjectKey& project) const = 0;
  // What all of them hold, conflicts included.
  virtual Room Used() const = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_OFFLINE_QUEUE_H_
