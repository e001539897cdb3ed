#include "mcp_agent/mcp/tools/task_next.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/mcp/testing/tool_fixture.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kTasks[] = ".spec-context/specs/user-auth/tasks.md";
constexpr char kPlan[] =
    "# Tasks\n\n"
    "- [x] 1. Store\n"
    "- [ ] 2. Login\n"
    "  - File: src/login.ts\n"
    "  - Check the password\n"
    "  - Purpose: Let people in\n"
    "  - _Leverage: src/session.ts_\n"
    "  - _Requirements: 1.1, 1.2_\n"
    "  - _Prompt: Role: Engineer | Task: Add the endpoint | Success: The tests pass_\n"
    "- [ ] 3. Docs\n";

class TaskNextTest : public ToolFixture {
 protected:
  TaskNextTest() { project_.WriteFile(kTasks, kPlan); }

  TaskNextTool tool_{std::make_shared<ToolContext>(port_)};
};

TEST_F(TaskNextTest, TheNextTaskComesWithItsPromptAndIsMarkedStarted) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"specName": "user-auth"})"));
  const Json& task = answer.structured["task"];
  EXPECT_EQ(task["id"], "2");
  EXPECT_EQ(task["status"], "in-progress");
  EXPECT_EQ(task["files"], Json::array({"src/login.ts"}));
  EXPECT_EQ(task["requirements"], Json::array({"1.1", "1.2"}));
  EXPECT_EQ(task["leverage"], "src/session.ts");
  EXPECT_EQ(task["promptStructured"][1]["key"], "Task");
  EXPECT_EQ(task["promptStructured"][1]["value"], "Add the endpoint");
  EXPECT_EQ(answer.structured["started"], true);
  EXPECT_THAT(answer.text, AllOf(HasSubstr("Role: Engineer"), HasSubstr("search-logs"), HasSubstr("task-update")));
  EXPECT_THAT(project_.ReadFile(kTasks), HasSubstr("- [-] 2. Login\n  - File"));
  EXPECT_THAT(project_.ReadFile(kTasks), HasSubstr("- [ ] 3. Docs\n"));
}

TEST_F(TaskNextTest, ATaskInProgressIsGivenAgain) {
  ASSERT_THAT(CallTool(tool_, R"({"specName": "user-auth"})"), IsOk());
  const std::string before = project_.ReadFile(kTasks);
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"specName": "user-auth"})"));
  EXPECT_EQ(answer.structured["task"]["id"], "2");
  EXPECT_EQ(answer.structured["started"], false);
  EXPECT_EQ(project_.ReadFile(kTasks), before);
}

TEST_F(TaskNextTest, PeekingMarksNothing) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"specName": "user-auth", "peek": true})"));
  EXPECT_EQ(answer.structured["task"]["id"], "2");
  EXPECT_EQ(answer.structured["task"]["status"], "pending");
  EXPECT_EQ(project_.ReadFile(kTasks), kPlan);
}

TEST_F(TaskNextTest, AGroupWhoseSubtasksAreCompletedIsToBeChecked) {
  project_.WriteFile(kTasks, "- [ ] 1. Group\n- [x] 1.1 A\n");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"specName": "user-auth"})"));
  EXPECT_EQ(answer.structured["task"]["id"], "1");
  EXPECT_EQ(answer.structured["isGroup"], true);
  EXPECT_THAT(answer.text, HasSubstr("Its subtasks are completed"));
}

TEST_F(TaskNextTest, WhenNothingIsNextItSaysWhatIsBlockedAndWhy) {
  project_.WriteFile(kTasks, "- [x] 1. A\n- [~] 2. B\n  - _Blocked: no key for the API_\n- [~] 3. C\n");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"specName": "user-auth"})"));
  EXPECT_FALSE(answer.structured.contains("task"));
  EXPECT_EQ(answer.structured["allCompleted"], false);
  ASSERT_EQ(answer.structured["blocked"].size(), 2);
  EXPECT_EQ(answer.structured["blocked"][0]["blockedReason"], "no key for the API");
  EXPECT_THAT(answer.text, AllOf(HasSubstr("2 B: no key for the API"), HasSubstr("3 C: no reason stated"),
                                 HasSubstr("status pending")));
}

TEST_F(TaskNextTest, WhenAllAreCompletedItSaysSo) {
  project_.WriteFile(kTasks, "- [x] 1. A\n");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"specName": "user-auth"})"));
  EXPECT_EQ(answer.structured["allCompleted"], true);
  EXPECT_THAT(answer.text, HasSubstr("All tasks of user-auth are completed"));
}

TEST_F(TaskNextTest, TasksThatWaitForTheirApprovalAreNotStarted) {
  ASSERT_OK_AND_ASSIGN(
      const v1::CommandResult created,
      harness_.Execute(absl::StrCat(R"({"approvalCreate": {"title": "Review tasks", "filePath": ")", kTasks,
                                    R"(", "type": "APPROVAL_TYPE_DOCUMENT",
                                                     "category": "APPROVAL_CATEGORY_SPEC",
                                                     "categoryName": "user-auth"}})")));
  const std::string id = created.approval_create().approval().id();
  EXPECT_THAT(CallTool(tool_, R"({"specName": "user-auth"})"),
              IsStatus(absl::StatusCode::kFailedPrecondition,
                       HasSubstr(absl::StrCat("Call wait-for-approval with approvalId \"", id))));
  EXPECT_EQ(project_.ReadFile(kTasks), kPlan);
  EXPECT_THAT(CallTool(tool_, R"({"specName": "user-auth", "peek": true})"), IsOk());

  ASSERT_THAT(harness_.Execute(
                  absl::StrCat(R"({"approvalUpdate": {"id": ")", id, R"(", "status": "APPROVAL_STATUS_APPROVED"}})")),
              IsOk());
  EXPECT_THAT(CallTool(tool_, R"({"specName": "user-auth"})"), IsOk());
}

TEST_F(TaskNextTest, ADocumentThatChangesMeanwhileIsReadAgain) {
  bool changed = false;
  port_.Observe([&](const v1::Command& command) {
    if (!command.has_task_status_update() || changed) return;
    changed = true;
    project_.WriteFile(kTasks, "- [x] 1. Store\n- [x] 2. Login\n- [ ] 3. Docs\n");
    harness_.cache().InvalidateAll();
  });
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"specName": "user-auth"})"));
  EXPECT_EQ(answer.structured["task"]["id"], "3");
  EXPECT_EQ(project_.ReadFile(kTasks), "- [x] 1. Store\n- [x] 2. Login\n- [-] 3. Docs\n");
}

TEST_F(TaskNextTest, ADocumentThatChangesOverAndOverEndsTheCall) {
  int changes = 0;
  port_.Observe([&](const v1::Command& command) {
    if (!command.has_task_status_update()) return;
    project_.WriteFile(kTasks, absl::StrCat(kPlan, "\n", ++changes, "\n"));
  });
  EXPECT_THAT(CallTool(tool_, R"({"specName": "user-auth"})"),
              IsStatus(absl::StatusCode::kAborted, HasSubstr("call task-next again")));
}

TEST_F(TaskNextTest, TwoTasksOfOneNumberAreToBeRenumbered) {
  const std::string document = "- [x] 1. A\n- [ ] 1. B\n";
  project_.WriteFile(kTasks, document);
  EXPECT_THAT(CallTool(tool_, R"({"specName": "user-auth"})"),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("give each task a number of its own")));
  EXPECT_EQ(project_.ReadFile(kTasks), document);
}

TEST_F(TaskNextTest, ASpecWithoutTasksOrUnknownSaysWhatToDo) {
  project_.Remove(kTasks);
  EXPECT_THAT(CallTool(tool_, R"({"specName": "user-auth"})"),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("spec-workflow-guide")));
  EXPECT_THAT(CallTool(tool_, R"({"specName": "nope"})"),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("call spec-status")));
}

}  // namespace
}  // namespace specrelay
