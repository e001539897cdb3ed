#include "relay/event_log.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace specrelay {

EventLog::EventLog(std::string epoch, EventLogLimits limits) : epoch_(std::move(epoch)), limits_(limits) {}

void EventLog::Publish(v1::Event event) {
  absl::MutexLock lock(&mu_);
  const Sequence sequence = first_ + static_cast<Sequence>(ring_.size());
  // A cursor names the position behind its event: where a watcher goes on that has seen it.
  event.set_cursor(Cursor(sequence + 1));
  const auto bytes = static_cast<int64_t>(event.ByteSizeLong());
  ring_.push_back({std::make_shared<const v1::Event>(std::move(event)), bytes});
  bytes_ += bytes;
  // The newest event always stays, so that a watcher that keeps up sees even one larger than the bound.
  while (ring_.size() > 1 && (static_cast<int>(ring_.size()) > limits_.max_events || bytes_ > limits_.max_bytes)) {
    bytes_ -= ring_.front().bytes;
    ring_.pop_front();
    ++first_;
  }
}

EventLog::Sequence EventLog::End() const {
  absl::ReaderMutexLock lock(&mu_);
  return first_ + static_cast<Sequence>(ring_.size());
}

absl::optional<EventLog::Sequence> EventLog::Resolve(absl::string_view cursor) const {
  const size_t dot = cursor.find('.');
  Sequence sequence = 0;
  if (dot == absl::string_view::npos || cursor.substr(0, dot) != epoch_ ||
      !absl::SimpleAtoi(cursor.substr(dot + 1), &sequence)) {
    return absl::nullopt;
  }
  absl::ReaderMutexLock lock(&mu_);
  if (!CheckAvailable(sequence).ok()) return absl::nullopt;
  return sequence;
}

std::string EventLog::Cursor(Sequence sequence) const { return absl::StrCat(epoch_, ".", sequence); }

std::string EventLog::CursorBefore(absl::string_view cursor) {
  const size_t dot = cursor.find('.');
  Sequence sequence = 0;
  if (dot == absl::string_view::npos || !absl::SimpleAtoi(cursor.substr(dot + 1), &sequence) || sequence <= 0) {
    return std::string(cursor);
  }
  return absl::StrCat(cursor.substr(0, dot + 1), sequence - 1);
}

int EventLog::event_count() const {
  absl::ReaderMutexLock lock(&mu_);
  return static_cast<int>(ring_.size());
}

int64_t EventLog::byte_count() const {
  absl::ReaderMutexLock lock(&mu_);
  return bytes_;
}

absl::Status EventLog::CheckAvailable(Sequence position) const {
  if (position < first_) {
    return absl::OutOfRangeError(absl::StrCat(first_ - position, " events after the cursor are no longer kept"));
  }
  if (position > first_ + static_cast<Sequence>(ring_.size())) {
    return absl::OutOfRangeError("the cursor is ahead of every event");
  }
  return absl::OkStatus();
}

}  // namespace specrelay
