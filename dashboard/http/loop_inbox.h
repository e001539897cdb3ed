// A thread that serves many connections and sleeps in epoll_wait(): what others ask of it, and its round.
#ifndef SPECRELAY_DASHBOARD_HTTP_LOOP_INBOX_H_
#define SPECRELAY_DASHBOARD_HTTP_LOOP_INBOX_H_

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "dashboard/http/transport.h"

namespace specrelay {

// A connection of a loop, in its epoll events too. Numbers are not given twice.
using LoopId = uint64_t;

// Thread-safe; its lock is taken last of all. However much comes while the loop sleeps or is at its events, it is woken
// by one system call. `Ready` says of what something is ready.
template <typename Connection, typename Ready = LoopId>
class LoopInbox {
 public:
  // Of the events by which the loop is woken; no connection has it.
  static constexpr LoopId kWake = 0;

  struct Work {
    std::vector<Connection> connections;
    std::vector<Ready> ready;
    bool stop = false;

    bool empty() const { return connections.empty() && ready.empty() && !stop; }
  };

  // Wakes who waits for events of `epoll_fd`.
  explicit LoopInbox(int epoll_fd) : wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = kWake;
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, wake_fd_, &event);
  }
  LoopInbox(const LoopInbox&) = delete;
  LoopInbox& operator=(const LoopInbox&) = delete;
  ~LoopInbox() { close(wake_fd_); }

  // A connection for the loop, which says OnEnded() when it has it no longer.
  void Add(Connection connection) {
    absl::MutexLock lock(&mu_);
    ++connections_;
    work_.connections.push_back(std::move(connection));
    WakeLocked();
  }

  // What is ready may be gone.
  void AddReady(Ready ready) {
    absl::MutexLock lock(&mu_);
    if (work_.stop) return;
    work_.ready.push_back(ready);
    WakeLocked();
  }

  void Stop() {
    absl::MutexLock lock(&mu_);
    work_.stop = true;
    WakeLocked();
  }

  // What there is to do. When that is nothing, the loop is to wait for events.
  Work TakeAll() {
    absl::MutexLock lock(&mu_);
    Work taken;
    std::swap(taken.connections, work_.connections);
    std::swap(taken.ready, work_.ready);
    taken.stop = work_.stop;
    asleep_ = taken.empty();
    return taken;
  }

  // The event kWake has come.
  void OnWake() {
    eventfd_t ignored;
    eventfd_read(wake_fd_, &ignored);
  }

  void OnEnded() {
    absl::MutexLock lock(&mu_);
    --connections_;
  }

  // Whether, after `timeout` at most, all connections have ended.
  bool AwaitEmpty(absl::Duration timeout) {
    absl::MutexLock lock(&mu_);
    const auto empty = [this]() ABSL_SHARED_LOCKS_REQUIRED(mu_) { return connections_ == 0; };
    return mu_.AwaitWithTimeout(absl::Condition(&empty), timeout);
  }

  // Those that have not ended.
  int connections() const {
    absl::MutexLock lock(&mu_);
    return connections_;
  }

 private:
  void WakeLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (!std::exchange(asleep_, false)) return;
    eventfd_write(wake_fd_, 1);
  }

  const int wake_fd_;

  mutable absl::Mutex mu_;
  Work work_ ABSL_GUARDED_BY(mu_);
  bool asleep_ ABSL_GUARDED_BY(mu_) = false;
  int connections_ ABSL_GUARDED_BY(mu_) = 0;
};

// The life of a loop's thread, until the inbox is stopped. `loop` has
//   void Begin(Connection connection);
//   void OnReady(Ready ready);
//   void OnEvents(LoopId id, uint32_t events);  // of epoll
//   void EndOverdue(Deadline now);              // twice a second: a moment late does not matter
template <typename Connection, typename Ready, typename Loop>
void RunLoop(int epoll_fd, LoopInbox<Connection, Ready>& inbox, Loop& loop) {
  using Inbox = LoopInbox<Connection, Ready>;
  constexpr int kEventsAtOnce = 256;
  constexpr int kSweepMilliseconds = 500;
  epoll_event events[kEventsAtOnce];
  Deadline next_sweep = std::chrono::steady_clock::now();
  while (true) {
    typename Inbox::Work work = inbox.TakeAll();
    for (Connection& connection : work.connections) loop.Begin(std::move(connection));
    if (work.stop) return;
    for (const Ready& ready : work.ready) loop.OnReady(ready);
    const int count = epoll_wait(epoll_fd, events, kEventsAtOnce, work.empty() ? kSweepMilliseconds : 0);
    for (int i = 0; i < count; ++i) {
      const LoopId id = events[i].data.u64;  // a copy: the events are packed, and a reference would not be aligned
      if (id == Inbox::kWake) {
        inbox.OnWake();
      } else {
        loop.OnEvents(id, events[i].events);
      }
    }
    if (const Deadline now = std::chrono::steady_clock::now(); now >= next_sweep) {
      loop.EndOverdue(now);
      next_sweep = now + std::chrono::milliseconds(kSweepMilliseconds);
    }
  }
}

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_LOOP_INBOX_H_
