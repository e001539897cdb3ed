#include "mcp_agent/link/worker_pool.h"

#include <utility>

namespace specrelay {

WorkerPool::~WorkerPool() { Drain(absl::InfiniteDuration()); }

bool WorkerPool::TrySubmit(int64_t cost_bytes, Task task) {
  absl::MutexLock lock(&mu_);
  if (closed_ || static_cast<int64_t>(queue_.size()) >= options_.max_queued ||
      (!queue_.empty() && queued_bytes_ + cost_bytes > options_.max_queued_bytes)) {
    return false;
  }
  queue_.push_back({cost_bytes, std::move(task)});
  queued_bytes_ += cost_bytes;
  WakeOrStartThreadLocked();
  return true;
}

void WorkerPool::SubmitUrgent(Task task) {
  absl::MutexLock lock(&mu_);
  if (closed_) return;
  queue_.push_front({0, std::move(task)});
  WakeOrStartThreadLocked();
}

void WorkerPool::WakeOrStartThreadLocked() {
  if (static_cast<int>(queue_.size()) <= idle_ || threads_ == options_.max_threads) {
    work_.Signal();
    return;
  }
  ++threads_;
  ++idle_;
  workers_.emplace_back([this] { Run(); });
}

void WorkerPool::Run() {
  absl::MutexLock lock(&mu_);
  while (true) {
    while (queue_.empty() && !closed_) work_.Wait(&mu_);
    --idle_;
    if (queue_.empty()) break;
    Entry entry = std::move(queue_.front());
    queue_.pop_front();
    queued_bytes_ -= entry.cost_bytes;
    mu_.Unlock();
    entry.task();
    entry.task = nullptr;  // what it holds is released without the lock
    mu_.Lock();
    ++idle_;
  }
  ++ended_;
}

bool WorkerPool::Drain(absl::Duration timeout) {
  std::vector<std::thread> ended;
  {
    absl::MutexLock lock(&mu_);
    closed_ = true;
    work_.SignalAll();
    if (!mu_.AwaitWithTimeout(absl::Condition(this, &WorkerPool::FinishedLocked), timeout)) return false;
    ended.swap(workers_);
  }
  for (std::thread& worker : ended) worker.join();
  return true;
}

int WorkerPool::thread_count() const {
  absl::MutexLock lock(&mu_);
  return threads_;
}

}  // namespace specrelay
