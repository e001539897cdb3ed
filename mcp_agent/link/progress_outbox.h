// Reports of running jobs that wait to be sent.
#ifndef SPECRELAY_MCP_AGENT_LINK_PROGRESS_OUTBOX_H_
#define SPECRELAY_MCP_AGENT_LINK_PROGRESS_OUTBOX_H_

#include <cstdint>
#include <deque>

#include "specrelay/v1/job.pb.h"

namespace specrelay {

struct ProgressOutboxLimits {
  int64_t max_reports = 256;
  int64_t max_output_bytes = int64_t{1} << 20;
};

// Bounded: when output comes faster than it leaves, the oldest output goes first and is counted in the `skipped_bytes`
// of the next report of its run. Reports that a run began or ended stay as long as there is room for reports at all.
// Pure, not thread-safe.
class ProgressOutbox {
 public:
  explicit ProgressOutbox(const ProgressOutboxLimits& limits) : limits_(limits) {}

  void Add(v1::JobProgress report);
  bool empty() const { return reports_.empty(); }
  // The oldest report; there is one.
  v1::JobProgress Take();
  void Clear();

 private:
  bool Exceeded() const {
    return static_cast<int64_t>(reports_.size()) > limits_.max_reports || output_bytes_ > limits_.max_output_bytes;
  }
  void DropOldest();

  const ProgressOutboxLimits limits_;
  std::deque<v1::JobProgress> reports_;
  int64_t output_bytes_ = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_PROGRESS_OUTBOX_H_
