#include "mcp_agent/link/event_outbox.h"

#include <algorithm>
#include <utility>

namespace specrelay {
namespace {

// Of a change in a batch: its own bytes, and at most this many for tag and length.
constexpr int64_t kChangeOverheadBytes = 6;
// Of the batch and the frame around the changes, with the reason.
constexpr int64_t kBatchOverheadBytes = 512;

int64_t SizeOf(const v1::FileChanged& change) {
  return static_cast<int64_t>(change.ByteSizeLong()) + kChangeOverheadBytes;
}

}  // namespace

void EventOutbox::StartStream() {
  waiting_.clear();
  waiting_bytes_ = 0;
  unacknowledged_.clear();
  unacknowledged_events_ = 0;
  unacknowledged_bytes_ = 0;
  last_sequence_ = 0;
  missed_reason_.clear();
}

void EventOutbox::Add(v1::FileChanged change) {
  ++added_;
  waiting_bytes_ += SizeOf(change);
  waiting_.push_back(std::move(change));
  while (static_cast<int64_t>(waiting_.size()) > limits_.max_events || waiting_bytes_ > limits_.max_bytes) {
    waiting_bytes_ -= SizeOf(waiting_.front());
    waiting_.pop_front();
    ++dropped_;
    NoteMissed("more changes than the relay takes");
  }
}

void EventOutbox::NoteMissed(absl::string_view reason) { missed_reason_ = std::string(reason); }

bool EventOutbox::CanSend() const {
  return (!waiting_.empty() || !missed_reason_.empty()) && unacknowledged_events_ < limits_.max_events &&
         unacknowledged_bytes_ < limits_.max_bytes;
}

v1::EventBatch EventOutbox::Take(int64_t max_bytes, int64_t max_events) {
  const int64_t most_events = std::min<int64_t>(limits_.max_batch_events, max_events);
  const int64_t room = std::min(limits_.max_batch_bytes, max_bytes) - kBatchOverheadBytes;
  v1::EventBatch batch;
  batch.set_first_sequence(last_sequence_ + 1);
  batch.set_resync_reason(std::exchange(missed_reason_, {}));
  int64_t bytes = 0;
  while (!waiting_.empty() && batch.changes_size() < most_events) {
    v1::FileChanged& next = waiting_.front();
    const int64_t size = SizeOf(next);
    if (batch.changes_size() > 0 && bytes + size > room) break;
    waiting_bytes_ -= size;
    if (size > room) {
      next.clear_content();
      next.set_content_omitted(true);
    }
    bytes += SizeOf(next);
    *batch.add_changes() = std::move(next);
    waiting_.pop_front();
  }
  if (batch.changes_size() == 0) return batch;
  last_sequence_ += batch.changes_size();
  unacknowledged_.push_back({last_sequence_, batch.changes_size(), bytes});
  unacknowledged_events_ += batch.changes_size();
  unacknowledged_bytes_ += bytes;
  return batch;
}

void EventOutbox::Acknowledge(int64_t sequence) {
  while (!unacknowledged_.empty() && unacknowledged_.front().last_sequence <= sequence) {
    unacknowledged_events_ -= unacknowledged_.front().events;
    unacknowledged_bytes_ -= unacknowledged_.front().bytes;
    unacknowledged_.pop_front();
  }
}

}  // namespace specrelay
