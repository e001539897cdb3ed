// A client that keeps what it is sent, for tests.
#ifndef SPECRELAY_MCP_AGENT_MCP_TESTING_RECORDING_SINK_H_
#define SPECRELAY_MCP_AGENT_MCP_TESTING_RECORDING_SINK_H_

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mcp_agent/mcp/message_sink.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// Thread-safe. A line that is no JSON in one line fails the test.
class RecordingSink : public MessageSink {
 public:
  void Send(std::string line) override {
    const auto message = nlohmann::ordered_json::parse(line, nullptr, false);
    EXPECT_FALSE(message.is_discarded()) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    absl::MutexLock lock(&mu_);
    messages_.push_back(message);
  }

  bool TrySend(std::string line) override {
    if (is_slow) return false;
    Send(std::move(line));
    return true;
  }

  // The next message; null when none comes for a long time.
  nlohmann::ordered_json Next() {
    absl::MutexLock lock(&mu_);
    if (!mu_.AwaitWithTimeout(absl::Condition(this, &RecordingSink::HasMessageLocked), absl::Seconds(60))) {
      ADD_FAILURE() << "no message came";
      return nullptr;
    }
    nlohmann::ordered_json message = std::move(messages_.front());
    messages_.pop_front();
    return message;
  }

  bool empty() const {
    absl::MutexLock lock(&mu_);
    return messages_.empty();
  }

  bool is_slow = false;  // set before it is used by several threads

 private:
  bool HasMessageLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return !messages_.empty(); }

  mutable absl::Mutex mu_;
  std::deque<nlohmann::ordered_json> messages_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TESTING_RECORDING_SINK_H_
