// Gives each job to the work of its type.
#ifndef SPECRELAY_MCP_AGENT_JOBS_WORK_BY_TYPE_H_
#define SPECRELAY_MCP_AGENT_JOBS_WORK_BY_TYPE_H_

#include "absl/strings/string_view.h"
#include "mcp_agent/jobs/job_rules.h"
#include "mcp_agent/jobs/job_work.h"

namespace specrelay {

// Both works must outlive it.
class WorkByType final : public JobWork {
 public:
  WorkByType(JobWork& cleanup, JobWork& agent) : cleanup_(cleanup), agent_(agent) {}

  WorkOutcome Do(const v1::Job& job, absl::string_view execution_id, RunControl& control) override {
    // A type that nobody knows is refused by the cleanup.
    return (job.type() == kRunAgent ? agent_ : cleanup_).Do(job, execution_id, control);
  }

 private:
  JobWork& cleanup_;
  JobWork& agent_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_WORK_BY_TYPE_H_
