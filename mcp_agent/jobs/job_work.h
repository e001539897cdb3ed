// What a job does when it runs, apart from when, where and how often.
#ifndef SPECRELAY_MCP_AGENT_JOBS_JOB_WORK_H_
#define SPECRELAY_MCP_AGENT_JOBS_JOB_WORK_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/jobs/run_control.h"
#include "specrelay/v1/job.pb.h"

namespace specrelay {

struct WorkOutcome {
  absl::Status status;  // CANCELLED when it was cancelled
  int32_t items_processed = 0;
  int32_t items_deleted = 0;
  absl::optional<int32_t> exit_code;
  std::string output_tail;
};

// One kind of job. Blocks until the work is done; heeds the control's cancellation; thread-safe.
class JobWork {
 public:
  virtual ~JobWork() = default;

  // `execution_id` names the run: the same effects under the same id are one effect.
  virtual WorkOutcome Do(const v1::Job& job, absl::string_view execution_id, RunControl& control) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_JOB_WORK_H_
