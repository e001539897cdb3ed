#include "mcp_agent/link/progress_outbox.h"

#include <algorithm>
#include <utility>

namespace specrelay {

void ProgressOutbox::Add(v1::JobProgress report) {
  output_bytes_ += static_cast<int64_t>(report.output().size());
  reports_.push_back(std::move(report));
  while (Exceeded()) DropOldest();
}

void ProgressOutbox::DropOldest() {
  auto oldest = std::find_if(reports_.begin(), reports_.end(), [](const v1::JobProgress& report) {
    return report.state() == v1::JobProgress::STATE_RUNNING;
  });
  if (oldest == reports_.end()) oldest = reports_.begin();
  const auto output_bytes = static_cast<int64_t>(oldest->output().size());
  const auto next = std::find_if(oldest + 1, reports_.end(), [&](const v1::JobProgress& report) {
    return report.execution_id() == oldest->execution_id();
  });
  if (next != reports_.end()) next->set_skipped_bytes(next->skipped_bytes() + oldest->skipped_bytes() + output_bytes);
  output_bytes_ -= output_bytes;
  reports_.erase(oldest);
}

v1::JobProgress ProgressOutbox::Take() {
  v1::JobProgress report = std::move(reports_.front());
  reports_.pop_front();
  output_bytes_ -= static_cast<int64_t>(report.output().size());
  return report;
}

void ProgressOutbox::Clear() {
  reports_.clear();
  output_bytes_ = 0;
}

}  // namespace specrelay
