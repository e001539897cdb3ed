// A run that is under way or waits for a thread, and who waits for it.
#ifndef SPECRELAY_MCP_AGENT_JOBS_ACTIVE_RUN_H_
#define SPECRELAY_MCP_AGENT_JOBS_ACTIVE_RUN_H_

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "mcp_agent/jobs/run_control.h"
#include "specrelay/v1/job.pb.h"

namespace specrelay {

// Thread-safe.
class ActiveRun {
 public:
  using Done = std::function<void(absl::StatusOr<v1::JobRunResponse>)>;

  ActiveRun(absl::string_view job_id, absl::string_view execution_id, JobProgressSink sink)
      : job_id_(job_id), execution_id_(execution_id), control_(job_id, execution_id, std::move(sink)) {}

  const std::string& job_id() const { return job_id_; }
  const std::string& execution_id() const { return execution_id_; }
  RunControl& control() { return control_; }

  // Not after Finish(). The number is for StopWaiting().
  int AddWaiter(Done done) ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);
    waiters_[++last_waiter_] = std::move(done);
    return last_waiter_;
  }

  // Calls that waiter with `status`, unless it has been called.
  void StopWaiting(int waiter, absl::Status status) ABSL_LOCKS_EXCLUDED(mu_) {
    Done done;
    {
      absl::MutexLock lock(&mu_);
      const auto found = waiters_.find(waiter);
      if (found == waiters_.end()) return;
      done = std::move(found->second);
      waiters_.erase(found);
    }
    done(std::move(status));
  }

  // Calls all waiters that are left.
  void Finish(const absl::StatusOr<v1::JobRunResponse>& result) ABSL_LOCKS_EXCLUDED(mu_) {
    std::map<int, Done> waiters;
    {
      absl::MutexLock lock(&mu_);
      waiters.swap(waiters_);
    }
    for (auto& [waiter, done] : waiters) done(result);
  }

 private:
  const std::string job_id_;
  const std::string execution_id_;
  RunControl control_;

  absl::Mutex mu_;
  std::map<int, Done> waiters_ ABSL_GUARDED_BY(mu_);
  int last_waiter_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_ACTIVE_RUN_H_
