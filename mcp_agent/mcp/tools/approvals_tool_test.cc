#include "mcp_agent/mcp/tools/approvals_tool.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/mcp/testing/tool_fixture.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

class ApprovalsToolTest : public ToolFixture {
 protected:
  static std::string RequestFor(absl::string_view file_path) {
    return absl::StrCat(R"({"action": "request", "title": "Review design", "filePath": ")", file_path,
                        R"(", "type": "document", "category": "spec", "categoryName": "user-auth"})");
  }

  ApprovalsTool tool_{std::make_shared<ToolContext>(port_)};
};

constexpr char kDesign[] = ".spec-context/specs/user-auth/design.md";

TEST_F(ApprovalsToolTest, ARequestIsOnDiskAndNamesTheLinkForThePersonWhoDecides) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, RequestFor(kDesign)));
  const std::string id = answer.structured["approvalId"];
  EXPECT_EQ(answer.structured["status"], "pending");
  EXPECT_EQ(answer.structured["created"], true);
  EXPECT_EQ(answer.structured["canProceed"], false);
  EXPECT_EQ(answer.structured["approvalUrl"],
            absl::StrCat("https://dashboard.example/projects/project-1/approvals/", id));
  EXPECT_THAT(answer.text, HasSubstr(absl::StrCat("Call wait-for-approval with approvalId \"", id)));
  const Json file = Json::parse(project_.ReadFile(absl::StrCat(".spec-context/approvals/user-auth/", id, ".json")));
  EXPECT_EQ(file["title"], "Review design");
  EXPECT_EQ(file["filePath"], kDesign);
  EXPECT_EQ(file["category"], "spec");
}

TEST_F(ApprovalsToolTest, WithoutADashboardThereIsNoLink) {
  port_.Unlink();
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, RequestFor(kDesign)));
  EXPECT_FALSE(answer.structured.contains("approvalUrl"));
  EXPECT_THAT(answer.text, HasSubstr("in the dashboard"));
}

TEST_F(ApprovalsToolTest, ADashboardThatDoesNotReachTheProjectIsTold) {
  port_.SetRelayRemark("the relay refuses the key");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, RequestFor(kDesign)));
  EXPECT_THAT(answer.text, HasSubstr("the relay refuses the key"));
}

TEST_F(ApprovalsToolTest, TheSameRequestAgainIsTheSameApproval) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer first, CallTool(tool_, RequestFor(kDesign)));
  ASSERT_OK_AND_ASSIGN(const ToolAnswer second, CallTool(tool_, RequestFor(kDesign)));
  EXPECT_EQ(second.structured["approvalId"], first.structured["approvalId"]);
  EXPECT_EQ(second.structured["created"], false);
}

TEST_F(ApprovalsToolTest, OneCallSentTwiceIsOneRequest) {
  const auto call = NewCall();
  ASSERT_OK_AND_ASSIGN(const ToolAnswer first, CallTool(tool_, RequestFor(kDesign), call));
  ASSERT_OK_AND_ASSIGN(const ToolAnswer second, CallTool(tool_, RequestFor(kDesign), call));
  EXPECT_EQ(second.structured, first.structured);
}

TEST_F(ApprovalsToolTest, AFileMayBeNamedWithTheWholePath) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, RequestFor(project_.Join(kDesign))));
  EXPECT_EQ(answer.structured["filePath"], kDesign);
}

TEST_F(ApprovalsToolTest, AFileOutsideOfTheProjectIsRefused) {
  EXPECT_THAT(CallTool(tool_, RequestFor("/etc/passwd")),
              IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("name a file relative to the project")));
}

TEST_F(ApprovalsToolTest, ADocumentThatDoesNotExistIsToBeWrittenFirst) {
  EXPECT_THAT(CallTool(tool_, RequestFor(".spec-context/specs/user-auth/nothing.md")),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("write the document first")));
}

TEST_F(ApprovalsToolTest, TasksThatCannotBeWorkedWithAreRefusedWithTheirLines) {
  project_.WriteFile(".spec-context/specs/user-auth/tasks.md", "# Tasks\n\n- [ ] no number\n");
  EXPECT_THAT(CallTool(tool_, RequestFor(".spec-context/specs/user-auth/tasks.md")),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("request the approval again")));
}

TEST_F(ApprovalsToolTest, ARequestWithoutEverythingSaysWhatIsMissing) {
  EXPECT_THAT(CallTool(tool_, R"({"action": "request", "title": "Review", "category": "spec"})"),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("needs filePath, type, categoryName as well")));
}

TEST_F(ApprovalsToolTest, StatusTellsTheDecisionWithEveryRemark) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer,
                       CallTool(tool_, R"({"action": "status", "approvalId": "approval_1795227691095_vxha7e9ph"})"));
  EXPECT_EQ(answer.structured["status"], "needs-revision");
  EXPECT_EQ(answer.structured["response"], "Please add numbers");
  EXPECT_EQ(answer.structured["annotations"], "Overall ok");
  EXPECT_EQ(answer.structured["comments"][0]["selectedText"], "a session");
  EXPECT_EQ(answer.structured["comments"][0]["lineNumber"], 3);
  EXPECT_THAT(answer.text, HasSubstr("line 3, on \"a session\": which kind?"));
  EXPECT_THAT(answer.text, HasSubstr("request a new approval"));
}

TEST_F(ApprovalsToolTest, StatusWithoutAnIdListsWhatIsPending) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer none, CallTool(tool_, R"({"action": "status"})"));
  EXPECT_EQ(none.structured["pending"], Json::array());
  ASSERT_OK_AND_ASSIGN(const ToolAnswer requested, CallTool(tool_, RequestFor(kDesign)));
  ASSERT_OK_AND_ASSIGN(const ToolAnswer one, CallTool(tool_, R"({"action": "status"})"));
  ASSERT_EQ(one.structured["pending"].size(), 1);
  EXPECT_EQ(one.structured["pending"][0]["approvalId"], requested.structured["approvalId"]);
  EXPECT_EQ(one.structured["pending"][0]["title"], "Review design");
}

TEST_F(ApprovalsToolTest, ADecidedApprovalIsDeleted) {
  const std::string file = ".spec-context/approvals/user-auth/approval_1795227691108_1b48edv3j.json";
  ASSERT_TRUE(project_.Exists(file));
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer,
                       CallTool(tool_, R"({"action": "delete", "approvalId": "approval_1795227691108_1b48edv3j"})"));
  EXPECT_EQ(answer.structured["status"], "deleted");
  EXPECT_FALSE(project_.Exists(file));
}

TEST_F(ApprovalsToolTest, DeletingWhatIsGoneIsNoFailure) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer,
                       CallTool(tool_, R"({"action": "delete", "approvalId": "approval_1_nobody"})"));
  EXPECT_EQ(answer.structured["status"], "deleted");
  EXPECT_THAT(answer.text, HasSubstr("There is no approval"));
}

TEST_F(ApprovalsToolTest, APendingApprovalIsNotDeleted) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer requested, CallTool(tool_, RequestFor(kDesign)));
  const std::string id = requested.structured["approvalId"];
  EXPECT_THAT(CallTool(tool_, absl::StrCat(R"({"action": "delete", "approvalId": ")", id, "\"}")),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("call wait-for-approval")));
  EXPECT_TRUE(project_.Exists(absl::StrCat(".spec-context/approvals/user-auth/", id, ".json")));
}

TEST_F(ApprovalsToolTest, AnUnknownOrMissingIdLeadsToTheListOfPendingOnes) {
  EXPECT_THAT(CallTool(tool_, R"({"action": "status", "approvalId": "approval_1_nobody"})"),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("to see what is pending")));
  EXPECT_THAT(CallTool(tool_, R"({"action": "delete", "approvalId": "../x"})"),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("to see what is pending")));
  EXPECT_THAT(CallTool(tool_, R"({"action": "delete"})"),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("needs approvalId")));
}

}  // namespace
}  // namespace specrelay
