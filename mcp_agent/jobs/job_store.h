// The commands on jobs, but for those that run them.
#ifndef SPECRELAY_MCP_AGENT_JOBS_JOB_STORE_H_
#define SPECRELAY_MCP_AGENT_JOBS_JOB_STORE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/jobs/job_document.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"
#include "specrelay/v1/job.pb.h"

namespace specrelay {

// Reads and writes jobs.json in the machine's tree. Thread-safe; does not own what it is given. Transactions are of the
// machine's tree. Errors besides the tree's: FAILED_PRECONDITION while jobs.json is damaged, for reads and for writes,
// so that whoever owns it can mend it; NOT_FOUND for a job that there is not; INVALID_ARGUMENT as of job_rules.h.
class JobStore {
 public:
  // Schedules are in `zone`.
  JobStore(const Tree& machine_tree, const Clock& clock, absl::TimeZone zone);

  absl::StatusOr<v1::JobListResponse> List(const v1::JobListRequest& request) const;
  absl::StatusOr<v1::JobGetResponse> Get(const v1::JobGetRequest& request) const;

  // ALREADY_EXISTS for a second job of one id, RESOURCE_EXHAUSTED beyond 1,000 jobs.
  absl::StatusOr<v1::JobCreateResponse> Create(Transaction& tx, const v1::JobCreateRequest& request) const;
  // A new schedule, and a job that is enabled again, count from now on: what they would have missed is not made up for.
  absl::StatusOr<v1::JobUpdateResponse> Update(Transaction& tx, const v1::JobUpdateRequest& request) const;
  absl::StatusOr<v1::JobDeleteResponse> Delete(Transaction& tx, const v1::JobDeleteRequest& request) const;

  // With next_run. NOT_FOUND "Job with ID … not found".
  absl::StatusOr<v1::Job> Find(absl::string_view id) const;
  // Says in the log what of jobs.json cannot be read, for the start of an agent: perhaps nobody asks for its jobs.
  void ReportDamage() const;
  // For the scheduler.
  absl::StatusOr<std::vector<StoredJob>> Jobs() const;

 private:
  void SetNextRun(v1::Job& job, absl::Time now) const;

  const Tree& machine_tree_;
  const Clock& clock_;
  const absl::TimeZone zone_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_JOB_STORE_H_
