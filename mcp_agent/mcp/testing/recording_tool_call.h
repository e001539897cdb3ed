// A call of a tool that remembers what it was told, for tests.
#ifndef SPECRELAY_MCP_AGENT_MCP_TESTING_RECORDING_TOOL_CALL_H_
#define SPECRELAY_MCP_AGENT_MCP_TESTING_RECORDING_TOOL_CALL_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "mcp_agent/mcp/tool.h"

namespace specrelay {

// Thread-safe.
class RecordingToolCall : public ToolCall {
 public:
  struct Report {
    double progress;
    absl::optional<double> total;
    std::string message;
  };

  explicit RecordingToolCall(std::string id) : id_(std::move(id)) {}

  const std::string& id() const override { return id_; }

  void ReportProgress(double progress, absl::optional<double> total, absl::string_view message) override {
    absl::MutexLock lock(&mu_);
    reports_.push_back({progress, total, std::string(message)});
  }

  void OnCancel(absl::AnyInvocable<void()> on_cancel) override {
    {
      absl::MutexLock lock(&mu_);
      if (!cancelled_) {
        on_cancel_ = std::move(on_cancel);
        return;
      }
    }
    on_cancel();
  }

  // As the client does.
  void Cancel() {
    absl::AnyInvocable<void()> on_cancel;
    {
      absl::MutexLock lock(&mu_);
      cancelled_ = true;
      on_cancel = std::move(on_cancel_);
    }
    if (on_cancel) on_cancel();
  }

  std::vector<Report> reports() const {
    absl::MutexLock lock(&mu_);
    return reports_;
  }

  // Returns when progress was reported so often.
  void AwaitReports(size_t count) const {
    absl::MutexLock lock(&mu_);
    const auto reached = [this, count] {
      mu_.AssertReaderHeld();
      return reports_.size() >= count;
    };
    mu_.Await(absl::Condition(&reached));
  }

 private:
  const std::string id_;
  mutable absl::Mutex mu_;
  std::vector<Report> reports_ ABSL_GUARDED_BY(mu_);
  bool cancelled_ ABSL_GUARDED_BY(mu_) = false;
  absl::AnyInvocable<void()> on_cancel_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TESTING_RECORDING_TOOL_CALL_H_
