// Wakes the streams that read a log, from a thread of its own.
//
// With thousands of streams that takes longer than whoever publishes an event, often the thread that reads an agent's
// stream, has to spare. It tells one channel instead; events that come while the streams are being woken make one more
// round for all of them together.
#ifndef SPECRELAY_DASHBOARD_EVENTS_EVENT_FAN_OUT_H_
#define SPECRELAY_DASHBOARD_EVENTS_EVENT_FAN_OUT_H_

#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "relay/event_log.h"
#include "relay/event_wakers.h"

namespace specrelay {

// Thread-safe. Must outlive the subscriptions it gave.
class EventFanOut {
 public:
  EventFanOut();
  ~EventFanOut();

  EventFanOut(const EventFanOut&) = delete;
  EventFanOut& operator=(const EventFanOut&) = delete;

  // Keeps the streams of one log informed; opaque.
  class Channel;

  // Wakes `stream`, while both it and what is returned live, whenever `log` wakes its subscribers.
  std::shared_ptr<Channel> Subscribe(const std::shared_ptr<EventLog>& log, std::weak_ptr<EventWaker> stream);

 private:
  std::shared_ptr<Channel> ChannelOf(const std::shared_ptr<EventLog>& log);
  void MarkPending(std::shared_ptr<Channel> channel);
  void Run();

  absl::Mutex mu_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::shared_ptr<Channel>> pending_ ABSL_GUARDED_BY(mu_);  // each at most once
  absl::flat_hash_map<const EventLog*, std::weak_ptr<Channel>> channels_ ABSL_GUARDED_BY(mu_);

  std::thread thread_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_EVENTS_EVENT_FAN_OUT_H_
