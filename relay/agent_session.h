// The relay's side of one agent stream.
#ifndef SPECRELAY_RELAY_AGENT_SESSION_H_
#define SPECRELAY_RELAY_AGENT_SESSION_H_

#include <cstdint>
#include <limits>

#include "absl/status/status.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// Names a registered stream for the life of the relay; never reused.
using SessionId = uint64_t;
inline constexpr SessionId kNoSession = 0;

// Where frames for an agent go. Implemented by the gRPC stream and by fakes; thread-safe.
//
// Queueing and writing are apart so that the relay can fix the order of frames under its lock and do I/O without it.
class AgentSession {
 public:
  virtual ~AgentSession() = default;

  // Queues a frame behind the others. RESOURCE_EXHAUSTED when the queue is full, FAILED_PRECONDITION when the stream
  // has ended or is ending. Never blocks and never calls back: safe under the relay's lock.
  virtual absl::Status Enqueue(v1::RelayFrame frame) = 0;

  // Writes what is queued. Not under a lock.
  virtual void Flush() = 0;

  // What waits to be written. Never blocks and never calls back.
  struct Queued {
    int64_t frames = 0;
    int64_t body_frames = 0;  // of these, chunks of bodies, which all others overtake
    int64_t bytes = 0;
    int64_t free_bytes = std::numeric_limits<int64_t>::max();  // that a command may have to be taken
  };
  virtual Queued queued() const = 0;

  // Ends the stream with `status` after what is queued has been written, at once when it cannot be. Idempotent; the
  // first status counts. Not under a lock.
  virtual void Close(const absl::Status& status) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_AGENT_SESSION_H_
