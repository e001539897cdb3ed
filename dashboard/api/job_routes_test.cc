#include <string>

#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kNewJob[] = R"({"id":"j1","name":"Clean","type":"cleanup-approvals","config":{"daysOld":30},
    "schedule":"0 2 * * *"})";

class JobRoutesTest : public testing::Test {
 protected:
  ApiHarness api_;
};

TEST_F(JobRoutesTest, WithOneMachineNothingNeedsToBeChosen) {
  api_.Connect("p1", Answers(R"({"jobList":{"jobs":[{"id":"j1","name":"Clean","type":"cleanup-approvals",
      "enabled":true,"config":{"daysOld":30},"schedule":"0 2 * * *","createdAt":"2026-01-05T10:00:00Z",
      "nextRun":"2026-01-06T02:00:00Z"}]}})"));
  EXPECT_EQ(api_.Call("GET", "/api/jobs").json, Json::parse(R"([{"id":"j1","name":"Clean","type":"cleanup-approvals",
      "enabled":true,"config":{"daysOld":30},"schedule":"0 2 * * *","createdAt":"2026-01-05T10:00:00.000Z"}])"));
}

TEST_F(JobRoutesTest, TwoProjectsOfOneMachineAreOneMachine) {
  api_.Connect("p1", AnswersEmpty());
  api_.Connect("p2", AnswersEmpty());
  EXPECT_EQ(api_.Call("GET", "/api/jobs").status, 200);
}

TEST_F(JobRoutesTest, WithSeveralMachinesTheCallerMustChoose) {
  const ScriptedAgent& first = api_.Connect("p1", AnswersEmpty(), "machine-1");
  const ScriptedAgent& second = api_.Connect("p2", AnswersEmpty(), "machine-2");
  for (const char* method : {"GET", "POST"}) {
    const ApiAnswer answer = api_.Call(method, "/api/jobs", kNewJob);
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.json["machines"], Json::parse(R"([
        {"machineId":"machine-1","hostName":"laptop","projectIds":["p1"]},
        {"machineId":"machine-2","hostName":"laptop","projectIds":["p2"]}])"));
    EXPECT_THAT(answer.json["error"].get<std::string>(), AllOf(HasSubstr("?machineId="), HasSubstr("machine-2")));
  }
  EXPECT_TRUE(first.commands().empty());
  EXPECT_EQ(api_.Call("GET", "/api/jobs?machineId=machine-2").status, 200);
  EXPECT_EQ(second.commands().size(), 1u);
  EXPECT_EQ(api_.Call("GET", "/api/jobs?projectId=p1").status, 200);
  EXPECT_EQ(first.commands().size(), 1u);
}

TEST_F(JobRoutesTest, AMachineThatIsNotConnectedIsNotFound) {
  api_.Connect("p1", AnswersEmpty(), "machine-1");
  EXPECT_EQ(api_.Call("GET", "/api/jobs?machineId=machine-9").status, 404);
  EXPECT_EQ(api_.Call("GET", "/api/jobs?projectId=p9").status, 404);
}

TEST_F(JobRoutesTest, AChosenProjectWithoutAnAgentIsOfflineWhateverElseIsConnected) {
  api_.Disconnect(api_.Connect("p1", AnswersEmpty(), "machine-1"));
  api_.Connect("p2", AnswersEmpty(), "machine-2");
  const ApiAnswer answer = api_.Call("GET", "/api/jobs?projectId=p1");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.json["offline"], true);
}

TEST_F(JobRoutesTest, CreatesAJobThatIsEnabledUnlessItSaysOtherwise) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("POST", "/api/jobs", kNewJob).json["message"], "Job created successfully");
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"jobCreate":{"job":{"id":"j1","name":"Clean",
      "type":"cleanup-approvals","enabled":true,"config":{"daysOld":30},"schedule":"0 2 * * *"}}})"));
}

TEST_F(JobRoutesTest, ChangesOnlyWhatIsGiven) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("PUT", "/api/jobs/j1", R"({"enabled":false})").json["message"], "Job updated successfully");
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"jobUpdate":{"id":"j1","enabled":false}})"));
}

TEST_F(JobRoutesTest, RunsAJobAndTellsItsOutcome) {
  api_.Connect("p1", Answers(R"({"jobRun":{"execution":{"id":"x1","jobId":"j1","jobName":"Clean","success":true,
      "startTime":"2026-01-05T10:00:00Z","endTime":"2026-01-05T10:00:01Z","durationMs":"1000","itemsProcessed":2}}})"));
  EXPECT_EQ(api_.Call("POST", "/api/jobs/j1/run", "{}").json, Json::parse(R"({"jobId":"j1","jobName":"Clean",
      "success":true,"startTime":"2026-01-05T10:00:00.000Z","endTime":"2026-01-05T10:00:01.000Z","duration":1000,
      "itemsProcessed":2,"itemsDeleted":0})"));
  EXPECT_EQ(api_.services.waits.taken(), 0);
}

TEST_F(JobRoutesTest, CancelsARun) {
  const ScriptedAgent& agent = api_.Connect("p1", Answers(R"({"jobCancel":{"cancelled":true}})"));
  EXPECT_EQ(api_.Call("POST", "/api/jobs/j1/cancel").json, Json::parse(R"({"success":true,"cancelled":true})"));
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"jobCancel":{"id":"j1"}})"));
}

TEST_F(JobRoutesTest, ListsAndSumsUpRuns) {
  const ScriptedAgent& agent = api_.Connect("p1", [](const v1::Command& command) {
    v1::JobExecution run;
    run.set_id("x1");
    run.set_error("it failed");
    run.set_exit_code(1);
    v1::CommandResult result;
    *(command.has_job_history() ? result.mutable_job_history()->add_executions()
                                : result.mutable_job_stats()->mutable_last_execution()) = run;
    return result;
  });
  const ApiAnswer history = api_.Call("GET", "/api/jobs/j1/history?limit=5");
  ASSERT_EQ(history.json.size(), 1u);
  EXPECT_EQ(history.json[0]["exitCode"], 1);
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"jobHistory":{"id":"j1","limit":5}})"));
  EXPECT_EQ(api_.Call("GET", "/api/jobs/j1/stats").json["lastExecution"], history.json[0]);
  EXPECT_EQ(api_.Call("GET", "/api/jobs/j1/history?limit=-5").status, 400);
}

TEST_F(JobRoutesTest, AJobThatIsNotThereIsNotFoundButForDeletingABadRequestAsTheContractHasIt) {
  api_.Connect("p1", Fails(absl::NotFoundError("there is no job j1; job-list names them")));
  EXPECT_EQ(api_.Call("GET", "/api/jobs/j1").status, 404);
  EXPECT_EQ(api_.Call("DELETE", "/api/jobs/j1").status, 400);
}

TEST_F(JobRoutesTest, DeletesAJob) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("DELETE", "/api/jobs/j1").json["message"], "Job deleted successfully");
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"jobDelete":{"id":"j1"}})"));
}

TEST_F(JobRoutesTest, AViewerReadsAndDoesNotRun) {
  api_.Connect("p1", AnswersEmpty());
  api_.role = Role::kViewer;
  EXPECT_EQ(api_.Call("GET", "/api/jobs").status, 200);
  EXPECT_EQ(api_.Call("POST", "/api/jobs/j1/run").status, 403);
}

}  // namespace
}  // namespace specrelay
