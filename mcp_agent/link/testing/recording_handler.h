// The other side of a stream under test.
#ifndef SPECRELAY_MCP_AGENT_LINK_TESTING_RECORDING_HANDLER_H_
#define SPECRELAY_MCP_AGENT_LINK_TESTING_RECORDING_HANDLER_H_

#include <atomic>
#include <functional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mcp_agent/link/relay_stream.h"

namespace specrelay {

// Writes what it is given and keeps what comes. Checks that the transport keeps its promises. Thread-safe.
class RecordingHandler final : public RelayStreamHandler {
 public:
  NextWrite OnWritable(v1::AgentFrame& frame) override {
    absl::MutexLock lock(&mu_);
    EXPECT_FALSE(closed_) << "nothing is asked after the end";
    EXPECT_EQ(inside_.fetch_add(1), 0) << "one at a time";
    const NextWrite next = NextLocked(frame);
    inside_.fetch_sub(1);
    return next;
  }

  void OnFrame(v1::RelayFrame frame, absl::Time) override {
    if (on_frame_ != nullptr) on_frame_(frame);
    absl::MutexLock lock(&mu_);
    EXPECT_FALSE(closed_);
    received_.push_back(std::move(frame));
  }

  void OnClosed(absl::Status status) override {
    absl::MutexLock lock(&mu_);
    EXPECT_FALSE(closed_) << "once";
    closed_ = true;
    status_ = std::move(status);
  }

  // Called with each frame, on the transport's thread. Before the stream starts.
  void set_on_frame(std::function<void(const v1::RelayFrame&)> on_frame) { on_frame_ = std::move(on_frame); }

  void Write(v1::AgentFrame frame) {
    absl::MutexLock lock(&mu_);
    to_write_.push_back(std::move(frame));
  }
  void HalfClose() {
    absl::MutexLock lock(&mu_);
    half_close_ = true;
  }

  v1::RelayFrame WaitForFrame() {
    absl::MutexLock lock(&mu_);
    if (!mu_.AwaitWithTimeout(absl::Condition(this, &RecordingHandler::HasFrame), kPatience)) {
      ADD_FAILURE() << "no frame came";
      return {};
    }
    v1::RelayFrame frame = std::move(received_.front());
    received_.erase(received_.begin());
    return frame;
  }

  absl::Status WaitForEnd() {
    absl::MutexLock lock(&mu_);
    if (!mu_.AwaitWithTimeout(absl::Condition(&closed_), kPatience)) return absl::DeadlineExceededError("not closed");
    return status_;
  }

 private:
  static constexpr absl::Duration kPatience = absl::Seconds(60);

  NextWrite NextLocked(v1::AgentFrame& frame) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (!to_write_.empty()) {
      frame = std::move(to_write_.front());
      to_write_.erase(to_write_.begin());
      return NextWrite::kFrame;
    }
    return half_close_ ? NextWrite::kHalfClose : NextWrite::kNothing;
  }
  bool HasFrame() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return !received_.empty(); }

  std::function<void(const v1::RelayFrame&)> on_frame_;

  absl::Mutex mu_;
  std::atomic<int> inside_{0};
  std::vector<v1::AgentFrame> to_write_ ABSL_GUARDED_BY(mu_);
  std::vector<v1::RelayFrame> received_ ABSL_GUARDED_BY(mu_);
  bool half_close_ ABSL_GUARDED_BY(mu_) = false;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_TESTING_RECORDING_HANDLER_H_
