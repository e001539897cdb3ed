// A connection between two programs that can be cut, delayed, or left open without carrying anything.
#ifndef SPECRELAY_TESTS_CHAOS_TCP_PROXY_H_
#define SPECRELAY_TESTS_CHAOS_TCP_PROXY_H_

#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace specrelay {

// Listens on a free loopback port and passes everything on to `target_port`, through at most 256 KiB for each direction
// of a connection. Thread-safe; has a thread of its own, which the destructor ends.
class TcpProxy {
 public:
  static absl::StatusOr<std::unique_ptr<TcpProxy>> Start(int target_port);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  int port() const { return port_; }

  // Resets every connection.
  void Cut() ABSL_LOCKS_EXCLUDED(mu_);
  // Delivers what comes from now on so much later.
  void SetDelay(absl::Duration delay) ABSL_LOCKS_EXCLUDED(mu_);
  // Carries nothing while true, without a sign to either side; connections that are made meanwhile hang as well.
  void SetSilent(bool silent) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Chunk {
    std::string bytes;
    absl::Time due;
  };
  // One way through the proxy.
  struct Way {
    int from;
    int to;
    std::deque<Chunk> chunks;
    int64_t bytes = 0;
    bool ended = false;  // `from` will send no more
  };
  struct Pair {
    Way up;
    Way down;
    bool broken = false;
  };

  TcpProxy(int listener, int wake, int port, int target_port);

  void Run();
  void Accept();
  void Serve(Pair& pair, absl::Time now, absl::Duration delay);
  static bool Take(Way& way, absl::Time due);
  static bool Give(Way& way, absl::Time now);
  void Wake() const;

  const int listener_;
  const int wake_;  // an eventfd
  const int port_;
  const int target_port_;

  std::list<Pair> pairs_;  // owned by the thread

  absl::Mutex mu_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  bool cut_ ABSL_GUARDED_BY(mu_) = false;
  bool silent_ ABSL_GUARDED_BY(mu_) = false;
  absl::Duration delay_ ABSL_GUARDED_BY(mu_);

  std::thread thread_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_CHAOS_TCP_PROXY_H_
