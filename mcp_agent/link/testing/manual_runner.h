#ifndef SPECRELAY_MCP_AGENT_LINK_TESTING_MANUAL_RUNNER_H_
#define SPECRELAY_MCP_AGENT_LINK_TESTING_MANUAL_RUNNER_H_

#include <cstdint>
#include <deque>
#include <utility>

#include "mcp_agent/link/task_runner.h"

namespace specrelay {

// Keeps tasks until the test runs them. For tests of one thread.
class ManualRunner final : public TaskRunner {
 public:
  bool TrySubmit(int64_t cost_bytes, Task task) override {
    if (full) return false;
    tasks_.push_back(std::move(task));
    return true;
  }

  void SubmitUrgent(Task task) override { tasks_.push_front(std::move(task)); }

  // Runs the first task; false when there is none.
  bool RunOne() {
    if (tasks_.empty()) return false;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
    return true;
  }

  void RunAll() {
    while (RunOne()) {
    }
  }

  bool full = false;

 private:
  std::deque<Task> tasks_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_TESTING_MANUAL_RUNNER_H_
