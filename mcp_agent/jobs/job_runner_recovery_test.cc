// What ends a run before its time, and what is left of it.
#include <string>

#include "mcp_agent/jobs/testing/job_runner_fixture.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using Code = absl::StatusCode;

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
