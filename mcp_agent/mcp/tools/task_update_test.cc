#include "mcp_agent/mcp/tools/task_update.h"

#include <memory>
#include <string>

#include "mcp_agent/mcp/testing/tool_fixture.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kTasks[] = ".spec-context/specs/user-auth/tasks.md";

class TaskUpdateTest : public ToolFixture {
 protected:
  TaskUpdateTool tool_{std::make_shared<ToolContext>(port_)};
};

TEST_F(TaskUpdateTest, ATaskIsCompletedOnDisk) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer,
                       CallTool(tool_, R"({"specName": "user-auth", "taskId": "2", "status": "completed"})"));
  EXPECT_EQ(answer.structured["previousStatus"], "in-progress");
  EXPECT_EQ(answer.structured["task"]["status"], "completed");
  EXPECT_EQ(answer.structured["changed"], true);
  EXPECT_THAT(answer.text, HasSubstr("task-next"));
  EXPECT_THAT(project_.ReadFile(kTasks), HasSubstr("- [x] 2. Add login endpoint"));
}

TEST_F(TaskUpdateTest, ACompletedTaskWithoutALogEntryIsToBeLogged) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer unlogged,
                       CallTool(tool_, R"({"specName": "user-auth", "taskId": "2", "status": "completed"})"));
  EXPECT_THAT(unlogged.text, HasSubstr("call log-implementation"));
  ASSERT_OK_AND_ASSIGN(const ToolAnswer logged,
                       CallTool(tool_, R"({"specName": "user-auth", "taskId": "1", "status": "completed"})"));
  EXPECT_EQ(logged.structured["changed"], false);
  EXPECT_THAT(logged.text, Not(HasSubstr("log-implementation")));
}

TEST_F(TaskUpdateTest, ABlockedTaskKeepsItsReasonUntilItIsPutBack) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer blocked, CallTool(tool_, R"({"specName": "user-auth", "taskId": "2",
                                                            "status": "blocked", "reason": "no key"})"));
  EXPECT_EQ(blocked.structured["task"]["blockedReason"], "no key");
  EXPECT_THAT(project_.ReadFile(kTasks), HasSubstr("_Blocked: no key_"));
  ASSERT_THAT(CallTool(tool_, R"({"specName": "user-auth", "taskId": "2", "status": "pending"})"), IsOk());
  EXPECT_THAT(project_.ReadFile(kTasks), Not(HasSubstr("_Blocked:")));
}

TEST_F(TaskUpdateTest, BlockingNeedsAReason) {
  const std::string before = project_.ReadFile(kTasks);
  EXPECT_THAT(CallTool(tool_, R"({"specName": "user-auth", "taskId": "2", "status": "blocked"})"),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("needs a reason")));
  EXPECT_EQ(project_.ReadFile(kTasks), before);
}

TEST_F(TaskUpdateTest, AStartedTaskNeedsNoAdvice) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer,
                       CallTool(tool_, R"({"specName": "user-auth", "taskId": "3", "status": "in-progress"})"));
  EXPECT_EQ(answer.structured["nextSteps"], Json::array());
}

TEST_F(TaskUpdateTest, AnUnknownTaskOrSpecSaysWhereToLook) {
  EXPECT_THAT(CallTool(tool_, R"({"specName": "user-auth", "taskId": "9", "status": "completed"})"),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("tasks.md")));
  EXPECT_THAT(CallTool(tool_, R"({"specName": "nope", "taskId": "1", "status": "completed"})"),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("call spec-status")));
}

}  // namespace
}  // namespace specrelay
