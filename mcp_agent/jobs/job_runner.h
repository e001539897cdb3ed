// Runs jobs: each request once, each job once at a time on the whole machine, each run on the record.
#ifndef SPECRELAY_MCP_AGENT_JOBS_JOB_RUNNER_H_
#define SPECRELAY_MCP_AGENT_JOBS_JOB_RUNNER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "mcp_agent/jobs/active_run.h"
#include "mcp_agent/jobs/job_history.h"
#include "mcp_agent/jobs/job_store.h"
#include "mcp_agent/jobs/job_work.h"
#include "mcp_agent/jobs/run_lock.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "mcp_agent/link/worker_pool.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"
#include "specrelay/v1/job.pb.h"

namespace specrelay {

// What a JobRunner works with; everything must outlive it.
struct JobRunnerParts {
  Tree& machine_tree;
  WriteLedger& machine_ledger;
  const JobStore& jobs;
  const RunLocks& locks;
  JobWork& work;
  const Clock& clock;
  JobProgressSink progress;  // called on the runner's threads, not under a lock; may be null
};

struct JobRunnerOptions {
  int max_threads = 8;   // runs at a time; further ones wait
  int max_queued = 100;  // of those that wait
};

// A run is named by the request that asked for it: "run_" and a digest of request id and job id. It is begun, noted
// beside its lock, done, recorded in the history, and reported, in this order. A run that the death of its agent cut
// off is found by its note and recorded as failed; it is not begun again.
//
// Thread-safe. Threads of its own. Shutdown: Stop() refuses further runs, cancels those under way, waits for them to
// end and be recorded, and answers everybody who waits; the destructor does the same.
class JobRunner {
 public:
  explicit JobRunner(JobRunnerParts parts, JobRunnerOptions options = {});
  ~JobRunner();

  // Gets the run's record, whether it succeeded or not; an error when there was no run, or none that could be recorded:
  //   NOT_FOUND            no such job
  //   FAILED_PRECONDITION  a run of the job is under way, since when
  //   RESOURCE_EXHAUSTED   too many runs wait
  //   UNAVAILABLE          the agent is stopping
  //   CANCELLED            cancelled before it began
  // and those of jobs.json. Called exactly once, in Run() or on one of the runner's threads.
  using Done = ActiveRun::Done;
  using StopWaiting = std::function<void(absl::Status)>;

  // Runs the job. A second call for the same request waits for the same run, or gets its record. The result ends the
  // waiting with a status, but not the run; it may be called at any time, once the runner is gone too.
  StopWaiting Run(absl::string_view job_id, absl::string_view request_id, Done done) ABSL_LOCKS_EXCLUDED(mu_);

  // Asks the job's run to end when it is one of this agent. Whether there was one. Does not block.
  bool CancelOwn(absl::string_view job_id) ABSL_LOCKS_EXCLUDED(mu_);

  // Records the run of the job that the death of its agent cut off, if there is one. FAILED_PRECONDITION when another
  // agent on this machine runs the job, whom this one cannot ask to end it; NOT_FOUND.
  absl::Status SettleOthers(absl::string_view job_id);

  // Both: CancelOwn(), or else SettleOthers().
  absl::StatusOr<v1::JobCancelResponse> Cancel(const v1::JobCancelRequest& request) ABSL_LOCKS_EXCLUDED(mu_);

  // Records the runs that the death of an agent cut off. For the start of an agent.
  absl::Status RecordInterrupted();

  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Work(const std::shared_ptr<ActiveRun>& run) ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<v1::JobExecution> Perform(ActiveRun& run);
  absl::StatusOr<v1::JobExecution> PerformLocked(ActiveRun& run, const v1::Job& job, RunLock& lock);
  absl::optional<v1::JobExecution> Recorded(absl::string_view execution_id) const;
  absl::Status Record(const v1::JobExecution& execution);
  absl::StatusOr<absl::optional<v1::JobExecution>> RecordAbandoned(RunLock& lock);

  const JobRunnerParts parts_;
  const JobHistory history_;

  absl::Mutex mu_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::map<std::string, std::shared_ptr<ActiveRun>> active_ ABSL_GUARDED_BY(mu_);  // by execution id

  WorkerPool pool_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_JOB_RUNNER_H_
