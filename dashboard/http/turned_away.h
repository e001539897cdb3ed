// Answers connections that get no thread.
#ifndef SPECRELAY_DASHBOARD_HTTP_TURNED_AWAY_H_
#define SPECRELAY_DASHBOARD_HTTP_TURNED_AWAY_H_

#include <deque>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "dashboard/http/transport.h"

namespace specrelay {

// Thread-safe. Each connection gets one prepared answer at once, without waiting, and is kept for a moment more: were
// it closed before the request has come, the answer would be lost with the connection's reset. One thread keeps them
// all; beyond a limit the oldest goes.
class TurnedAway {
 public:
  // `answer` is empty when none can be given (TLS would have to be agreed on first).
  explicit TurnedAway(std::string answer);

  TurnedAway(const TurnedAway&) = delete;
  TurnedAway& operator=(const TurnedAway&) = delete;
  ~TurnedAway();

  // Takes over a non-blocking socket. Never blocks.
  void Take(int fd);

 private:
  struct Guest {
    int fd;
    Deadline leaves;
  };

  void Run();

  const std::string answer_;
  absl::Mutex mu_;
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
  std::deque<Guest> arrived_ ABSL_GUARDED_BY(mu_);
  int wake_fd_ = -1;  // eventfd
  std::thread thread_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_TURNED_AWAY_H_
