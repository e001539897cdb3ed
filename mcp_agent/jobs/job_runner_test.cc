#include "mcp_agent/jobs/job_runner.h"

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
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/json.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using Code = absl::StatusCode;
using Result = absl::StatusOr<v1::JobRunResponse>;

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
    return [state = state_](Result result) {
      state->result = std::move(result);
      state->done.Notify();  // a second call aborts the test
    };
  }
  const Result& Get() {
    EXPECT_TRUE(state_->done.WaitForNotificationWithTimeout(absl::Seconds(30)));
    return state_->result;
  }
  bool answered() const { return state_->done.HasBeenNotified(); }

 private:
  struct State {
    Result result = absl::UnknownError("not answered");
    absl::Notification done;
  };
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

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

  Result RunToEnd(JobRunner& runner, absl::string_view job_id, absl::string_view request_id) {
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

TEST_F(JobRunnerTest, RunsAJobAndRecordsIt) {
  WorkOutcome outcome;
  outcome.items_processed = 7;
  outcome.items_deleted = 2;
  work_.set_outcome(outcome);
  work_.OpenGate();
  JobRunner runner(Parts());
  ASSERT_OK_AND_ASSIGN(const v1::JobRunResponse response, RunToEnd(runner, "job-1", "req"));
  const v1::JobExecution& execution = response.execution();
  EXPECT_EQ(execution.id(), DeriveId("req", "run_", "job-1"));
  EXPECT_TRUE(execution.success());
  EXPECT_EQ(execution.job_name(), "One");
  EXPECT_EQ(execution.job_type(), "cleanup-specs");
  EXPECT_EQ(execution.items_processed(), 7);
  EXPECT_EQ(execution.items_deleted(), 2);
  ASSERT_EQ(History("job-1").size(), 1U);
  EXPECT_EQ(History("job-1")[0].SerializeAsString(), execution.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const v1::Job job, store_.Find("job-1"));
  EXPECT_EQ(FromProto(job.last_run()), clock_.Now());
  EXPECT_THAT(Progress(), ElementsAre("STATE_STARTED", "STATE_SUCCEEDED"));
}

TEST_F(JobRunnerTest, RecordsAFailureAsAnAnswer) {
  WorkOutcome outcome;
  outcome.status = absl::AbortedError("it broke");
  outcome.exit_code = 3;
  outcome.output_tail = "the end";
  work_.set_outcome(outcome);
  work_.OpenGate();
  JobRunner runner(Parts());
  ASSERT_OK_AND_ASSIGN(const v1::JobRunResponse response, RunToEnd(runner, "job-1", "req"));
  EXPECT_FALSE(response.execution().success());
  EXPECT_EQ(response.execution().error(), "it broke");
  EXPECT_EQ(response.execution().exit_code(), 3);
  EXPECT_EQ(response.execution().output_tail(), "the end");
  EXPECT_THAT(Progress(), ElementsAre("STATE_STARTED", "STATE_FAILED"));
}

TEST_F(JobRunnerTest, KnowsNoOtherJobs) {
  JobRunner runner(Parts());
  EXPECT_THAT(RunToEnd(runner, "none", "req"), IsStatus(Code::kNotFound, "Job with ID none not found"));
}

TEST_F(JobRunnerTest, JoinsTheRunOfTheSameRequest) {
  JobRunner runner(Parts());
  Answer first;
  Answer second;
  runner.Run("job-1", "req", first.Done());
  work_.WaitUntilBegun(1);
  runner.Run("job-1", "req", second.Done());
  work_.OpenGate();
  ASSERT_THAT(first.Get(), IsOk());
  ASSERT_THAT(second.Get(), IsOk());
  EXPECT_EQ(first.Get()->SerializeAsString(), second.Get()->SerializeAsString());
  EXPECT_EQ(work_.runs, 1);
}

TEST_F(JobRunnerTest, AnswersARequestThatWasDoneFromTheRecord) {
  work_.OpenGate();
  std::string before;
  {
    JobRunner runner(Parts());
    before = RunToEnd(runner, "job-1", "req").value().SerializeAsString();
    EXPECT_EQ(RunToEnd(runner, "job-1", "req").value().SerializeAsString(), before);
  }
  JobRunner after_restart(Parts());
  EXPECT_EQ(RunToEnd(after_restart, "job-1", "req").value().SerializeAsString(), before);
  EXPECT_EQ(work_.runs, 1);
  EXPECT_EQ(History("job-1").size(), 1U);
}

TEST_F(JobRunnerTest, RunsAJobOnceAtATimeOnTheWholeMachine) {
  JobRunner runner(Parts());
  const RunLocks other_locks(directory_.Join("locks"));
  JobRunner other({tree_, ledger_, store_, other_locks, work_, clock_, nullptr});
  Answer first;
  runner.Run("job-1", "req-1", first.Done());
  work_.WaitUntilBegun(1);
  const auto refused =
      IsStatus(Code::kFailedPrecondition, HasSubstr("Job job-1 has been running since 2023-11-14T22:13"));
  EXPECT_THAT(RunToEnd(runner, "job-1", "req-2"), refused);
  EXPECT_THAT(RunToEnd(other, "job-1", "req-3"), refused);
  // Another job is no hindrance.
  Answer another;
  other.Run("job-2", "req-4", another.Done());
  work_.WaitUntilBegun(2);
  work_.OpenGate();
  EXPECT_THAT(first.Get(), IsOk());
  EXPECT_THAT(another.Get(), IsOk());
  EXPECT_THAT(RunToEnd(other, "job-1", "req-5"), IsOk());
}

TEST_F(JobRunnerTest, EndsTheWaitingWithoutEndingTheRun) {
  JobRunner runner(Parts());
  Answer impatient;
  Answer patient;
  const JobRunner::StopWaiting stop = runner.Run("job-1", "req", impatient.Done());
  runner.Run("job-1", "req", patient.Done());
  work_.WaitUntilBegun(1);
  stop(absl::DeadlineExceededError("too long"));
  EXPECT_THAT(impatient.Get(), HasCode(Code::kDeadlineExceeded));
  stop(absl::DeadlineExceededError("again"));
  EXPECT_FALSE(patient.answered());
  work_.OpenGate();
  EXPECT_THAT(patient.Get(), IsOk());
  stop(absl::DeadlineExceededError("after the end"));
}

TEST_F(JobRunnerTest, LetsStopWaitingOutliveTheRunner) {
  JobRunner::StopWaiting stop;
  Answer answer;
  work_.OpenGate();
  {
    JobRunner runner(Parts());
    stop = runner.Run("job-1", "req", answer.Done());
    EXPECT_THAT(answer.Get(), IsOk());
  }
  stop(absl::CancelledError());
}

TEST_F(JobRunnerTest, CancelsARun) {
  JobRunner runner(Parts());
  Answer answer;
  runner.Run("job-1", "req", answer.Done());
  work_.WaitUntilBegun(1);
  ASSERT_OK_AND_ASSIGN(const v1::JobCancelResponse cancelled, Cancel(runner, "job-1"));
  EXPECT_TRUE(cancelled.cancelled());
  ASSERT_THAT(answer.Get(), IsOk());
  EXPECT_FALSE(answer.Get()->execution().success());
  EXPECT_EQ(answer.Get()->execution().error(), "cancelled");
  EXPECT_THAT(Progress(), ElementsAre("STATE_STARTED", "STATE_CANCELLED"));
}

TEST_F(JobRunnerTest, SaysWhenThereIsNothingToCancel) {
  JobRunner runner(Parts());
  ASSERT_OK_AND_ASSIGN(const v1::JobCancelResponse idle, Cancel(runner, "job-1"));
  EXPECT_FALSE(idle.cancelled());
  EXPECT_THAT(Cancel(runner, "none"), HasCode(Code::kNotFound));
}

TEST_F(JobRunnerTest, SaysWhenAnotherAgentRunsWhatIsToBeCancelled) {
  JobRunner runner(Parts());
  JobRunner other(Parts());
  Answer answer;
  runner.Run("job-1", "req", answer.Done());
  work_.WaitUntilBegun(1);
  EXPECT_THAT(Cancel(other, "job-1"),
              IsStatus(Code::kFailedPrecondition, AllOf(HasSubstr("since"), HasSubstr("another process"))));
  work_.OpenGate();
  EXPECT_TRUE(answer.Get()->execution().success());
}

TEST_F(JobRunnerTest, RecordsAtTheStartWhatAnAgentsDeathCutOff) {
  const std::string execution_id = DieRunning("job-1", "req");
  JobRunner runner(Parts());
  ASSERT_THAT(runner.RecordInterrupted(), IsOk());
  ASSERT_THAT(runner.RecordInterrupted(), IsOk());
  ASSERT_EQ(History("job-1").size(), 1U);
  const v1::JobExecution execution = History("job-1")[0];
  EXPECT_EQ(execution.id(), execution_id);
  EXPECT_FALSE(execution.success());
  EXPECT_THAT(execution.error(), HasSubstr("interrupted"));
  EXPECT_EQ(execution.duration_ms(), 90'000);
}

TEST_F(JobRunnerTest, DoesNotBeginAgainWhatAnAgentsDeathCutOff) {
  DieRunning("job-1", "req");
  work_.OpenGate();
  JobRunner runner(Parts());
  ASSERT_OK_AND_ASSIGN(const v1::JobRunResponse response, RunToEnd(runner, "job-1", "req"));
  EXPECT_THAT(response.execution().error(), HasSubstr("interrupted"));
  EXPECT_EQ(work_.runs, 0);
  // A new request is a new run.
  ASSERT_OK_AND_ASSIGN(const v1::JobRunResponse next, RunToEnd(runner, "job-1", "req-2"));
  EXPECT_TRUE(next.execution().success());
  EXPECT_EQ(History("job-1").size(), 2U);
}

TEST_F(JobRunnerTest, RecordsADeadAgentsRunWhenAskedToCancelIt) {
  DieRunning("job-1", "req");
  JobRunner runner(Parts());
  ASSERT_OK_AND_ASSIGN(const v1::JobCancelResponse response, Cancel(runner, "job-1"));
  EXPECT_FALSE(response.cancelled());
  EXPECT_EQ(History("job-1").size(), 1U);
}

TEST_F(JobRunnerTest, RunsDespiteADamagedHistory) {
  tree_.Put("job-execution-history.json", "{");
  work_.OpenGate();
  JobRunner runner(Parts());
  ASSERT_THAT(RunToEnd(runner, "job-1", "req"), IsOk());
  EXPECT_EQ(History("job-1").size(), 1U);
}

TEST_F(JobRunnerTest, SaysThatARunCannotBeRecorded) {
  JobRunner runner(Parts());
  Answer answer;
  runner.Run("job-1", "req", answer.Done());
  work_.WaitUntilBegun(1);
  tree_.InjectWriteFault(absl::ResourceExhaustedError("the disk is full"));
  work_.OpenGate();
  EXPECT_THAT(answer.Get(), IsStatus(Code::kResourceExhausted, AllOf(HasSubstr("ran"), HasSubstr("disk is full"))));
  tree_.ClearWriteFault();
  // It is not begun a second time.
  ASSERT_OK_AND_ASSIGN(const v1::JobRunResponse again, RunToEnd(runner, "job-1", "req"));
  EXPECT_THAT(again.execution().error(), HasSubstr("interrupted"));
  EXPECT_EQ(work_.runs, 1);
}

TEST_F(JobRunnerTest, RefusesWhatItsQueueCannotHold) {
  JobRunner runner(Parts(), {1, 1});
  Answer running;
  runner.Run("job-1", "req-1", running.Done());
  work_.WaitUntilBegun(1);
  Answer waiting;
  runner.Run("job-2", "req-2", waiting.Done());
  EXPECT_THAT(RunToEnd(runner, "job-2", "req-3"), HasCode(Code::kResourceExhausted));
  work_.OpenGate();
  EXPECT_THAT(running.Get(), IsOk());
  EXPECT_THAT(waiting.Get(), IsOk());
}

TEST_F(JobRunnerTest, CancelsAndAnswersEverythingWhenItStops) {
  JobRunner runner(Parts(), {1, 10});
  Answer running;
  Answer waiting;
  runner.Run("job-1", "req-1", running.Done());
  work_.WaitUntilBegun(1);
  runner.Run("job-2", "req-2", waiting.Done());
  runner.Stop();
  runner.Stop();
  ASSERT_TRUE(running.answered());
  EXPECT_EQ(running.Get()->execution().error(), "cancelled");
  ASSERT_TRUE(waiting.answered());
  EXPECT_THAT(waiting.Get(), HasCode(Code::kCancelled));
  EXPECT_EQ(History("job-1").size(), 1U);
  EXPECT_THAT(RunToEnd(runner, "job-1", "req-3"), HasCode(Code::kUnavailable));
}

}  // namespace
}  // namespace specrelay
