// What the relay tells those who keep figures.
#ifndef SPECRELAY_RELAY_RELAY_OBSERVER_H_
#define SPECRELAY_RELAY_RELAY_OBSERVER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// This one does not care. Called on any thread, often, and without a lock of the relay: it must be thread-safe, quick,
// and call nobody back.
class RelayObserver {
 public:
  virtual ~RelayObserver() = default;

  // A command that was accepted has ended, so long after that.
  virtual void OnCommandEnded(absl::string_view command, v1::CommandState state, absl::Duration took) {}
  // A command was not accepted; `command` is empty when it is none that the relay knows.
  virtual void OnCommandRefused(absl::string_view command, absl::StatusCode reason) {}

  virtual void OnEventsPublished(int count) {}
  // A watcher that did not keep up was dropped. `reason` is a word or two: "stalled".
  virtual void OnWatcherDropped(absl::string_view reason) {}
  virtual void OnAgentGone(absl::StatusCode reason) {}

  // Bytes of messages that came over gRPC from agents or clients, and went to them.
  virtual void OnAgentBytes(int64_t in, int64_t out) {}
  virtual void OnClientBytes(int64_t in, int64_t out) {}
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_RELAY_OBSERVER_H_
