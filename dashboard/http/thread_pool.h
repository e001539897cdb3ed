// Threads for connections: as many as there is work, up to a limit.
#ifndef SPECRELAY_DASHBOARD_HTTP_THREAD_POOL_H_
#define SPECRELAY_DASHBOARD_HTTP_THREAD_POOL_H_

#include <pthread.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace specrelay {

struct ThreadPoolOptions {
  int max_threads = 2048;
  size_t stack_bytes = 256 << 10;  // only touched pages cost memory
  absl::Duration idle_timeout = absl::Seconds(10);
};

// Thread-safe. Nothing waits in it: work begins at once or is refused.
class ThreadPool {
 public:
  explicit ThreadPool(const ThreadPoolOptions& options);

  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Waits for all work.
  ~ThreadPool();

  // Runs `work` on a thread of its own; false, and `work` is not run, when there are as many threads as may be and all
  // are busy, or after Close().
  bool TryRun(std::function<void()> work);

  // Waits until nothing runs, `timeout` at most; whether nothing does.
  bool AwaitIdle(absl::Duration timeout) const;

  // Refuses work from now on and waits until what runs has ended, `timeout` at most; whether it has.
  bool Close(absl::Duration timeout);

  // With those that are on their way to work.
  int busy_threads() const;
  int threads() const;

 private:
  static void* Main(void* self);

  void WorkUntilIdle();
  bool SpawnLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  int BusyLocked() const ABSL_SHARED_LOCKS_REQUIRED(mu_) { return threads_ - idle_ + static_cast<int>(ready_.size()); }
  bool NobodyWorksLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Threads that ended have a handle still.
  void JoinEnded() ABSL_LOCKS_EXCLUDED(mu_);

  const ThreadPoolOptions options_;

  mutable absl::Mutex mu_;
  absl::CondVar work_arrived_;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  int threads_ ABSL_GUARDED_BY(mu_) = 0;
  int idle_ ABSL_GUARDED_BY(mu_) = 0;                             // of them, waiting for work
  std::deque<std::function<void()>> ready_ ABSL_GUARDED_BY(mu_);  // no more than there are threads on their way to it
  std::vector<pthread_t> ended_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_THREAD_POOL_H_
