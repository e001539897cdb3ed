#include "mcp_agent/mcp/tools/wait_for_approval.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/mcp/testing/tool_fixture.h"
#include "mcp_agent/mcp/tools/approvals_tool.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

// The agent of the same project, started anew.
struct RestartedAgent {
  explicit RestartedAgent(const SampleProject& project) : harness(project.path()), port(harness, project.path()) {}

  ExecutorHarness harness;
  ExecutorCommandPort port;
  WaitForApprovalTool tool{std::make_shared<ToolContext>(port)};
};

class WaitForApprovalTest : public ToolFixture {
 protected:
  WaitForApprovalTest() {
    const auto requested = CallTool(approvals_, R"({"action": "request", "title": "Review design",
        "filePath": ".spec-context/specs/user-auth/design.md", "type": "document", "category": "spec",
        "categoryName": "user-auth"})");
    EXPECT_THAT(requested, IsOk());
    id_ = requested->structured["approvalId"];
  }

  std::string Arguments(absl::string_view more = "") const {
    return absl::StrCat(R"({"approvalId": ")", id_, "\"", more, "}");
  }
  std::string TreePath() const { return absl::StrCat("approvals/user-auth/", id_, ".json"); }
  std::string File() const { return absl::StrCat(".spec-context/", TreePath()); }

  // By an executor of another process, as far as the tree is concerned.
  void Decide(absl::string_view more) {
    ASSERT_THAT(other_.Execute(absl::StrCat(R"({"approvalUpdate": {"id": ")", id_, R"(", )", more, "}}")), IsOk());
    harness_.NoteChanged(TreePath());
  }
  void WaitAndCancel() {
    const auto call = NewCall();
    StartedCall wait(tool_, Arguments(), call);
    call->AwaitReports(1);
    call->Cancel();
    EXPECT_THAT(wait.Await(), HasCode(absl::StatusCode::kCancelled));
  }
  void Approve() { Decide(R"("status": "APPROVAL_STATUS_APPROVED", "response": "Looks good")"); }

  const std::shared_ptr<ToolContext> context_ = std::make_shared<ToolContext>(port_);
  ApprovalsTool approvals_{context_};
  WaitForApprovalTool tool_{context_};
  ExecutorHarness other_{project_.path()};
  std::string id_;
};

TEST_F(WaitForApprovalTest, ADecisionWhileItWaitsEndsTheWait) {
  const auto call = NewCall();
  StartedCall wait(tool_, Arguments(), call);
  call->AwaitReports(1);
  EXPECT_FALSE(wait.ended());
  Approve();
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, wait.Await());
  EXPECT_EQ(answer.structured["resolved"], true);
  EXPECT_EQ(answer.structured["status"], "approved");
  EXPECT_EQ(answer.structured["canProceed"], true);
  EXPECT_EQ(answer.structured["response"], "Looks good");
  EXPECT_THAT(answer.text, AllOf(HasSubstr("Looks good"), HasSubstr("go on with the next phase")));
}

TEST_F(WaitForApprovalTest, ADecisionFromBeforeTheCallIsAnsweredAtOnce) {
  Approve();
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, Arguments()));
  EXPECT_EQ(answer.structured["status"], "approved");
}

TEST_F(WaitForApprovalTest, RemarksComeWithTheirPlaces) {
  Decide(R"("status": "APPROVAL_STATUS_NEEDS_REVISION", "response": "Almost", "comments": [
      {"type": "selection", "comment": "to what?", "selectedText": "Changed.", "lineNumber": 3},
      {"type": "general", "comment": "more detail"}])");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, Arguments()));
  EXPECT_EQ(answer.structured["status"], "needs-revision");
  EXPECT_EQ(answer.structured["canProceed"], false);
  EXPECT_EQ(answer.structured["comments"][0]["lineNumber"], 3);
  EXPECT_EQ(answer.structured["comments"][0]["selectedText"], "Changed.");
  EXPECT_THAT(answer.text, AllOf(HasSubstr("line 3, on \"Changed.\": to what?"), HasSubstr("general: more detail"),
                                 HasSubstr("request a new approval")));
}

TEST_F(WaitForApprovalTest, ARejectionSaysNotToGoOn) {
  Decide(R"("status": "APPROVAL_STATUS_REJECTED", "response": "No")");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, Arguments()));
  EXPECT_EQ(answer.structured["status"], "rejected");
  EXPECT_THAT(answer.text, HasSubstr("do not go on"));
}

TEST_F(WaitForApprovalTest, AnAnsweredDecisionIsConfirmedAndCannotBeUndone) {
  Approve();
  ASSERT_THAT(CallTool(tool_, Arguments()), IsOk());
  EXPECT_TRUE(Json::parse(project_.ReadFile(File())).contains("consumedAt"));
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult undo,
                       other_.Execute(absl::StrCat(R"({"approvalUndo": {"ids": [")", id_, "\"]}}")));
  EXPECT_NE(undo.approval_undo().items(0).code(), 0);
}

TEST_F(WaitForApprovalTest, TheApprovalIsDeletedWithTheNextCallAndNotBefore) {
  Approve();
  ASSERT_THAT(CallTool(tool_, Arguments()), IsOk());
  EXPECT_TRUE(project_.Exists(File()));
  ASSERT_THAT(CallTool(approvals_, R"({"action": "status"})"), IsOk());
  EXPECT_FALSE(project_.Exists(File()));
}

TEST_F(WaitForApprovalTest, WithoutAutoDeleteTheApprovalStays) {
  Approve();
  ASSERT_THAT(CallTool(tool_, Arguments(R"(, "autoDelete": false)")), IsOk());
  ASSERT_THAT(CallTool(approvals_, R"({"action": "status"})"), IsOk());
  EXPECT_TRUE(project_.Exists(File()));
}

TEST_F(WaitForApprovalTest, AfterARestartTheDecisionIsToldAgain) {
  Approve();
  ASSERT_OK_AND_ASSIGN(const ToolAnswer lost, CallTool(tool_, Arguments()));
  // The agent ended before the client had read its answer.
  RestartedAgent restarted(project_);
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(restarted.tool, Arguments()));
  EXPECT_EQ(answer.structured, lost.structured);
}

TEST_F(WaitForApprovalTest, ADecisionThatWasMadeWhileNobodyWaitedIsFoundAfterARestart) {
  WaitAndCancel();
  Approve();
  RestartedAgent restarted(project_);
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(restarted.tool, Arguments()));
  EXPECT_EQ(answer.structured["status"], "approved");
}

TEST_F(WaitForApprovalTest, WhenTheTimeIsOverTheModelIsToldToWaitAgain) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, Arguments(R"(, "timeoutMs": 20)")));
  EXPECT_EQ(answer.structured["resolved"], false);
  EXPECT_EQ(answer.structured["timeout"], true);
  EXPECT_EQ(answer.structured["status"], "pending");
  EXPECT_THAT(answer.text, AllOf(HasSubstr("Nobody has decided yet"), HasSubstr("Call wait-for-approval"),
                                 HasSubstr("https://dashboard.example/")));
}

TEST_F(WaitForApprovalTest, AWaitingCallTellsAgainAndAgainThatItGoesOn) {
  WaitForApprovalTool tool(context_, absl::Milliseconds(20));
  const auto call = NewCall();
  StartedCall wait(tool, Arguments(R"(, "timeoutMs": 600000)"), call);
  call->AwaitReports(4);
  Approve();
  ASSERT_THAT(wait.Await(), IsOk());
  const auto reports = call->reports();
  for (size_t i = 1; i < reports.size(); ++i) EXPECT_GT(reports[i].progress, reports[i - 1].progress);
  EXPECT_EQ(reports[0].progress, 0);
  EXPECT_EQ(reports[0].total, 600);
  EXPECT_THAT(reports[0].message, HasSubstr("https://dashboard.example/"));
}

TEST_F(WaitForApprovalTest, ADeletedApprovalEndsTheWait) {
  const auto call = NewCall();
  StartedCall wait(tool_, Arguments(), call);
  // The first read has seen it when it is read for a second wait.
  ASSERT_THAT(CallTool(tool_, Arguments(R"(, "timeoutMs": 20)")), IsOk());
  project_.Remove(File());
  harness_.NoteChanged(TreePath());
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, wait.Await());
  EXPECT_EQ(answer.structured["status"], "deleted");
  EXPECT_EQ(answer.structured["resolved"], false);
  EXPECT_THAT(answer.text, HasSubstr("Do not go on"));
}

TEST_F(WaitForApprovalTest, AnUnknownApprovalLeadsToTheListOfPendingOnes) {
  EXPECT_THAT(CallTool(tool_, R"({"approvalId": "approval_1_nobody"})"),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("to see what is pending")));
  EXPECT_THAT(CallTool(tool_, R"({"approvalId": "../x"})"),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("to see what is pending")));
}

TEST_F(WaitForApprovalTest, ACancelledCallEndsAndConfirmsNothing) {
  WaitAndCancel();
  Approve();
  EXPECT_FALSE(Json::parse(project_.ReadFile(File())).contains("consumedAt"));
}

TEST_F(WaitForApprovalTest, ACallCancelledBeforeItBeganEndsAtOnce) {
  const auto call = NewCall();
  call->Cancel();
  EXPECT_THAT(CallTool(tool_, Arguments(), call), HasCode(absl::StatusCode::kCancelled));
  EXPECT_FALSE(Json::parse(project_.ReadFile(File())).contains("consumedAt"));
}

TEST_F(WaitForApprovalTest, ACallCancelledWhenTheDecisionCameConfirmsNothing) {
  const auto call = NewCall();
  port_.Observe([&](const v1::Command& command) {
    if (command.has_approval_wait()) call->Cancel();
  });
  Approve();
  EXPECT_THAT(CallTool(tool_, Arguments(), call), HasCode(absl::StatusCode::kCancelled));
  EXPECT_FALSE(Json::parse(project_.ReadFile(File())).contains("consumedAt"));
}

TEST_F(WaitForApprovalTest, ADecisionTakenBackBeforeItIsConfirmedIsNotTheAnswer) {
  Approve();
  bool undone = false;
  port_.Observe([&](const v1::Command& command) {
    if (!command.has_approval_consume() || undone) return;
    undone = true;
    ASSERT_THAT(other_.Execute(absl::StrCat(R"({"approvalUndo": {"ids": [")", id_, "\"]}}")), IsOk());
    Decide(R"("status": "APPROVAL_STATUS_APPROVED", "response": "second")");
    ASSERT_THAT(other_.Execute(absl::StrCat(R"({"approvalUndo": {"ids": [")", id_, "\"]}}")), IsOk());
  });
  const auto call = NewCall();
  StartedCall wait(tool_, Arguments(), call);
  call->AwaitReports(2);
  Decide(R"("status": "APPROVAL_STATUS_REJECTED", "response": "third")");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, wait.Await());
  EXPECT_EQ(answer.structured["status"], "rejected");
  EXPECT_EQ(answer.structured["response"], "third");
}

TEST_F(WaitForApprovalTest, TwoWhoWaitBothGetTheDecision) {
  const auto first_call = NewCall();
  const auto second_call = NewCall();
  StartedCall first(tool_, Arguments(), first_call);
  StartedCall second(tool_, Arguments(), second_call);
  Approve();
  ASSERT_OK_AND_ASSIGN(const ToolAnswer first_answer, first.Await());
  ASSERT_OK_AND_ASSIGN(const ToolAnswer second_answer, second.Await());
  EXPECT_EQ(first_answer.structured["status"], "approved");
  EXPECT_EQ(second_answer.structured["status"], "approved");
}

TEST_F(WaitForApprovalTest, EachCommandHasAnIdOfItsOwnMadeFromTheCalls) {
  Approve();
  const auto call = NewCall();
  ASSERT_THAT(CallTool(tool_, Arguments(), call), IsOk());
  EXPECT_THAT(port_.request_ids(), Contains(absl::StrCat(call->id(), "/wait-1")));
  EXPECT_THAT(port_.request_ids(), Contains(absl::StrCat(call->id(), "/consume-1")));
}

}  // namespace
}  // namespace specrelay
