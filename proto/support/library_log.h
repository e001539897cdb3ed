// What the libraries log on their own account, as lines of our log.
#ifndef SPECRELAY_PROTO_SUPPORT_LIBRARY_LOG_H_
#define SPECRELAY_PROTO_SUPPORT_LIBRARY_LOG_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"

namespace specrelay {

// Makes gRPC and protobuf log through Log(), as "grpc" and "protobuf". Strangers can make both log at will (a failed
// handshake, a string that is not UTF-8), so only ten lines of each get through in ten seconds; the next one tells how
// many did not. Call once, at the start of main.
void RouteLibraryLogs();

// Lets `burst` events through in each `window` and counts the others. Thread-safe.
class LogLimiter {
 public:
  LogLimiter(int burst, absl::Duration window) : burst_(burst), window_(window) {}

  // How many events were held back since the last that got through; nullopt when this one is held back too.
  absl::optional<int> Admit(absl::Time now);

 private:
  const int burst_;
  const absl::Duration window_;

  absl::Mutex mu_;
  absl::Time window_start_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
  int admitted_ ABSL_GUARDED_BY(mu_) = 0;  // in this window
  int held_back_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_LIBRARY_LOG_H_
