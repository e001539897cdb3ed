// Runs jobs when their schedules say so, in one process of the machine.
#ifndef SPECRELAY_MCP_AGENT_JOBS_JOB_SCHEDULER_H_
#define SPECRELAY_MCP_AGENT_JOBS_JOB_SCHEDULER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/jobs/job_store.h"
#include "mcp_agent/jobs/run_lock.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "mcp_agent/link/task_runner.h"
#include "mcp_agent/link/timers.h"
#include "proto/support/clock.h"

namespace specrelay {

// What a JobScheduler works with; everything must outlive it.
struct JobSchedulerParts {
  WriteLedger& machine_ledger;
  const JobStore& jobs;
  const RunLocks& locks;
  const Clock& clock;
  Timers& timers;
  TaskRunner& tasks;  // where files are read and written
  absl::TimeZone zone;
  // Starts a run; must not block until it has ended.
  std::function<void(absl::string_view job_id, absl::string_view request_id)> run;
};

// Of all schedulers on a machine the one that holds the lock is active; the others try again every 30 s, so that one
// takes over when its process ends. The active one looks at jobs.json at each run's time and at least every 30 s, which
// is also how late a run can be after the machine slept.
//
// A run's time is written to jobs.json before the run is started, and the run's request id is made from job and time:
// no time's run is started twice, by whomever. One whose process dies in between is left out.
//
// Thread-safe. Shutdown: Stop() waits for a look that is under way, after which nothing is called; the destructor does
// the same.
class JobScheduler {
 public:
  explicit JobScheduler(JobSchedulerParts parts);
  ~JobScheduler();
  JobScheduler(const JobScheduler&) = delete;
  JobScheduler& operator=(const JobScheduler&) = delete;

  void Start() { LookNow(); }

  // Looks at jobs.json soon instead of at the next time: it has changed.
  void LookNow();

  void Stop();

 private:
  // Outlives the scheduler in calls that are to come, which find it stopped.
  struct State {
    absl::Mutex mu;
    bool stopped ABSL_GUARDED_BY(mu) = false;
    bool queued ABSL_GUARDED_BY(mu) = false;  // a look waits for a thread
    bool looking ABSL_GUARDED_BY(mu) = false;
    bool look_again ABSL_GUARDED_BY(mu) = false;  // asked for during a look
    std::unique_ptr<Timers::Timer> timer ABSL_GUARDED_BY(mu);

    bool NotLookingLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) { return !looking; }
  };

  void QueueLookLocked(State& state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state.mu);
  void SetTimerLocked(State& state, absl::Duration delay) ABSL_EXCLUSIVE_LOCKS_REQUIRED(state.mu);
  // One look, on a thread of the tasks.
  void LookOnce();
  bool HaveLock();
  // Starts what is due and returns the time until the next look.
  absl::Duration RunDueJobs();
  // Starts the job when it is due. Returns when it is due next.
  absl::Time RunIfDue(const StoredJob& stored, absl::Time now);
  absl::Status ClaimSlot(absl::string_view job_id, absl::Time slot, absl::string_view request_id);

  const JobSchedulerParts parts_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();

  // Owned by the look under way, of which there is one at a time.
  std::unique_ptr<RunLock> lock_;
  absl::Time watched_since_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_JOB_SCHEDULER_H_
