// File changes on their way to the relay over one stream.
#ifndef SPECRELAY_MCP_AGENT_LINK_EVENT_OUTBOX_H_
#define SPECRELAY_MCP_AGENT_LINK_EVENT_OUTBOX_H_

#include <cstdint>
#include <deque>
#include <string>

#include "absl/strings/string_view.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/event.pb.h"

namespace specrelay {

struct EventOutboxLimits {
  int64_t max_events = 10'000;  // waiting, and again as many sent but not acknowledged
  int64_t max_bytes = int64_t{16} << 20;
  int max_batch_events = 256;
  int64_t max_batch_bytes = int64_t{1} << 20;
};

// Numbers events when they leave, so that the numbers on the wire have no gap whatever is dropped before; keeps count
// of what is not acknowledged and sends no more beyond the limit; drops the oldest when too much waits, and then says
// so in the next batch. Sent events are not kept: a new stream begins with the full state instead. Pure, not
// thread-safe.
class EventOutbox {
 public:
  explicit EventOutbox(EventOutboxLimits limits = {}) : limits_(limits) {}

  // A new stream: forgets everything; the next event is number 1.
  void StartStream();

  void Add(v1::FileChanged change);

  // Changes may have been missed, for `reason`: a short phrase, not empty.
  void NoteMissed(absl::string_view reason);

  // Whether Take() has something to send now.
  bool CanSend() const;

  // The next batch, of at most `max_bytes` and `max_events`; an event that would not fit alone loses its content. Needs
  // CanSend().
  v1::EventBatch Take(int64_t max_bytes, int64_t max_events);

  // All events up to `sequence` have arrived. Numbers that were not given out yet count as the last one that was.
  void Acknowledge(int64_t sequence);

  // Number of the last event that was taken; 0 when none was.
  int64_t last_sequence() const { return last_sequence_; }

  // Counts since construction: events that were added, and those of them that no longer wait.
  int64_t added() const { return added_; }
  int64_t passed() const { return added_ - static_cast<int64_t>(waiting_.size()); }

  // Events dropped since construction because too much waited.
  int64_t dropped() const { return dropped_; }

 private:
  struct Batch {
    int64_t last_sequence;
    int64_t events;
    int64_t bytes;
  };

  const EventOutboxLimits limits_;
  std::deque<v1::FileChanged> waiting_;
  int64_t waiting_bytes_ = 0;
  std::deque<Batch> unacknowledged_;
  int64_t unacknowledged_events_ = 0;
  int64_t unacknowledged_bytes_ = 0;
  int64_t last_sequence_ = 0;
  int64_t added_ = 0;
  int64_t dropped_ = 0;
  std::string missed_reason_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_EVENT_OUTBOX_H_
