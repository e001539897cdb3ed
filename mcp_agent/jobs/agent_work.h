// Jobs that start a program which the machine's owner declared.
#ifndef SPECRELAY_MCP_AGENT_JOBS_AGENT_WORK_H_
#define SPECRELAY_MCP_AGENT_JOBS_AGENT_WORK_H_

#include "absl/strings/string_view.h"
#include "mcp_agent/jobs/job_work.h"
#include "mcp_agent/jobs/project_registry.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"

namespace specrelay {

// Runs the runner that the job names and reports its output as it comes. Succeeds when the program exits with 0.
// A project that the job names must be one that agents on this machine serve. Everything must outlive it.
class AgentWork final : public JobWork {
 public:
  AgentWork(const Tree& machine_tree, const ProjectRegistry& projects, const Clock& clock)
      : machine_tree_(machine_tree), projects_(projects), clock_(clock) {}

  WorkOutcome Do(const v1::Job& job, absl::string_view execution_id, RunControl& control) override;

 private:
  const Tree& machine_tree_;
  const ProjectRegistry& projects_;
  const Clock& clock_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_AGENT_WORK_H_
