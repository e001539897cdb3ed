#ifndef SPECRELAY_RELAY_TESTING_FAKE_AGENT_SESSION_H_
#define SPECRELAY_RELAY_TESTING_FAKE_AGENT_SESSION_H_

#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "relay/agent_session.h"

namespace specrelay {

// Keeps what the relay sends, for a test to look at. Thread-safe.
class FakeAgentSession final : public AgentSession {
 public:
  absl::Status Enqueue(v1::RelayFrame frame) override {
    absl::MutexLock lock(&mu_);
    if (ending_) return absl::FailedPreconditionError("the stream is ending");
    if (full_) return absl::ResourceExhaustedError("the queue is full");
    queued_.push_back(std::move(frame));
    return absl::OkStatus();
  }

  void Flush() override {
    absl::MutexLock lock(&mu_);
    for (v1::RelayFrame& frame : queued_) sent_.push_back(std::move(frame));
    queued_.clear();
  }

  Queued queued() const override {
    absl::MutexLock lock(&mu_);
    return {static_cast<int64_t>(queued_.size()) + body_frames_, body_frames_, 0};
  }

  void Close(const absl::Status& status) override {
    absl::MutexLock lock(&mu_);
    if (!closed_.has_value()) closed_ = status;
  }

  // Frames that were flushed since the last call.
  std::vector<v1::RelayFrame> Take() {
    absl::MutexLock lock(&mu_);
    return std::exchange(sent_, {});
  }

  // The only frame of that kind since the last Take; a default one when there is none or several.
  v1::RelayFrame TakeOnly(v1::RelayFrame::FrameCase kind) {
    v1::RelayFrame only;
    int count = 0;
    for (v1::RelayFrame& frame : Take()) {
      if (frame.frame_case() != kind) continue;
      only = std::move(frame);
      ++count;
    }
    return count == 1 ? only : v1::RelayFrame();
  }

  void set_full(bool full) {
    absl::MutexLock lock(&mu_);
    full_ = full;
  }

  // As if that many chunks of bodies waited.
  void set_body_frames(int64_t frames) {
    absl::MutexLock lock(&mu_);
    body_frames_ = frames;
  }

  void set_ending() {
    absl::MutexLock lock(&mu_);
    ending_ = true;
  }

  absl::optional<absl::Status> closed() const {
    absl::MutexLock lock(&mu_);
    return closed_;
  }

 private:
  mutable absl::Mutex mu_;
  bool full_ ABSL_GUARDED_BY(mu_) = false;
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
  int64_t body_frames_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<v1::RelayFrame> queued_ ABSL_GUARDED_BY(mu_);
  std::vector<v1::RelayFrame> sent_ ABSL_GUARDED_BY(mu_);
  absl::optional<absl::Status> closed_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_TESTING_FAKE_AGENT_SESSION_H_
