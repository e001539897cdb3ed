// The recent events of one account, in a bounded ring that all of its watchers read from.
//
// A watcher is a position in the ring and has no queue of its own: however many watchers there are and however slow
// they read, memory stays within the ring's bounds. A position that has fallen off the ring's end is lost.
#ifndef SPECRELAY_RELAY_EVENT_LOG_H_
#define SPECRELAY_RELAY_EVENT_LOG_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "relay/event_wakers.h"
#include "specrelay/v1/event.pb.h"

namespace specrelay {

struct EventLogLimits {
  int max_events = 8192;
  int64_t max_bytes = 16 << 20;
};

// Thread-safe.
class EventLog {
 public:
  using Sequence = int64_t;

  // `epoch` tells this log's cursors from those of another relay process; it must not contain ".".
  EventLog(std::string epoch, EventLogLimits limits);

  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  // Appends `event`, sets its cursor, and drops the oldest events while the bounds are exceeded. Wakes nobody.
  void Publish(v1::Event event);

  // Tells every subscriber to read. Not under a lock.
  void WakeSubscribers() { subscribers_.WakeAll(); }

  // Position behind the newest event.
  Sequence End() const;

  // Position that `cursor` names; nullopt when it is none of this log, or the events after it are no longer all here.
  absl::optional<Sequence> Resolve(absl::string_view cursor) const;

  // Cursor that names the position `sequence`.
  std::string Cursor(Sequence sequence) const;

  // Where one goes on that has not seen the event with `cursor`, but all before it. What is no cursor stays as it is.
  static std::string CursorBefore(absl::string_view cursor);

  struct Batch {
    std::vector<std::shared_ptr<const v1::Event>> events;
    Sequence next;  // position to read from next time
    bool more;      // whether there are events from there on, wanted or not
  };

  // Events from `position` on, at most `max_events` and (unless the first alone is larger) `max_bytes`; only those that
  // `wanted` accepts. OUT_OF_RANGE when events from `position` on have been dropped.
  template <typename Wanted>
  absl::StatusOr<Batch> Read(Sequence position, int max_events, int64_t max_bytes, const Wanted& wanted) const;

  // Registers a subscriber, which the log wakes while it lives; expired ones are forgotten.
  void Subscribe(std::weak_ptr<EventWaker> subscriber) { subscribers_.Add(std::move(subscriber)); }

  // Number of events and bytes held, for metrics and tests.
  int event_count() const;
  int64_t byte_count() const;

 private:
  struct Entry {
    std::shared_ptr<const v1::Event> event;
    int64_t bytes;
  };

  absl::Status CheckAvailable(Sequence position) const ABSL_SHARED_LOCKS_REQUIRED(mu_);

  const std::string epoch_;
  const EventLogLimits limits_;
  EventWakers subscribers_;

  mutable absl::Mutex mu_;
  std::deque<Entry> ring_ ABSL_GUARDED_BY(mu_);
  Sequence first_ ABSL_GUARDED_BY(mu_) = 1;  // sequence of ring_.front(), or the next one when empty
  int64_t bytes_ ABSL_GUARDED_BY(mu_) = 0;
};

template <typename Wanted>
absl::StatusOr<EventLog::Batch> EventLog::Read(Sequence position, int max_events, int64_t max_bytes,
                                               const Wanted& wanted) const {
  absl::ReaderMutexLock lock(&mu_);
  if (absl::Status status = CheckAvailable(position); !status.ok()) return status;
  Batch batch;
  int64_t bytes = 0;
  size_t index = static_cast<size_t>(position - first_);
  for (; index < ring_.size() && static_cast<int>(batch.events.size()) < max_events; ++index) {
    const Entry& entry = ring_[index];
    if (!wanted(*entry.event)) continue;
    if (!batch.events.empty() && bytes + entry.bytes > max_bytes) break;
    bytes += entry.bytes;
    batch.events.push_back(entry.event);
  }
  batch.next = first_ + static_cast<Sequence>(index);
  batch.more = index < ring_.size();
  return batch;
}

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_EVENT_LOG_H_
