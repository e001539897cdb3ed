// One subscriber of /api/events: a position in an account's event log, and the text that is sent from there on.
#ifndef SPECRELAY_DASHBOARD_EVENTS_EVENT_STREAM_H_
#define SPECRELAY_DASHBOARD_EVENTS_EVENT_STREAM_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "dashboard/events/event_fan_out.h"
#include "dashboard/events/rendered_events.h"
#include "dashboard/http/http_message.h"
#include "proto/support/clock.h"
#include "relay/event_log.h"
#include "relay/event_wakers.h"
#include "relay/live_streams.h"
#include "relay/principal.h"
#include "relay/relay.h"

namespace specrelay {

struct EventStreamOptions {
  // Of one write. A subscriber that does not read keeps one write in memory and no more.
  int max_events = 64;
  int64_t max_bytes = 64 << 10;
  absl::Duration heartbeat = absl::Seconds(15);     // of silence, until a comment is sent
  absl::Duration retry = absl::Seconds(2);          // after which browsers are to connect again
  absl::Duration stalled_after = absl::Seconds(5);  // a write that takes longer and then fails was not taken
};

// Why a stream ended, for figures and logs.
enum class StreamEnd { kClientGone, kStalled, kKeyRevoked, kSessionExpired, kShutdown };
absl::string_view StreamEndName(StreamEnd end);  // "client-gone"

// Is told what streams do; this one does not care. Thread-safe; called without a lock.
class EventStreamObserver {
 public:
  virtual ~EventStreamObserver() = default;
  virtual void OnSent(int events, int64_t bytes) {}
  // A subscriber was so slow that it has missed events, and was told so.
  virtual void OnLagged() {}
  virtual void OnEnded(StreamEnd end) {}
};

// What a stream is made of. What is referred to must outlive it.
struct EventStreamParts {
  EventStreamOptions options;
  const Clock& clock;       // of timeouts, which the ticks are of
  const Clock& wall_clock;  // of `authenticated_until`
  RenderedEvents& rendered;
  EventStreamObserver& observer;
  Principal principal;
  absl::Time authenticated_until;
  std::string project_id;  // empty: all that the principal may see
  Relay::WatchStart start;
  LiveStreams::Admission admission;
};

// Next() belongs to one thread; everything else is thread-safe. A subscriber costs nobody anything by being slow: when
// the log has dropped what it has not read, it gets a resync and goes on from the end.
class EventStream final : public ResponseStream, public EventWaker, public LiveStream {
 public:
  static std::shared_ptr<EventStream> Start(EventStreamParts parts, EventFanOut& fan_out);
  ~EventStream() override;

  void WhenReady(std::function<void()> wake) override;
  absl::optional<std::string> Next() override;
  void Cancel() override;

  void Wake() override;

  const Principal& principal() const override { return parts_.principal; }
  void Tick(absl::Time now) override;
  void End(const absl::Status& status) override;

 private:
  enum class Phase {
    kWaiting,  // for something to send
    kSending,  // what Next() returned is on its way
    kEnding,   // `farewell_` is still to be sent
    kEnded,
  };
  enum class Need { kNothing, kEvents, kHeartbeat, kFarewell, kEnd };

  explicit EventStream(EventStreamParts parts);

  // What is to be sent; what was returned before has been.
  Need TakeNeed();
  // Something is to be sent.
  void WakeLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  std::string Greeting();
  // What is new for this subscriber; empty when nothing is.
  std::string NewEvents();
  void EndWith(StreamEnd end, absl::string_view farewell);

  // Constant after Start().
  const EventStreamParts parts_;
  const std::shared_ptr<EventLog> log_;
  std::shared_ptr<EventFanOut::Channel> channel_;

  // Owned by the thread that calls Next().
  bool greeted_ = false;
  EventLog::Sequence position_;  // to read from

  absl::Mutex mu_;
  std::function<void()> wake_ ABSL_GUARDED_BY(mu_);
  Phase phase_ ABSL_GUARDED_BY(mu_) = Phase::kWaiting;
  bool awake_ ABSL_GUARDED_BY(mu_) = true;  // there may be something to read
  bool heartbeat_due_ ABSL_GUARDED_BY(mu_) = false;
  absl::Time last_sent_ ABSL_GUARDED_BY(mu_);  // when Next() last returned
  std::string farewell_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_EVENTS_EVENT_STREAM_H_
