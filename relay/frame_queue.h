// Frames that wait to be written to one agent.
#ifndef SPECRELAY_RELAY_FRAME_QUEUE_H_
#define SPECRELAY_RELAY_FRAME_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

struct FrameQueueLimits {
  size_t max_frames = 4096;
  int64_t max_bytes = 128 << 20;
  // On top, for all frames but commands: a stream full of commands still gets heartbeats, acknowledgements and the
  // request to go.
  size_t reserve_frames = 1024;
  int64_t reserve_bytes = 1 << 20;
  // Apart from those: chunks of bodies and their ends, which agents grant. Neither takes the others' room.
  size_t max_body_frames = 4096;
  int64_t max_body_bytes = 64 << 20;
};

// First in, first out, but for the chunks of bodies and their ends, which wait until nothing else does, so that they
// delay no command; bodies take turns. Bounded. Not thread-safe: the stream guards it.
class FrameQueue {
 public:
  explicit FrameQueue(FrameQueueLimits limits) : limits_(limits) {}

  // RESOURCE_EXHAUSTED, naming the bound, when the frame would exceed one; it is then dropped.
  absl::Status Push(v1::RelayFrame frame);

  // The next frame. The queue must not be empty.
  v1::RelayFrame Pop();

  // The same, together with frames that come next, in its `more` (proto/support/frame_batch.h). A chunk of a body goes
  // alone.
  v1::RelayFrame PopBatch();

  // Drops the commands and returns their request ids, oldest first.
  std::vector<std::string> TakeCommands();

  bool empty() const { return size() == 0; }
  size_t size() const { return frames_.size() + body_frames_; }
  size_t body_frames() const { return body_frames_; }
  int64_t bytes() const { return bytes_ + body_bytes_; }
  // That a command may have to be taken.
  int64_t free_bytes() const { return limits_.max_bytes - bytes_; }

 private:
  struct Entry {
    v1::RelayFrame frame;
    int64_t bytes;
  };

  using Frames = std::deque<Entry>;

  absl::Status CheckRoom(const v1::RelayFrame& frame, bool body, int64_t bytes) const;
  // Nothing of the body leaves any more.
  void DropBody(const std::string& request_id);

  const FrameQueueLimits limits_;
  Frames frames_;
  std::map<std::string, Frames> bodies_;  // by request id; none is empty
  size_t body_frames_ = 0;
  std::string last_body_;  // whose turn it was
  int64_t bytes_ = 0;      // but for bodies
  int64_t body_bytes_ = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_FRAME_QUEUE_H_
