#include "dashboard/http/thread_pool.h"

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"

namespace specrelay {

ThreadPool::ThreadPool(const ThreadPoolOptions& options) : options_(options) {}

ThreadPool::~ThreadPool() {
  Close(absl::InfiniteDuration());
  JoinEnded();
}

bool ThreadPool::TryRun(std::function<void()> work) {
  JoinEnded();
  absl::MutexLock lock(&mu_);
  if (closed_) return false;
  if (idle_ <= static_cast<int>(ready_.size()) && !SpawnLocked()) return false;
  ready_.push_back(std::move(work));
  work_arrived_.Signal();
  return true;
}

bool ThreadPool::SpawnLocked() {
  if (threads_ >= options_.max_threads) return false;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  const absl::Cleanup destroy = [&attributes] { pthread_attr_destroy(&attributes); };
  pthread_attr_setstacksize(&attributes, options_.stack_bytes);
  pthread_t thread;
  if (pthread_create(&thread, &attributes, &Main, this) != 0) return false;
  ++threads_;
  ++idle_;
  return true;
}

void* ThreadPool::Main(void* self) {
  static_cast<ThreadPool*>(self)->WorkUntilIdle();
  return nullptr;
}

void ThreadPool::WorkUntilIdle() {
  mu_.Lock();
  while (true) {
    const absl::Time idle_end = absl::Now() + options_.idle_timeout;
    while (ready_.empty() && !closed_) {
      if (work_arrived_.WaitWithDeadline(&mu_, idle_end)) break;
    }
    if (ready_.empty()) break;
    std::function<void()> work = std::move(ready_.front());
    ready_.pop_front();
    --idle_;
    mu_.Unlock();
    work();
    work = nullptr;
    mu_.Lock();
    ++idle_;
  }
  --idle_;
  --threads_;
  ended_.push_back(pthread_self());
  mu_.Unlock();
}

bool ThreadPool::NobodyWorksLocked() const { return threads_ == 0; }

bool ThreadPool::AwaitIdle(absl::Duration timeout) const {
  absl::MutexLock lock(&mu_);
  const auto idle = [this]() ABSL_SHARED_LOCKS_REQUIRED(mu_) { return BusyLocked() == 0; };
  return mu_.AwaitWithTimeout(absl::Condition(&idle), timeout);
}

bool ThreadPool::Close(absl::Duration timeout) {
  absl::MutexLock lock(&mu_);
  closed_ = true;
  work_arrived_.SignalAll();
  return mu_.AwaitWithTimeout(absl::Condition(this, &ThreadPool::NobodyWorksLocked), timeout);
}

void ThreadPool::JoinEnded() {
  std::vector<pthread_t> ended;
  {
    absl::MutexLock lock(&mu_);
    ended.swap(ended_);
  }
  for (const pthread_t thread : ended) pthread_join(thread, nullptr);
}

int ThreadPool::busy_threads() const {
  absl::MutexLock lock(&mu_);
  return BusyLocked();
}

int ThreadPool::threads() const {
  absl::MutexLock lock(&mu_);
  return threads_;
}

}  // namespace specrelay
