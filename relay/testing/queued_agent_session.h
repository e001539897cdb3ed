#ifndef SPECRELAY_RELAY_TESTING_QUEUED_AGENT_SESSION_H_
#define SPECRELAY_RELAY_TESTING_QUEUED_AGENT_SESSION_H_

#include <cstdint>
#include <utility>

#include "absl/types/optional.h"
#include "relay/agent_session.h"
#include "relay/frame_queue.h"

namespace specrelay {

// A stream whose frames wait in a real queue until a test takes them, one by one. Not thread-safe.
class QueuedAgentSession final : public AgentSession {
 public:
  explicit QueuedAgentSession(FrameQueueLimits limits = FrameQueueLimits()) : queue_(limits) {}

  absl::Status Enqueue(v1::RelayFrame frame) override { return queue_.Push(std::move(frame)); }
  void Flush() override {}
  void Close(const absl::Status&) override { closed_ = true; }
  Queued queued() const override {
    return {static_cast<int64_t>(queue_.size()), static_cast<int64_t>(queue_.body_frames()), queue_.bytes(),
            queue_.free_bytes()};
  }

  // The next frame to be written; nothing when none waits.
  absl::optional<v1::RelayFrame> Next() {
    if (queue_.empty()) return absl::nullopt;
    return queue_.Pop();
  }

  bool closed() const { return closed_; }

 private:
  FrameQueue queue_;
  bool closed_ = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_TESTING_QUEUED_AGENT_SESSION_H_
