// The strings attached to a run: news from it, and the request to end.
#ifndef SPECRELAY_MCP_AGENT_JOBS_RUN_CONTROL_H_
#define SPECRELAY_MCP_AGENT_JOBS_RUN_CONTROL_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "specrelay/v1/job.pb.h"

namespace specrelay {

// Takes what a run reports, on the run's thread.
using JobProgressSink = std::function<void(v1::JobProgress)>;

// Report…() are for the run's own thread; the rest is thread-safe.
class RunControl {
 public:
  RunControl(absl::string_view job_id, absl::string_view execution_id, JobProgressSink sink)
      : job_id_(job_id), execution_id_(execution_id), sink_(std::move(sink)) {}

  void ReportState(v1::JobProgress::State state) const;
  void ReportOutput(absl::string_view output, int64_t skipped_bytes) const;

  // Asks the run to end. Idempotent.
  void Cancel() ABSL_LOCKS_EXCLUDED(mu_);
  bool cancelled() const ABSL_LOCKS_EXCLUDED(mu_);

  // While it lives, Cancel() also calls `callback`, at once when it has been called already. The callback must not
  // block; it has ended when the destructor returns.
  class OnCancel {
   public:
    OnCancel(RunControl& control, std::function<void()> callback);
    ~OnCancel();
    OnCancel(const OnCancel&) = delete;
    OnCancel& operator=(const OnCancel&) = delete;

   private:
    RunControl& control_;
  };

 private:
  v1::JobProgress Progress(v1::JobProgress::State state) const;

  const std::string job_id_;
  const std::string execution_id_;
  const JobProgressSink sink_;

  mutable absl::Mutex mu_;
  bool cancelled_ ABSL_GUARDED_BY(mu_) = false;
  std::function<void()> on_cancel_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_RUN_CONTROL_H_
