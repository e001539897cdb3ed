#include "mcp_agent/jobs/agent_work.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/json.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using Code = absl::StatusCode;

class AgentWorkTest : public testing::Test {
 protected:
  // A runner whose shell script sees the prompt as $0.
  void DeclareScript(absl::string_view script, absl::string_view more = R"("workingDirectory":"/")") {
    tree_.Put("runners.json", absl::Substitute(R"({"runners":[{"name":"sh","argv":["/bin/sh","-c","$0","{{prompt}}"],)"
                                               R"("placeholders":["prompt"],$1}]})",
                                               script, more));
  }

  WorkOutcome Run(absl::string_view config = R"({"runner":"sh","parameters":{"prompt":"hello"}})") {
    v1::Job job;
    job.set_id("job");
    job.set_type("run-agent");
    EXPECT_THAT(FromJson(config, *job.mutable_config()), IsOk());
    return work_.Do(job, "run_1", control_);
  }

  // All that was reported, with what was left out as "[n]".
  std::string Reported() const {
    std::string all;
    for (const v1::JobProgress& progress : progress_) {
      if (progress.skipped_bytes() > 0) absl::StrAppend(&all, "[", progress.skipped_bytes(), "]");
      absl::StrAppend(&all, progress.output());
    }
    return all;
  }

  FakeClock clock_;
  MemoryTree tree_{&clock_};
  Ledger ledger_{tree_, clock_};
  ProjectRegistry projects_{tree_, ledger_, clock_};
  std::vector<v1::JobProgress> progress_;
  bool cancel_on_output_ = false;
  RunControl control_{"job", "run_1", [this](v1::JobProgress progress) {
                        progress_.push_back(std::move(progress));
                        if (cancel_on_output_) control_.Cancel();
                      }};
  AgentWork work_{tree_, projects_, clock_};
};

TEST_F(AgentWorkTest, RunsTheDeclaredProgramAndReportsItsOutput) {
  DeclareScript("echo got $0");
  const WorkOutcome outcome = Run();
  EXPECT_THAT(outcome.status, IsOk());
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.output_tail, "got hello\n");
  EXPECT_EQ(Reported(), "got hello\n");
  ASSERT_FALSE(progress_.empty());
  EXPECT_EQ(progress_[0].job_id(), "job");
  EXPECT_EQ(progress_[0].execution_id(), "run_1");
  EXPECT_EQ(progress_[0].state(), v1::JobProgress::STATE_RUNNING);
}

TEST_F(AgentWorkTest, NeverLetsAParameterReachAShellOrBecomeSeveralArguments) {
  DeclareScript("printf '%s|' $#  \\\"$0\\\"");
  const WorkOutcome outcome = Run(R"({"runner":"sh","parameters":{"prompt":"a b; echo $(id) `id` | cat"}})");
  EXPECT_EQ(outcome.output_tail, "0|a b; echo $(id) `id` | cat|");
}

TEST_F(AgentWorkTest, RecordsTheExitCodeOfAFailure) {
  DeclareScript("echo oops >&2; exit 9");
  const WorkOutcome outcome = Run();
  EXPECT_THAT(outcome.status, IsStatus(Code::kAborted, HasSubstr("exit code 9")));
  EXPECT_EQ(outcome.exit_code, 9);
  EXPECT_EQ(outcome.output_tail, "oops\n");
}

TEST_F(AgentWorkTest, TellsWhichSignalKilledTheProgram) {
  DeclareScript("kill -9 $$");
  const WorkOutcome outcome = Run();
  EXPECT_THAT(outcome.status, IsStatus(Code::kAborted, HasSubstr("signal 9")));
  EXPECT_FALSE(outcome.exit_code.has_value());
}

TEST_F(AgentWorkTest, StopsAProgramThatTakesTooLong) {
  DeclareScript("echo begun; sleep 600", R"("workingDirectory":"/","timeoutSeconds":1)");
  EXPECT_THAT(Run().status, IsStatus(Code::kDeadlineExceeded, HasSubstr("1s")));
}

TEST_F(AgentWorkTest, IsCancelled) {
  DeclareScript("echo begun; sleep 600");
  cancel_on_output_ = true;
  const WorkOutcome outcome = Run();
  EXPECT_THAT(outcome.status, HasCode(Code::kCancelled));
  EXPECT_EQ(outcome.output_tail, "begun\n");
}

TEST_F(AgentWorkTest, StartsNothingWhenItWasCancelledBefore) {
  DeclareScript("echo begun");
  control_.Cancel();
  const WorkOutcome outcome = Run();
  EXPECT_THAT(outcome.status, HasCode(Code::kCancelled));
  EXPECT_EQ(Reported(), "");
}

TEST_F(AgentWorkTest, LeavesOutOutputThatComesTooFastButKeepsItsEnd) {
  // The clock of the test stands still, so that there is one report at once and one at the end.
  DeclareScript("i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done; echo the end");
  const WorkOutcome outcome = Run();
  EXPECT_EQ(progress_.size(), 2U);
  int64_t bytes = 0;
  for (const v1::JobProgress& progress : progress_) {
    EXPECT_LE(progress.output().size(), 16U * 1024);
    bytes += progress.skipped_bytes() + static_cast<int64_t>(progress.output().size());
  }
  EXPECT_EQ(bytes, 20'000 * 11 + 8);
  EXPECT_EQ(outcome.output_tail.size(), 8192U);
  EXPECT_EQ(outcome.output_tail.substr(8192 - 8), "the end\n");
}

TEST_F(AgentWorkTest, RunsInAProjectThatThisMachineServes) {
  TempDir project;
  DeclareScript("pwd -P", R"("workingDirectory":"{{projectPath}}")");
  const std::string config =
      absl::Substitute(R"({"runner":"sh","parameters":{"prompt":"x"},"projectPath":"$0"})", project.path());
  EXPECT_THAT(Run(config).status,
              IsStatus(Code::kFailedPrecondition, AllOf(HasSubstr("no agent"), HasSubstr(project.path()))));
  ASSERT_THAT(projects_.Touch(project.path()), IsOk());
  EXPECT_EQ(Run(config).output_tail, project.path() + "\n");
}

TEST_F(AgentWorkTest, SaysThatARunnerIsNotDeclared) {
  EXPECT_THAT(Run().status, IsStatus(Code::kFailedPrecondition, HasSubstr("runners.json")));
}

TEST_F(AgentWorkTest, SaysThatTheProgramCannotBeStarted) {
  tree_.Put("runners.json", R"({"runners":[{"name":"sh","argv":["/nonexistent/tool"],"workingDirectory":"/"}]})");
  EXPECT_THAT(Run(R"({"runner":"sh"})").status, IsStatus(Code::kFailedPrecondition, HasSubstr("/nonexistent/tool")));
}

}  // namespace
}  // namespace specrelay
