#include "mcp_agent/mcp/tools/search_logs.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/mcp/testing/tool_fixture.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class SearchLogsTest : public ToolFixture {
 protected:
  void Log(absl::string_view spec, absl::string_view summary, absl::string_view timestamp) {
    ASSERT_THAT(harness_.Execute(absl::StrCat(R"({"implLogAdd": {"specName": ")", spec,
                                              R"(", "entry": {"taskId": "1", "artifacts": {}, "summary": ")", summary,
                                              R"(", "timestamp": ")", timestamp, "\"}}}")),
                IsOk());
  }

  SearchLogsTool tool_{std::make_shared<ToolContext>(port_)};
};

TEST_F(SearchLogsTest, AnArtifactIsFoundWithItsPlace) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"query": "SIGN login"})"));
  ASSERT_EQ(answer.structured["total"], 1);
  const Json& entry = answer.structured["entries"][0];
  EXPECT_EQ(entry["specName"], "user-auth");
  EXPECT_EQ(entry["taskId"], "1");
  EXPECT_EQ(entry["artifacts"]["apiEndpoints"][0]["path"], "/api/login");
  EXPECT_THAT(answer.text, AllOf(HasSubstr("apiEndpoints: POST /api/login (src/login.ts:10): Sign in"),
                                 HasSubstr("functions: hash (src/hash.ts:3): Hash a password")));
}

TEST_F(SearchLogsTest, AllSpecsAreSearchedAndTheNewestEntryComesFirst) {
  project_.WriteFile(".spec-context/specs/billing/tasks.md", "- [x] 1. Bill\n");
  Log("billing", "older", "2020-01-01T00:00:00.000Z");
  Log("billing", "newer", "2030-01-01T00:00:00.000Z");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, "{}"));
  ASSERT_EQ(answer.structured["entries"].size(), 3);
  EXPECT_EQ(answer.structured["entries"][0]["summary"], "newer");
  EXPECT_EQ(answer.structured["entries"][1]["specName"], "user-auth");
  EXPECT_EQ(answer.structured["entries"][2]["summary"], "older");
}

TEST_F(SearchLogsTest, SpecAndTaskNarrowTheSearch) {
  project_.WriteFile(".spec-context/specs/billing/tasks.md", "- [x] 1. Bill\n");
  Log("billing", "bill", "2020-01-01T00:00:00.000Z");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer of_spec, CallTool(tool_, R"({"specName": "billing"})"));
  ASSERT_EQ(of_spec.structured["total"], 1);
  EXPECT_EQ(of_spec.structured["entries"][0]["summary"], "bill");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer of_task, CallTool(tool_, R"({"specName": "billing", "taskId": "2"})"));
  EXPECT_EQ(of_task.structured["total"], 0);
}

TEST_F(SearchLogsTest, NothingFoundIsNoFailure) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, R"({"query": "zebra"})"));
  EXPECT_EQ(answer.structured["entries"], Json::array());
  EXPECT_THAT(answer.text, HasSubstr("Try fewer or other words"));
}

TEST_F(SearchLogsTest, WhatIsLeftOutIsTold) {
  Log("user-auth", "second", "2030-01-01T00:00:00.000Z");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer limited, CallTool(tool_, R"({"limit": 1})"));
  EXPECT_EQ(limited.structured["entries"].size(), 1);
  EXPECT_EQ(limited.structured["total"], 2);
  EXPECT_EQ(limited.structured["truncated"], true);
  EXPECT_THAT(limited.text, HasSubstr("Add words"));
}

TEST_F(SearchLogsTest, AnAnswerStaysShortHoweverLongTheEntriesAre) {
  for (int i = 0; i < 5; ++i) Log("user-auth", std::string(30'000, 'x'), "2030-01-01T00:00:00.000Z");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, "{}"));
  EXPECT_EQ(answer.structured["entries"].size(), 2);
  EXPECT_EQ(answer.structured["truncated"], true);
}

TEST_F(SearchLogsTest, ASpecThatGoesMeanwhileDoesNotHideTheOthers) {
  project_.WriteFile(".spec-context/specs/billing/tasks.md", "- [x] 1. Bill\n");
  port_.Observe([&](const v1::Command& command) {
    if (command.impl_log_search().spec_name() == "billing") project_.Remove(".spec-context/specs/billing");
  });
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, "{}"));
  EXPECT_EQ(answer.structured["total"], 1);
}

TEST_F(SearchLogsTest, AnUnknownSpecLeadsToTheList) {
  EXPECT_THAT(CallTool(tool_, R"({"specName": "nope"})"),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("call spec-status")));
}

TEST_F(SearchLogsTest, AQueryThatIsTooLongIsRefusedOnce) {
  EXPECT_THAT(CallTool(tool_, absl::StrCat(R"({"query": ")", std::string(5000, 'x'), "\"}")),
              HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace specrelay
