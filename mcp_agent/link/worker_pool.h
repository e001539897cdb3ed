// A few threads behind a bounded queue.
#ifndef SPECRELAY_MCP_AGENT_LINK_WORKER_POOL_H_
#define SPECRELAY_MCP_AGENT_LINK_WORKER_POOL_H_

#include <cstdint>
#include <deque>
#include <memory>
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

// Thread-safe. Threads start when work waits that no idle thread takes, so that an idle agent has none. Of those that
// are idle the one that became so last goes on, and only one at a time is on its way to work: it wakes the next when it
// finds more than it takes. Short tasks thus stay with few threads, whose caches are warm. Tasks must not throw.
// Shutdown: Drain() closes the queue, lets everything queued run, and joins the threads; the destructor does the same
// without a time limit.
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

  struct Worker {
    absl::CondVar wake;
    bool called = false;  // has been woken, or started, and has not yet looked at the queue
    std::thread thread;
  };

  // Gets a thread on its way to the queue, unless one is already or none is left.
  void CallWorkerLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Run(Worker& self) ABSL_LOCKS_EXCLUDED(mu_);
  void SleepLocked(Worker& self) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool FinishedLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return ended_ == workers_.size(); }

  const WorkerPoolOptions options_;

  mutable absl::Mutex mu_;
  std::deque<Entry> queue_ ABSL_GUARDED_BY(mu_);
  int64_t queued_bytes_ ABSL_GUARDED_BY(mu_) = 0;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::unique_ptr<Worker>> workers_ ABSL_GUARDED_BY(mu_);
  std::vector<Worker*> idle_ ABSL_GUARDED_BY(mu_);  // asleep; the last became so last
  bool calling_ ABSL_GUARDED_BY(mu_) = false;       // a thread is on its way
  size_t ended_ ABSL_GUARDED_BY(mu_) = 0;           // threads that will take no more work
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_WORKER_POOL_H_
