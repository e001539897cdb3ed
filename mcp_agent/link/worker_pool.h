// A few threads behind a bounded queue.
#ifndef SPECRELAY_MCP_AGENT_LINK_WORKER_POOL_H_
#define SPECRELAY_MCP_AGENT_LINK_WORKER_POOL_H_

#include <cstdint>
#include <deque>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/link/task_runner.h"

namespace specrelay {

struct WorkerPoolOptions {
  int max_threads = 4;
  int64_t max_queued = 1024;
  int64_t max_queued_bytes = int64_t{128} << 20;
};

// Thread-safe. Threads start when work waits that no idle thread takes, so that an idle agent has none. Tasks must not
// throw. Shutdown: Drain() closes the queue, lets everything queued run, and joins the threads; the destructor does the
// same without a time limit.
class WorkerPool final : public TaskRunner {
 public:
  explicit WorkerPool(WorkerPoolOptions options = {}) : options_(options) {}
  ~WorkerPool() override;

  bool TrySubmit(int64_t cost_bytes, Task task) override ABSL_LOCKS_EXCLUDED(mu_);
  void SubmitUrgent(Task task) override ABSL_LOCKS_EXCLUDED(mu_);

  // Closes the queue and waits until every task has run. False when some still run or wait after `timeout`; may be
  // called again. Not from a task.
  bool Drain(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mu_);

  // Threads started so far.
  int thread_count() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Entry {
    int64_t cost_bytes;
    Task task;
  };

  // For the task that has been queued.
  void WakeOrStartThreadLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  bool FinishedLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return queue_.empty() && idle_ + ended_ == threads_;
  }

  const WorkerPoolOptions options_;

  mutable absl::Mutex mu_;
  absl::CondVar work_;  // a task has been queued, or the queue closed
  std::deque<Entry> queue_ ABSL_GUARDED_BY(mu_);
  int64_t queued_bytes_ ABSL_GUARDED_BY(mu_) = 0;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  int threads_ ABSL_GUARDED_BY(mu_) = 0;
  int idle_ ABSL_GUARDED_BY(mu_) = 0;   // threads that take the next task at once
  int ended_ ABSL_GUARDED_BY(mu_) = 0;  // threads that will take no more work
  std::vector<std::thread> workers_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_WORKER_POOL_H_
