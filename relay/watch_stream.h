// One watcher: a position in an account's event log, and the stream that carries the events from there on.
#ifndef SPECRELAY_RELAY_WATCH_STREAM_H_
#define SPECRELAY_RELAY_WATCH_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "proto/support/clock.h"
#include "relay/event_log.h"
#include "relay/live_streams.h"
#include "relay/principal.h"
#include "relay/relay.h"
#include "relay/relay_observer.h"
#include "relay/stream_state.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {

struct WatchStreamOptions {
  // Of one message. A watcher that does not read keeps one message in memory and no more.
  int max_events = 256;
  int64_t max_bytes = 64 << 10;
  absl::Duration write_timeout = absl::Seconds(30);  // one message
  absl::Duration linger = absl::Seconds(2);          // for the message under way when the stream ends
};

// Thread-safe. The call owns the stream until it is done. The observer, the clock and the registry of live
// streams must outlive it.
//
// A watcher that reads too slowly is dropped: with RESOURCE_EXHAUSTED as soon as the log has forgotten events that it
// has not read, or, when it does not even take the message under way, by cancelling the call.
class WatchStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                          public EventWaker,
                          public LiveStream,
                          public std::enable_shared_from_this<WatchStream> {
 public:
  // Begins to serve a call with the position to start from at once, and a resync when `start` asks for it.
  static std::shared_ptr<WatchStream> Start(grpc::CallbackServerContext& context, Principal principal,
                                            std::string project_id, Relay::WatchStart start,
                                            LiveStreams::Admission admission, WatchStreamOptions options,
                                            RelayObserver& observer, const Clock& clock, const Clock& wall_clock);

  void Wake() override;

  const Principal& principal() const override { return principal_; }
  void Tick(absl::Time now) override;
  void End(const absl::Status& status) override;

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  WatchStream(grpc::CallbackServerContext& context, Principal principal, std::string project_id,
              Relay::WatchStart start, LiveStreams::Admission admission, WatchStreamOptions options,
              RelayObserver& observer, const Clock& clock, const Clock& wall_clock);

  enum class Part { kGreeting, kResync, kEvents };

  // A message and the position behind it.
  struct Message {
    v1::WatchResponse response;
    EventLog::Sequence next;
  };

  // What to say next; nothing but a position when there is nothing to say. OUT_OF_RANGE when events from `position` on
  // are gone.
  absl::StatusOr<Message> Compose(Part part, EventLog::Sequence position) const;

  // Whether events from `position` on are gone.
  bool IsLost(EventLog::Sequence position) const;

  // Does the write that was claimed and returns true; or gives the claim back, when there is nothing to write.
  bool WriteNext();
  // Ends the stream of a watcher that does not keep up; `reason` in a word, and for people.
  void Drop(absl::string_view reason, absl::string_view explanation);
  void Pump();

  // Constant after construction.
  grpc::CallbackServerContext& context_;  // until the stream has finished
  const Principal principal_;
  const std::string project_id_;  // empty: all that the principal may see
  const std::shared_ptr<EventLog> log_;
  const bool resync_;  // whether a resync follows the greeting
  const WatchStreamOptions options_;
  RelayObserver& observer_;
  const Clock& clock_;       // of timeouts
  const Clock& wall_clock_;  // of what people see

  // Owned by the write under way.
  grpc::ByteBuffer outgoing_;

  // Owned by the call; given back when it is done.
  std::shared_ptr<WatchStream> self_;
  LiveStreams::Admission admission_;

  absl::Mutex mu_;
  StreamState state_ ABSL_GUARDED_BY(mu_);
  Part next_part_ ABSL_GUARDED_BY(mu_) = Part::kGreeting;
  bool awake_ ABSL_GUARDED_BY(mu_) = true;            // there may be something to read
  EventLog::Sequence position_ ABSL_GUARDED_BY(mu_);  // to read from
  int64_t events_sent_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_WATCH_STREAM_H_
