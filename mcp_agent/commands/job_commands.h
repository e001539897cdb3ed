// The commands on the machine's jobs.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_JOB_COMMANDS_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_JOB_COMMANDS_H_

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mcp_agent/jobs/job_history.h"
#include "mcp_agent/jobs/job_runner.h"
#include "mcp_agent/jobs/job_store.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// Jobs belong to the machine, whichever project's agent is asked. Thread-safe; does not own what it is given.
class JobCommands {
 public:
  // `changed` is called after each change of the jobs.
  JobCommands(WriteLedger& machine_ledger, const JobStore& jobs, const JobHistory& history, JobRunner& runner,
              std::function<void()> changed)
      : machine_ledger_(machine_ledger),
        jobs_(jobs),
        history_(history),
        runner_(runner),
        changed_(std::move(changed)) {}

  // Whether this carries out the command; job-run is begun with runner().
  static bool Handles(const v1::Command& command);

  absl::StatusOr<v1::CommandResult> Execute(const WriteRequest& request, const v1::Command& command) const;

  // For commands that the runner carries out: INVALID_ARGUMENT when the request id was used for another one.
  absl::Status Claim(const WriteRequest& request) const;

  JobRunner& runner() const { return runner_; }

 private:
  absl::StatusOr<v1::CommandResult> Cancel(const WriteRequest& request, const v1::JobCancelRequest& cancel) const;
  absl::StatusOr<v1::CommandResult> Write(Transaction& transaction, const v1::Command& command) const;

  WriteLedger& machine_ledger_;
  const JobStore& jobs_;
  const JobHistory& history_;
  JobRunner& runner_;
  const std::function<void()> changed_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_JOB_COMMANDS_H_
