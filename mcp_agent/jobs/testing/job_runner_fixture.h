#ifndef SPECRELAY_MCP_AGENT_JOBS_TESTING_JOB_RUNNER_FIXTURE_H_
#define SPECRELAY_MCP_AGENT_JOBS_TESTING_JOB_RUNNER_FIXTURE_H_

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "mcp_agent/jobs/job_runner.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/json.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {

// Work that begins when asked and ends when told to.
class GatedWork final : public JobWork {
 public:
  WorkOutcome Do(const v1::Job& job, absl::string_view execution_id, RunControl& control) override {
    ++runs;
    absl::Notification cancelled;
    const RunControl::OnCancel on_cancel(control, [&] {
      cancelled.Notify();
      absl::MutexLock lock(&mu_);
      ++cancels_;
    });
    absl::MutexLock lock(&mu_);
    ++begun_;
    mu_.Await(absl::Condition(this, &GatedWork::MayEndLocked));
    if (cancelled.HasBeenNotified()) --cancels_;
    WorkOutcome outcome = outcome_;
    if (cancelled.HasBeenNotified()) outcome.status = absl::CancelledError("cancelled");
    return outcome;
  }

  void OpenGate() {
    absl::MutexLock lock(&mu_);
    open_ = true;
  }
  void WaitUntilBegun(int count) {
    absl::MutexLock lock(&mu_);
    wanted_ = count;
    mu_.Await(absl::Condition(this, &GatedWork::BegunLocked));
  }
  void set_outcome(WorkOutcome outcome) {
    absl::MutexLock lock(&mu_);
    outcome_ = std::move(outcome);
  }

  std::atomic<int> runs{0};

 private:
  bool MayEndLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return open_ || cancels_ > 0; }
  bool BegunLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return begun_ >= wanted_; }

  absl::Mutex mu_;
  bool open_ ABSL_GUARDED_BY(mu_) = false;
  int cancels_ ABSL_GUARDED_BY(mu_) = 0;
  int begun_ ABSL_GUARDED_BY(mu_) = 0;
  int wanted_ ABSL_GUARDED_BY(mu_) = 0;
  WorkOutcome outcome_ ABSL_GUARDED_BY(mu_);
};

// One answer of Run().
class Answer {
 public:
  JobRunner::Done Done() {
    return [state = state_](absl::StatusOr<v1::JobRunResponse> result) {
      state->result = std::move(result);
      state->done.Notify();  // a second call aborts the test
    };
  }
  const absl::StatusOr<v1::JobRunResponse>& Get() {
    EXPECT_TRUE(state_->done.WaitForNotificationWithTimeout(absl::Seconds(30)));
    return state_->result;
  }
  bool answered() const { return state_->done.HasBeenNotified(); }

 private:
  struct State {
    absl::StatusOr<v1::JobRunResponse> result = absl::UnknownError("not answered");
    absl::Notification done;
  };
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

// Jobs job-1 and job-2 on a machine whose files are in memory.
class JobRunnerTest : public testing::Test {
 protected:
  JobRunnerTest() {
    tree_.Put("jobs.json", R"({"automationJobs":[{"id":"job-1","name":"One","type":"cleanup-specs"},{"id":"job-2"}]})");
  }

  JobRunnerParts Parts() {
    return {tree_, ledger_, store_, locks_, work_, clock_, [this](v1::JobProgress progress) {
              absl::MutexLock lock(&mu_);
              progress_.push_back(v1::JobProgress::State_Name(progress.state()));
            }};
  }

  absl::StatusOr<v1::JobRunResponse> RunToEnd(JobRunner& runner, absl::string_view job_id,
                                              absl::string_view request_id) {
    Answer answer;
    runner.Run(job_id, request_id, answer.Done());
    return answer.Get();
  }

  absl::StatusOr<v1::JobCancelResponse> Cancel(JobRunner& runner, absl::string_view job_id) {
    v1::JobCancelRequest request;
    request.set_id(std::string(job_id));
    return runner.Cancel(request);
  }

  std::vector<v1::JobExecution> History(absl::string_view job_id) {
    v1::JobHistoryRequest request;
    request.set_id(std::string(job_id));
    const v1::JobHistoryResponse response = JobHistory(tree_).History(request).value();
    return {response.executions().begin(), response.executions().end()};
  }

  std::vector<std::string> Progress() {
    absl::MutexLock lock(&mu_);
    return progress_;
  }

  // Leaves behind what an agent leaves that is killed while it runs the job.
  std::string DieRunning(absl::string_view job_id, absl::string_view request_id) {
    v1::JobExecution execution;
    execution.set_id(DeriveId(request_id, "run_", job_id));
    execution.set_job_id(std::string(job_id));
    *execution.mutable_start_time() = ToProto(clock_.Now());
    const pid_t agent = fork();
    if (agent == 0) {
      absl::StatusOr<std::unique_ptr<RunLock>> lock = locks_.TryAcquire(absl::StrCat("job:", job_id));
      _exit(lock.ok() && (*lock)->WriteNote(ToJson(execution).value()).ok() ? 0 : 1);
    }
    int status = 0;
    waitpid(agent, &status, 0);
    EXPECT_EQ(status, 0);
    clock_.Advance(absl::Seconds(90));
    return execution.id();
  }

  TempDir directory_;
  FakeClock clock_;
  MemoryTree tree_{&clock_};
  Ledger ledger_{tree_, clock_};
  JobStore store_{tree_, clock_, absl::UTCTimeZone()};
  RunLocks locks_{directory_.Join("locks")};
  GatedWork work_;
  absl::Mutex mu_;
  std::vector<std::string> progress_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_TESTING_JOB_RUNNER_FIXTURE_H_
