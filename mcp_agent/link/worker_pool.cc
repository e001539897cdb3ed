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
  CallWorkerLocked();
  return true;
}

void WorkerPool::SubmitUrgent(Task task) {
  absl::MutexLock lock(&mu_);
  if (closed_) return;
  queue_.push_front({0, std::move(task)});
  CallWorkerLocked();
}

void WorkerPool::CallWorkerLocked() {
  if (calling_) return;
  if (!idle_.empty()) {
    calling_ = true;
    idle_.back()->called = true;
    idle_.back()->wake.Signal();
    idle_.pop_back();
  } else if (static_cast<int>(workers_.size()) < options_.max_threads) {
    calling_ = true;
    Worker& worker = *workers_.emplace_back(std::make_unique<Worker>());
    worker.called = true;
    worker.thread = std::thread([this, &worker] { Run(worker); });
  }
}

void WorkerPool::Run(Worker& self) {
  absl::MutexLock lock(&mu_);
  while (true) {
    if (std::exchange(self.called, false)) calling_ = false;
    if (queue_.empty()) {
      if (closed_) break;
      SleepLocked(self);
      continue;
    }
    Entry entry = std::move(queue_.front());
    queue_.pop_front();
    queued_bytes_ -= entry.cost_bytes;
    if (!queue_.empty()) CallWorkerLocked();
    mu_.Unlock();
    entry.task();
    entry.task = nullptr;  // what it holds is released without the lock
    mu_.Lock();
  }
  ++ended_;
}

void WorkerPool::SleepLocked(Worker& self) {
  idle_.push_back(&self);
  while (!self.called) self.wake.Wait(&mu_);
}

bool WorkerPool::Drain(absl::Duration timeout) {
  std::vector<std::thread> ended;
  {
    absl::MutexLock lock(&mu_);
    closed_ = true;
    for (Worker* worker : std::exchange(idle_, {})) {
      worker->called = true;
      worker->wake.Signal();
    }
    if (!mu_.AwaitWithTimeout(absl::Condition(this, &WorkerPool::FinishedLocked), timeout)) return false;
    for (const auto& worker : workers_) {
      if (worker->thread.joinable()) ended.push_back(std::move(worker->thread));
    }
  }
  for (std::thread& worker : ended) worker.join();
  return true;
}

int WorkerPool::thread_count() const {
  absl::MutexLock lock(&mu_);
  return static_cast<int>(workers_.size());
}

}  // namespace specrelay
