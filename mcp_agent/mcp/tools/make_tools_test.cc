#include "mcp_agent/mcp/tools/make_tools.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "mcp_agent/mcp/testing/tool_fixture.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

using Json = nlohmann::ordered_json;

class MakeToolsTest : public ToolFixture {
 protected:
  Tool& Find(absl::string_view name) {
    for (const auto& tool : tools_) {
      if (tool->info().name == name) return *tool;
    }
    ADD_FAILURE() << "there is no tool " << name;
    return *tools_.front();
  }

  const Tools tools_ = MakeTools(port_);
};

TEST_F(MakeToolsTest, TheToolsHaveTheNamesThatUsersKnow) {
  std::vector<std::string> names;
  for (const auto& tool : tools_) names.push_back(tool->info().name);
  EXPECT_THAT(names,
              IsSupersetOf({"spec-workflow-guide", "steering-guide", "spec-status", "approvals", "wait-for-approval",
                            "log-implementation", "get-implementer-guide", "get-reviewer-guide", "get-brainstorm-guide",
                            "task-next", "task-update", "request-input", "search-logs"}));
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
}

TEST_F(MakeToolsTest, EveryToolIntroducesItself) {
  for (const auto& tool : tools_) {
    const ToolInfo& info = tool->info();
    SCOPED_TRACE(info.name);
    EXPECT_FALSE(info.title.empty());
    EXPECT_TRUE(absl::StrContains(info.description, "all it") || absl::StrContains(info.description, "Use it") ||
                absl::StrContains(info.description, "Request one"))
        << "the description does not say when to use it";
    EXPECT_LE(info.description.size(), 400);
    for (const Json* schema : {&info.input_schema, &info.output_schema}) {
      EXPECT_EQ((*schema)["type"], "object");
      EXPECT_TRUE(schema->contains("properties"));
    }
    EXPECT_FALSE(info.annotations.read_only && info.annotations.destructive);
    EXPECT_FALSE(info.annotations.open_world);
  }
}

// A model pays for the list with each of its turns.
TEST_F(MakeToolsTest, TheListOfToolsIsCheap) {
  size_t bytes = 0;
  size_t bytes_in = 0;
  for (const auto& tool : tools_) {
    const ToolInfo& info = tool->info();
    bytes_in += info.name.size() + info.title.size() + info.description.size() + info.input_schema.dump().size();
    bytes += info.output_schema.dump().size() + 200;
  }
  bytes += bytes_in;
  RecordProperty("bytes", static_cast<int>(bytes));
  EXPECT_LT(bytes, 24 << 10);
  EXPECT_LT(bytes_in, 12 << 10) << "what clients show to models";
}

TEST_F(MakeToolsTest, GuidesAreTheirTexts) {
  for (const char* name : {"spec-workflow-guide", "steering-guide", "get-implementer-guide", "get-reviewer-guide",
                           "get-brainstorm-guide"}) {
    SCOPED_TRACE(name);
    ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(Find(name), "{}"));
    EXPECT_EQ(answer.structured["guide"], answer.text);
    EXPECT_THAT(answer.text, HasSubstr("# "));
    EXPECT_THAT(std::string(answer.structured["dashboardUrl"]), HasSubstr("https://"));
  }
  ASSERT_OK_AND_ASSIGN(const ToolAnswer workflow, CallTool(Find("spec-workflow-guide"), "{}"));
  EXPECT_THAT(workflow.text, HasSubstr("wait-for-approval"));
}

TEST_F(MakeToolsTest, ADecisionIsTakenInByWhicheverCallComesNext) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer waited,
                       CallTool(Find("wait-for-approval"), R"({"approvalId": "approval_1795227691108_1b48edv3j"})"));
  EXPECT_EQ(waited.structured["status"], "approved");
  ASSERT_THAT(CallTool(Find("get-implementer-guide"), "{}"), IsOk());
  EXPECT_FALSE(project_.Exists(".spec-context/approvals/user-auth/approval_1795227691108_1b48edv3j.json"));
}

}  // namespace
}  // namespace specrelay
