#include "mcp_agent/jobs/run_control.h"

namespace specrelay {

v1::JobProgress RunControl::Progress(v1::JobProgress::State state) const {
  v1::JobProgress progress;
  progress.set_job_id(job_id_);
  progress.set_execution_id(execution_id_);
  progress.set_state(state);
  return progress;
}

void RunControl::ReportState(v1::JobProgress::State state) const {
  if (sink_) sink_(Progress(state));
}

void RunControl::ReportOutput(absl::string_view output, int64_t skipped_bytes) const {
  if (!sink_) return;
  v1::JobProgress progress = Progress(v1::JobProgress::STATE_RUNNING);
  progress.set_output(std::string(output));
  progress.set_skipped_bytes(skipped_bytes);
  sink_(std::move(progress));
}

void RunControl::Cancel() {
  absl::MutexLock lock(&mu_);
  // Called under the lock, so that its owner's destructor waits for it. It must not block and knows nothing of us.
  if (!std::exchange(cancelled_, true) && on_cancel_) on_cancel_();
}

bool RunControl::cancelled() const {
  absl::MutexLock lock(&mu_);
  return cancelled_;
}

RunControl::OnCancel::OnCancel(RunControl& control, std::function<void()> callback) : control_(control) {
  absl::MutexLock lock(&control_.mu_);
  if (control_.cancelled_) callback();
  control_.on_cancel_ = std::move(callback);
}

RunControl::OnCancel::~OnCancel() {
  absl::MutexLock lock(&control_.mu_);
  control_.on_cancel_ = nullptr;
}

}  // namespace specrelay
