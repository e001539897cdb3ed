// Where work goes that must not run on a thread of the transport.
#ifndef SPECRELAY_MCP_AGENT_LINK_TASK_RUNNER_H_
#define SPECRELAY_MCP_AGENT_LINK_TASK_RUNNER_H_

#include <cstdint>

#include "absl/functional/any_invocable.h"

namespace specrelay {

// Runs tasks, on threads of its own or when a test says so. Implementations are thread-safe and never run a task inside
// the call that submits it, so that callers may hold locks.
class TaskRunner {
 public:
  using Task = absl::AnyInvocable<void()>;

  virtual ~TaskRunner() = default;

  // Queues a task that keeps `cost_bytes` alive. False, and the task is destroyed, when the queue is full or closed.
  virtual bool TrySubmit(int64_t cost_bytes, Task task) = 0;

  // Queues a task before all others, without a limit: callers have at most a few of these at a time. Dropped when
  // closed.
  virtual void SubmitUrgent(Task task) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_TASK_RUNNER_H_
