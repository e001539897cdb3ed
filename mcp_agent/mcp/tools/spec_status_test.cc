#include "mcp_agent/mcp/tools/spec_status.h"

#include <memory>
#include <string>

#include "mcp_agent/mcp/testing/tool_fixture.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

class SpecStatusTest : public ToolFixture {
 protected:
  SpecStatusTool tool_{std::make_shared<ToolContext>(port_)};
};

TEST_F(SpecStatusTest, ASpecIsDescribedWithItsDocumentsApprovalsAndTasks) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"specName": "user-auth"})"));
  EXPECT_EQ(answer.structured["spec"]["phase"], "implementation");
  EXPECT_EQ(answer.structured["spec"]["tasks"]["completed"], 2);
  EXPECT_EQ(answer.structured["spec"]["tasks"]["inProgress"], 1);
  const Json& documents = answer.structured["documents"];
  ASSERT_EQ(documents.size(), 3);
  // The newest of its two approvals counts.
  EXPECT_EQ(documents[0]["status"], "approved");
  EXPECT_EQ(documents[0]["approvalId"], "approval_1795227691108_1b48edv3j");
  EXPECT_EQ(documents[1]["status"], "created");
  EXPECT_EQ(answer.structured["dashboardUrl"], "https://dashboard.example/projects/project-1/specs/user-auth");
  EXPECT_THAT(answer.text, HasSubstr("2 of 3 tasks completed"));
  EXPECT_THAT(answer.text, HasSubstr("task-next"));
}

TEST_F(SpecStatusTest, WithoutANameAllSpecsAreListed) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, "{}"));
  ASSERT_EQ(answer.structured["specs"].size(), 1);
  EXPECT_EQ(answer.structured["specs"][0]["name"], "user-auth");
  EXPECT_EQ(answer.structured["specs"][0]["phase"], "implementation");
}

TEST_F(SpecStatusTest, AProjectWithoutSpecsLeadsToTheGuide) {
  project_.Remove(".spec-context/specs");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, "{}"));
  EXPECT_EQ(answer.structured["specs"], Json::array());
  EXPECT_THAT(answer.text, HasSubstr("spec-workflow-guide"));
}

TEST_F(SpecStatusTest, TheFirstMissingDocumentIsNext) {
  project_.WriteFile(".spec-context/specs/new/requirements.md", "# Requirements\n");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"specName": "new"})"));
  EXPECT_EQ(answer.structured["spec"]["phase"], "design");
  EXPECT_EQ(answer.structured["documents"][1]["status"], "missing");
  EXPECT_THAT(answer.text, HasSubstr("Write .spec-context/specs/new/design.md"));
}

TEST_F(SpecStatusTest, ADocumentThatIsToBeRevisedGoesFirst) {
  project_.Remove(".spec-context/approvals/user-auth/approval_1795227691108_1b48edv3j.json");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"specName": "user-auth"})"));
  EXPECT_EQ(answer.structured["documents"][0]["status"], "needs-revision");
  EXPECT_THAT(answer.text, HasSubstr("Change .spec-context/specs/user-auth/requirements.md"));
}

TEST_F(SpecStatusTest, ASpecIsCompletedWithItsLastTask) {
  project_.WriteFile(".spec-context/specs/user-auth/tasks.md", "- [x] 1. One\n- [x] 2. Two\n");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"specName": "user-auth"})"));
  EXPECT_EQ(answer.structured["spec"]["phase"], "completed");
  EXPECT_THAT(answer.text, HasSubstr("All tasks are completed"));
}

TEST_F(SpecStatusTest, TasksWithoutATaskAreToBeWritten) {
  project_.WriteFile(".spec-context/specs/user-auth/tasks.md", "# Tasks\n");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"specName": "user-auth"})"));
  EXPECT_EQ(answer.structured["spec"]["phase"], "implementation");
  EXPECT_THAT(answer.text, HasSubstr("has no tasks"));
}

TEST_F(SpecStatusTest, AnUnknownSpecLeadsToTheList) {
  EXPECT_THAT(CallTool(tool_, R"({"specName": "nope"})"),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("without specName")));
  EXPECT_THAT(CallTool(tool_, R"({"specName": "../nope"})"),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("without specName")));
}

TEST_F(SpecStatusTest, SaysWhyPeopleAtTheDashboardSeeNothing) {
  port_.SetRelayRemark("not connected to the relay: no key");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, "{}"));
  EXPECT_EQ(answer.structured["relay"], "not connected to the relay: no key");
  EXPECT_THAT(answer.text, HasSubstr("not connected to the relay: no key"));
}

}  // namespace
}  // namespace specrelay
