// People whose writes must succeed while a relay goes and comes.
#ifndef SPECRELAY_TESTS_BENCH_STEADY_CALLERS_H_
#define SPECRELAY_TESTS_BENCH_STEADY_CALLERS_H_

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "tests/support/cluster.h"

namespace specrelay {

// Each caller executes one write after the other, and sends one that got no answer again under the same id, as clients
// are told to. Thread-safe.
class SteadyCallers {
 public:
  SteadyCallers(const Cluster& cluster, std::vector<std::string> projects);
  ~SteadyCallers() { Stop(); }

  // Begins no more writes and waits for those under way.
  void Stop();

  int64_t done() const { return done_; }
  // The first failure that a client would not try again, or for too long.
  absl::Status failure() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void RunCaller(int caller);
  absl::Status Write(Client& client, const v1::ExecuteRequest& request) const;

  const Cluster& cluster_;
  const std::vector<std::string> projects_;
  std::atomic<bool> stopping_{false};
  std::atomic<int64_t> done_{0};
  mutable absl::Mutex mu_;
  absl::Status failure_ ABSL_GUARDED_BY(mu_);
  std::vector<std::thread> callers_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_STEADY_CALLERS_H_
