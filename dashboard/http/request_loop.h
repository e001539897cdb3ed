// Serves connections whose requests are answered without blocking, all of them from one thread: a request costs no
// thread that waits for its answer, and with many under way no switch from one thread to another.
#ifndef SPECRELAY_DASHBOARD_HTTP_REQUEST_LOOP_H_
#define SPECRELAY_DASHBOARD_HTTP_REQUEST_LOOP_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "dashboard/http/connection.h"
#include "dashboard/http/loop_inbox.h"
#include "dashboard/http/transport.h"

namespace specrelay {

struct RequestLoopOptions {
  absl::Duration idle_timeout;     // between requests
  absl::Duration pending_timeout;  // for a response to be ready
  // Gets a connection that needs a thread, to serve it. Called on the loop's thread; must not block.
  std::function<void(std::unique_ptr<Connection>)> serve;
};

// Thread-safe.
class RequestLoop {
 public:
  explicit RequestLoop(RequestLoopOptions options);
  RequestLoop(const RequestLoop&) = delete;
  RequestLoop& operator=(const RequestLoop&) = delete;
  // Closes what is left.
  ~RequestLoop();

  // Takes a connection with a request that is pending. Not while the loop is destroyed.
  void Take(std::unique_ptr<Connection> connection);

  // Waits until no connection is left, `timeout` at most; whether none is.
  bool WaitUntilEmpty(absl::Duration timeout) { return inbox_->AwaitEmpty(timeout); }

  int connections() const { return inbox_->connections(); }

 private:
  struct Served {
    std::unique_ptr<Connection> connection;
    bool pending = false;
    int64_t request = 0;  // the latest that was begun
    Deadline deadline;    // for the client's next request, or for the response that is pending
  };

  // A request that can be answered. It may be another's turn by now, its own response having been overdue.
  struct Ready {
    LoopId id;
    int64_t request;
  };
  using Inbox = LoopInbox<std::unique_ptr<Connection>, Ready>;

  template <typename C, typename R, typename Loop>
  friend void RunLoop(int epoll_fd, LoopInbox<C, R>& inbox, Loop& loop);

  void Run();
  void Begin(std::unique_ptr<Connection> connection);
  void OnEvents(LoopId id, uint32_t events);
  void OnReady(Ready ready);
  void EndOverdue(Deadline now);
  // Does what the state of the connection asks for.
  void Follow(LoopId id, Served& served, Connection::State state);
  // No longer watches the connection.
  std::unique_ptr<Connection> Release(LoopId id);
  void End(LoopId id);

  const RequestLoopOptions options_;
  const int epoll_fd_;
  const std::shared_ptr<Inbox> inbox_;  // whoever works on a response keeps it beyond the loop's life

  // Owned by the thread.
  LoopId last_id_ = Inbox::kWake;
  absl::flat_hash_map<LoopId, Served> served_;

  std::thread thread_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_REQUEST_LOOP_H_
