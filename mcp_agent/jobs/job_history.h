// The file job-execution-history.json: what jobs did.
#ifndef SPECRELAY_MCP_AGENT_JOBS_JOB_HISTORY_H_
#define SPECRELAY_MCP_AGENT_JOBS_JOB_HISTORY_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/job.pb.h"

namespace specrelay {

// `{"executions":[…]}`, oldest first; files that are an array of executions are read too. Thread-safe; `machine_tree`
// must outlive it. Reads fail with FAILED_PRECONDITION while the file is damaged.
class JobHistory {
 public:
  explicit JobHistory(const Tree& machine_tree) : machine_tree_(machine_tree) {}

  // Newest first; none for a job that never ran. INVALID_ARGUMENT for a negative limit; one over 1,000 counts as that.
  absl::StatusOr<v1::JobHistoryResponse> History(const v1::JobHistoryRequest& request) const;
  absl::StatusOr<v1::JobStatsResponse> Stats(const v1::JobStatsRequest& request) const;

  absl::StatusOr<absl::optional<v1::JobExecution>> Find(absl::string_view execution_id) const;

  // Adds a run unless one of that id is there, and forgets all but the newest 1,000. A damaged file must not keep jobs
  // from running: it is kept as "….damaged-<time>", and a new history begins.
  static absl::Status Append(Transaction& tx, const v1::JobExecution& execution);

 private:
  const Tree& machine_tree_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_JOB_HISTORY_H_
