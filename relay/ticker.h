// Calls a function at a steady pace on a thread of its own.
#ifndef SPECRELAY_RELAY_TICKER_H_
#define SPECRELAY_RELAY_TICKER_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace specrelay {

class Ticker {
 public:
  // Calls `tick` each `interval` until Stop(); an interval after the previous call has returned.
  Ticker(absl::Duration interval, std::function<void()> tick);

  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  ~Ticker() { Stop(); }

  // Returns when no call is under way and none will come. Idempotent, but not from two threads, nor from `tick`.
  void Stop();

 private:
  void Run();

  const absl::Duration interval_;
  const std::function<void()> tick_;
  absl::Mutex mu_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_TICKER_H_
