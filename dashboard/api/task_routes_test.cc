#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr char kStatus[] = "/api/projects/p1/specs/user-auth/tasks/2/status";
constexpr char kProgress[] = "/api/projects/p1/specs/user-auth/tasks/progress";

class TaskRoutesTest : public testing::Test {
 protected:
  ApiHarness api_;
};

TEST_F(TaskRoutesTest, TellsHowFarTheTasksAre) {
  api_.Connect("p1", Answers(R"({"taskProgress":{"summary":{"total":3,"completed":1},"progressPercent":33.5,
      "inProgressTaskId":"2","version":{"hash":"abc","lastModified":"2026-01-05T10:00:00Z"},
      "tasks":[{"id":"2","description":"Login","status":"TASK_STATUS_IN_PROGRESS","lineNumber":5,
                "leverage":"src/a.ts","promptSections":[{"key":"Role","value":"engineer"}]},
               {"id":"3","status":"TASK_STATUS_BLOCKED","blockedReason":"no key"}]}})"));
  const ApiAnswer answer = api_.Call("GET", kProgress);
  EXPECT_EQ(answer.headers.at("ETag"), "\"abc\"");
  EXPECT_EQ(answer.json["total"], 3);
  EXPECT_EQ(answer.json["inProgress"], "2");
  EXPECT_EQ(answer.json["progress"], 33.5);
  EXPECT_EQ(answer.json["taskList"][0], Json::parse(R"({"id":"2","description":"Login","status":"in-progress",
      "lineNumber":5,"indentLevel":0,"isHeader":false,"completed":false,"inProgress":true,"leverage":"src/a.ts",
      "promptStructured":[{"key":"Role","value":"engineer"}]})"));
  EXPECT_EQ(answer.json["taskList"][1]["status"], "blocked");
  EXPECT_EQ(answer.json["taskList"][1]["blockedReason"], "no key");
}

TEST_F(TaskRoutesTest, NoTaskInProgressIsNull) {
  api_.Connect("p1", Answers(R"({"taskProgress":{"version":{"hash":"abc"}}})"));
  EXPECT_TRUE(api_.Call("GET", kProgress).json["inProgress"].is_null());
}

TEST_F(TaskRoutesTest, ASpecWithoutTasksIsNotFoundAndSaysWhatMakesThem) {
  api_.Connect("p1", AnswersEmpty());
  const ApiAnswer answer = api_.Call("GET", kProgress);
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.json["error"].get<std::string>(), HasSubstr("PUT"));
}

TEST_F(TaskRoutesTest, SetsAStatus) {
  const ScriptedAgent& agent = api_.Connect("p1", Answers(R"({"taskStatusUpdate":{"changed":true,
      "task":{"id":"2","status":"TASK_STATUS_COMPLETED"},"version":{"hash":"def"}}})"));
  const ApiAnswer answer = api_.Call("PUT", kStatus, R"({"status":"completed"})", {{"If-Match", "\"abc\""}});
  EXPECT_EQ(answer.json["message"], "Task 2 status updated to completed");
  EXPECT_EQ(answer.json["task"]["completed"], true);
  EXPECT_EQ(answer.headers.at("ETag"), "\"def\"");
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"taskStatusUpdate":{"specName":"user-auth","taskId":"2",
      "status":"TASK_STATUS_COMPLETED","baseHash":"abc"}})"));
}

TEST_F(TaskRoutesTest, SaysWhenTheStatusWasThatAlready) {
  api_.Connect("p1", Answers(R"({"taskStatusUpdate":{"task":{"id":"2","status":"TASK_STATUS_PENDING"}}})"));
  EXPECT_EQ(api_.Call("PUT", kStatus, R"({"status":"pending"})").json["message"], "Task 2 already has status pending");
}

TEST_F(TaskRoutesTest, BlocksWithAReason) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  api_.Call("PUT", kStatus, R"({"status":"blocked","reason":"no key"})");
  EXPECT_EQ(agent.LastCommand()["taskStatusUpdate"]["reason"], "no key");
}

TEST_F(TaskRoutesTest, AnUnknownStatusIsRefusedWithThoseThereAre) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  const ApiAnswer answer = api_.Call("PUT", kStatus, R"({"status":"weird"})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.json["error"].get<std::string>(), HasSubstr("pending, in-progress, completed, or blocked"));
  EXPECT_TRUE(agent.commands().empty());
}

}  // namespace
}  // namespace specrelay
