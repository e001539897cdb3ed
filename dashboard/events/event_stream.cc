#include "dashboard/events/event_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "dashboard/events/event_text.h"
#include "proto/support/log.h"

namespace specrelay {

absl::string_view StreamEndName(StreamEnd end) {
  switch (end) {
    case StreamEnd::kClientGone:
      return "client-gone";
    case StreamEnd::kStalled:
      return "stalled";
    case StreamEnd::kKeyRevoked:
      return "key-revoked";
    case StreamEnd::kSessionExpired:
      return "session-expired";
    case StreamEnd::kShutdown:
      return "shutdown";
  }
  return "unknown";
}

std::shared_ptr<EventStream> EventStream::Start(EventStreamParts parts, EventFanOut& fan_out) {
  std::shared_ptr<EventStream> stream(new EventStream(std::move(parts)));
  stream->channel_ = fan_out.Subscribe(stream->log_, stream);
  return stream;
}

EventStream::EventStream(EventStreamParts parts)
    : parts_(std::move(parts)),
      log_(parts_.start.log),
      position_(parts_.start.position),
      last_sent_(parts_.clock.Now()) {}

EventStream::~EventStream() { Cancel(); }

void EventStream::WhenReady(std::function<void()> wake) {
  absl::MutexLock lock(&mu_);
  wake_ = std::move(wake);
}

absl::optional<std::string> EventStream::Next() {
  while (true) {
    std::string text;
    switch (TakeNeed()) {
      case Need::kNothing:
        return "";
      case Need::kEnd:
        return absl::nullopt;
      case Need::kFarewell: {
        absl::MutexLock lock(&mu_);
        phase_ = Phase::kEnded;
        return std::move(farewell_);
      }
      case Need::kHeartbeat:
        text = NewEvents();
        if (text.empty()) text = HeartbeatText(log_->Cursor(position_));
        break;
      case Need::kEvents:
        if (!greeted_) text = Greeting();
        text += NewEvents();
        break;
    }
    if (text.empty()) continue;  // none of what was read is for this subscriber
    absl::MutexLock lock(&mu_);
    if (phase_ == Phase::kWaiting) phase_ = Phase::kSending;
    last_sent_ = parts_.clock.Now();
    return text;
  }
}

EventStream::Need EventStream::TakeNeed() {
  absl::MutexLock lock(&mu_);
  if (phase_ == Phase::kSending) phase_ = Phase::kWaiting;
  if (phase_ == Phase::kEnded) return Need::kEnd;
  if (phase_ == Phase::kEnding) return Need::kFarewell;
  // Before the log is read: what comes later wakes again.
  if (std::exchange(awake_, false)) return Need::kEvents;
  return std::exchange(heartbeat_due_, false) ? Need::kHeartbeat : Need::kNothing;
}

void EventStream::WakeLocked() {
  if (wake_) wake_();
}

std::string EventStream::Greeting() {
  greeted_ = true;
  const std::string cursor = log_->Cursor(position_);
  std::string text = GreetingText(cursor, parts_.options.retry);
  if (parts_.start.resync) {
    text += ResyncText(cursor, parts_.project_id, "the events after your last one are no longer known");
  }
  return text;
}

std::string EventStream::NewEvents() {
  const auto wanted = [this](const v1::Event& event) {
    return parts_.project_id.empty() ? parts_.principal.MaySee(event.project_id())
                                     : event.project_id() == parts_.project_id;
  };
  const absl::StatusOr<EventLog::Batch> batch =
      log_->Read(position_, parts_.options.max_events, parts_.options.max_bytes, wanted);
  if (!batch.ok()) {
    position_ = log_->End();
    parts_.observer.OnLagged();
    return ResyncText(log_->Cursor(position_), parts_.project_id,
                      absl::StrCat("you read too slowly: ", std::string(batch.status().message())));
  }
  position_ = batch->next;
  std::string text;
  for (const std::shared_ptr<const v1::Event>& event : batch->events) text += *parts_.rendered.TextOf(event);
  if (!text.empty()) parts_.observer.OnSent(static_cast<int>(batch->events.size()), static_cast<int64_t>(text.size()));
  if (batch->more) {
    absl::MutexLock lock(&mu_);
    awake_ = true;
  }
  return text;
}

void EventStream::Wake() {
  absl::MutexLock lock(&mu_);
  if (std::exchange(awake_, true)) return;
  WakeLocked();
}

void EventStream::Tick(absl::Time now) {
  if (parts_.wall_clock.Now() >= parts_.authenticated_until) {
    EndWith(StreamEnd::kSessionExpired, "your session has ended; log in again");
    return;
  }
  absl::MutexLock lock(&mu_);
  if (heartbeat_due_ || now - last_sent_ < parts_.options.heartbeat) return;
  heartbeat_due_ = true;
  WakeLocked();
}

void EventStream::End(const absl::Status& status) {
  EndWith(absl::IsUnauthenticated(status) ? StreamEnd::kKeyRevoked : StreamEnd::kShutdown, status.message());
}

void EventStream::Cancel() {
  StreamEnd end = StreamEnd::kClientGone;
  {
    absl::MutexLock lock(&mu_);
    const bool stalled = phase_ == Phase::kSending && parts_.clock.Now() - last_sent_ >= parts_.options.stalled_after;
    if (stalled) end = StreamEnd::kStalled;
  }
  EndWith(end, "");
}

void EventStream::EndWith(StreamEnd end, absl::string_view farewell) {
  {
    absl::MutexLock lock(&mu_);
    const bool first = phase_ != Phase::kEnding && phase_ != Phase::kEnded;
    if (!first && !farewell.empty()) return;
    phase_ = farewell.empty() ? Phase::kEnded : Phase::kEnding;
    if (!farewell.empty()) farewell_ = RemarkText(farewell);
    WakeLocked();
    if (!first) return;
  }
  parts_.observer.OnEnded(end);
  if (end == StreamEnd::kStalled) {
    Log(LogLevel::kWarning, "event stream dropped",
        {{"account", parts_.principal.account},
         {"key", parts_.principal.key_name},
         {"reason", "it took nothing for too long"}});
  }
}

}  // namespace specrelay
