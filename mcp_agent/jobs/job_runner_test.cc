#include "mcp_agent/jobs/job_runner.h"

#include <string>

#include "mcp_agent/jobs/testing/job_runner_fixture.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using Code = absl::StatusCode;

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

TEST_F(JobRunnerTest, AnswersWithTheTimesThatItsRecordHas) {
  clock_.Advance(absl::Nanoseconds(123'456'789));
  work_.OpenGate();
  JobRunner runner(Parts());
  ASSERT_OK_AND_ASSIGN(const v1::JobRunResponse first, RunToEnd(runner, "job-1", "req"));
  ASSERT_OK_AND_ASSIGN(const v1::JobRunResponse again, RunToEnd(runner, "job-1", "req"));
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
  EXPECT_EQ(first.execution().start_time().nanos(), 123'000'000);
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

}  // namespace
}  // namespace specrelay
