#include "relay/watch_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"
#include "relay/wire_message.h"

namespace specrelay {

std::shared_ptr<WatchStream> WatchStream::Start(grpc::CallbackServerContext& context, Principal principal,
                                                std::string project_id, Relay::WatchStart start,
                                                LiveStreams::Admission admission, WatchStreamOptions options,
                                                RelayObserver& observer, const Clock& clock, const Clock& wall_clock) {
  std::shared_ptr<WatchStream> stream(new WatchStream(context, std::move(principal), std::move(project_id),
                                                      std::move(start), std::move(admission), options, observer, clock,
                                                      wall_clock));
  stream->self_ = stream;
  stream->log_->Subscribe(stream);
  stream->Pump();
  return stream;
}

WatchStream::WatchStream(grpc::CallbackServerContext& context, Principal principal, std::string project_id,
                         Relay::WatchStart start, LiveStreams::Admission admission, WatchStreamOptions options,
                         RelayObserver& observer, const Clock& clock, const Clock& wall_clock)
    : context_(context),
      principal_(std::move(principal)),
      project_id_(std::move(project_id)),
      log_(std::move(start.log)),
      resync_(start.resync),
      options_(options),
      observer_(observer),
      clock_(clock),
      wall_clock_(wall_clock),
      admission_(std::move(admission)),
      position_(start.position) {}

void WatchStream::Wake() {
  {
    absl::MutexLock lock(&mu_);
    awake_ = true;
  }
  Pump();
}

void WatchStream::OnWriteDone(bool ok) {
  outgoing_.Clear();
  {
    absl::MutexLock lock(&mu_);
    state_.WriteEnded(ok);
    if (!ok) state_.Close(absl::CancelledError("the watcher is gone"), clock_.Now());
  }
  Pump();
}

void WatchStream::OnCancel() {
  {
    absl::MutexLock lock(&mu_);
    state_.Break();
  }
  End(absl::CancelledError("the watcher is gone"));
}

void WatchStream::OnDone() {
  admission_ = LiveStreams::Admission();
  const std::shared_ptr<WatchStream> self = std::move(self_);  // its end may delete this
}

void WatchStream::End(const absl::Status& status) {
  {
    absl::MutexLock lock(&mu_);
    state_.Close(status, clock_.Now());
  }
  Pump();
}

void WatchStream::Tick(absl::Time now) {
  absl::Duration stuck;
  EventLog::Sequence position;
  {
    absl::MutexLock lock(&mu_);
    if (state_.finished()) return;
    stuck = state_.WriteAge(now);
    position = position_;
    if (stuck > options_.write_timeout || state_.ClosingAge(now) > options_.linger) state_.RequestCancel();
  }
  // A status would wait behind the message that the watcher does not take, so both ways the call is cancelled.
  if (stuck > options_.write_timeout) {
    Drop("stalled", "it took no message for too long");
  } else if (stuck > options_.linger && IsLost(position)) {
    Drop("lagged", "it takes no message, and events that it has not read are no longer kept");
  } else {
    Pump();
  }
}

void WatchStream::Drop(absl::string_view reason, absl::string_view explanation) {
  bool first = false;
  int64_t events_sent = 0;
  {
    absl::MutexLock lock(&mu_);
    first = state_.Close(absl::ResourceExhaustedError(explanation), clock_.Now());
    if (state_.WriteAge(clock_.Now()) > options_.linger) state_.RequestCancel();
    events_sent = events_sent_;
  }
  if (first) {
    observer_.OnWatcherDropped(reason);
    Log(LogLevel::kWarning, "watcher dropped",
        {{"account", principal_.account},
         {"key", principal_.key_name},
         {"reason", std::string(explanation)},
         {"events_sent", absl::StrCat(events_sent)}});
  }
  Pump();
}

bool WatchStream::IsLost(EventLog::Sequence position) const {
  return !log_->Read(position, 0, 0, [](const v1::Event&) { return false; }).ok();
}

absl::StatusOr<WatchStream::Message> WatchStream::Compose(Part part, EventLog::Sequence position) const {
  Message message;
  message.next = position;
  if (part == Part::kEvents) {
    const auto wanted = [this](const v1::Event& event) {
      return project_id_.empty() ? principal_.MaySee(event.project_id()) : event.project_id() == project_id_;
    };
    ASSIGN_OR_RETURN(const EventLog::Batch batch,
                     log_->Read(position, options_.max_events, options_.max_bytes, wanted));
    message.next = batch.next;
    if (batch.events.empty()) return message;
    for (const auto& event : batch.events) *message.response.add_events() = *event;
  }
  message.response.set_cursor(log_->Cursor(message.next));
  if (part == Part::kResync) {
    v1::Event& event = *message.response.add_events();
    event.set_cursor(message.response.cursor());
    event.set_project_id(project_id_);
    *event.mutable_time() = ToProto(wall_clock_.Now());
    event.mutable_resync()->set_reason("events after the cursor are no longer known");
  }
  return message;
}

bool WatchStream::WriteNext() {
  Part part;
  EventLog::Sequence position;
  {
    absl::MutexLock lock(&mu_);
    part = next_part_;
    next_part_ = part == Part::kGreeting && resync_ ? Part::kResync : Part::kEvents;
    position = position_;
    awake_ = false;  // before the log is read: what comes later wakes again
  }
  const absl::StatusOr<Message> message = Compose(part, position);
  const bool there = message.ok() && !message->response.cursor().empty();
  {
    absl::MutexLock lock(&mu_);
    if (message.ok()) {
      position_ = message->next;
      events_sent_ += message->response.events_size();
    }
    if (there) {
      awake_ = true;  // there may be more than one message holds
    } else {
      state_.WriteEnded(true);
    }
  }
  if (!message.ok()) {
    Drop("lagged", absl::StrCat("the watcher read too slowly: ", std::string(message.status().message()),
                                "; watch again from cursor ", log_->Cursor(position), " and expect a resync"));
  }
  if (!there) return false;
  outgoing_ = SerializeMessage(message->response);
  observer_.OnClientBytes(0, static_cast<int64_t>(outgoing_.Length()));
  StartWrite(&outgoing_);
  return true;
}

void WatchStream::Pump() {
  // Once Finish is called, OnDone may run on another thread while this one is still inside.
  const std::shared_ptr<WatchStream> self = shared_from_this();
  while (true) {
    absl::Status status;
    StreamState::Step step;
    {
      absl::MutexLock lock(&mu_);
      step = state_.Next(awake_ && !state_.closing(), clock_.Now());
      status = state_.finish_status();
    }
    switch (step) {
      case StreamState::Step::kNone:
        return;
      case StreamState::Step::kWrite:
        if (WriteNext()) return;
        break;
      case StreamState::Step::kCancel: {
        context_.TryCancel();
        absl::MutexLock lock(&mu_);
        state_.CancelEnded();
        break;
      }
      case StreamState::Step::kFinish:
        Finish(ToGrpcStatus(status));
        return;
    }
  }
}

}  // namespace specrelay
