// Notices clients of streams that leave while there is nothing to send to them.
#ifndef SPECRELAY_DASHBOARD_HTTP_HANG_UP_WATCH_H_
#define SPECRELAY_DASHBOARD_HTTP_HANG_UP_WATCH_H_

#include <cstdint>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "dashboard/http/http_message.h"

namespace specrelay {

// Thread-safe. One thread watches all sockets and cancels the stream of one whose peer has closed its side; otherwise a
// stream would keep its thread and its place until its next write fails. Must outlive its watches.
class HangUpWatch {
 public:
  HangUpWatch();
  HangUpWatch(const HangUpWatch&) = delete;
  HangUpWatch& operator=(const HangUpWatch&) = delete;
  ~HangUpWatch();

  // Watches `fd` while it lives; the descriptor must be open until then.
  class Watch {
   public:
    Watch(HangUpWatch& owner, int fd, std::shared_ptr<ResponseStream> stream);
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch();

   private:
    HangUpWatch& owner_;
    const int fd_;
    uint64_t id_ = 0;
  };

 private:
  void Run();

  const int epoll_fd_;
  const int stop_fd_;  // eventfd

  absl::Mutex mu_;
  uint64_t last_id_ ABSL_GUARDED_BY(mu_) = 0;
  absl::flat_hash_map<uint64_t, std::shared_ptr<ResponseStream>> streams_ ABSL_GUARDED_BY(mu_);

  std::thread thread_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_HANG_UP_WATCH_H_
