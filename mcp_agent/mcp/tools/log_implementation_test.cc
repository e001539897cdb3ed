#include "mcp_agent/mcp/tools/log_implementation.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/mcp/testing/tool_fixture.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr char kLog[] = ".spec-context/specs/user-auth/implementation-log.json";
constexpr char kEverything[] = R"({
    "specName": "user-auth", "taskId": "2", "summary": "Login endpoint",
    "filesModified": ["src/app.ts"], "filesCreated": ["src/login.ts", "src/login_test.ts"],
    "statistics": {"linesAdded": 120, "linesRemoved": 4},
    "artifacts": {
      "apiEndpoints": [{"method": "POST", "path": "/api/login", "purpose": "Sign in", "requestFormat": "{user}",
                        "responseFormat": "{token}", "location": "src/login.ts:10"}],
      "components": [{"name": "LoginForm", "type": "React", "purpose": "Form", "location": "src/form.tsx",
                      "props": "{}", "exports": ["LoginForm"]}],
      "functions": [{"name": "hash", "purpose": "Hash", "location": "src/hash.ts:3", "signature": "(p) => string",
                     "isExported": true}],
      "classes": [{"name": "Sessions", "purpose": "Store", "location": "src/session.ts", "methods": ["add"],
                   "isExported": false}],
      "integrations": [{"description": "Form signs in", "frontendComponent": "LoginForm",
                        "backendEndpoint": "POST /api/login", "dataFlow": "form, API, cookie"}]}})";

class LogImplementationTest : public ToolFixture {
 protected:
  LogImplementationTool tool_{std::make_shared<ToolContext>(port_)};
};

TEST_F(LogImplementationTest, AnEntryWithEveryFieldIsOnDisk) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, kEverything));
  EXPECT_THAT(answer.text, HasSubstr("task-update"));
  const Json log = Json::parse(project_.ReadFile(kLog));
  ASSERT_EQ(log["entries"].size(), 1);
  const Json& entry = log["entries"][0];
  EXPECT_EQ(entry["id"], answer.structured["entryId"]);
  EXPECT_EQ(entry["timestamp"], answer.structured["timestamp"]);
  EXPECT_EQ(entry["taskId"], "2");
  EXPECT_EQ(entry["filesCreated"].size(), 2);
  EXPECT_EQ(entry["statistics"]["linesAdded"], 120);
  // Whatever the order of its keys.
  EXPECT_EQ(nlohmann::json::parse(entry["artifacts"].dump()), nlohmann::json::parse(kEverything)["artifacts"]);
}

TEST_F(LogImplementationTest, ChangedFilesAreCountedWhenNobodyDid) {
  ASSERT_THAT(CallTool(tool_, kEverything), IsOk());
  EXPECT_EQ(Json::parse(project_.ReadFile(kLog))["entries"][0]["statistics"]["filesChanged"], 3);
}

TEST_F(LogImplementationTest, OneCallSentTwiceIsOneEntry) {
  const auto call = NewCall();
  ASSERT_OK_AND_ASSIGN(const ToolAnswer first, CallTool(tool_, kEverything, call));
  ASSERT_OK_AND_ASSIGN(const ToolAnswer second, CallTool(tool_, kEverything, call));
  EXPECT_EQ(second.structured, first.structured);
  EXPECT_EQ(Json::parse(project_.ReadFile(kLog))["entries"].size(), 1);
}

TEST_F(LogImplementationTest, IdAndTimeAreTheAgentsToSet) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer,
                       CallTool(tool_, R"({"specName": "user-auth", "taskId": "2", "summary": "x", "artifacts": {},
                                           "id": "mine", "timestamp": "2001-01-01T00:00:00.000Z"})"));
  EXPECT_NE(answer.structured["entryId"], "mine");
  EXPECT_NE(answer.structured["timestamp"], "2001-01-01T00:00:00.000Z");
}

TEST_F(LogImplementationTest, ATaskThatDoesNotExistIsNotLogged) {
  EXPECT_THAT(CallTool(tool_, R"({"specName": "user-auth", "taskId": "9", "summary": "x", "artifacts": {}})"),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("tasks.md")));
  EXPECT_THAT(CallTool(tool_, R"({"specName": "nope", "taskId": "1", "summary": "x", "artifacts": {}})"),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("call spec-status")));
  EXPECT_FALSE(project_.Exists(kLog));
}

TEST_F(LogImplementationTest, AnEntryThatIsTooLargeSaysSo) {
  EXPECT_THAT(CallTool(tool_, absl::StrCat(R"({"specName": "user-auth", "taskId": "2", "artifacts": {}, "summary": ")",
                                           std::string(2 << 20, 'x'), "\"}")),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("call log-implementation again")));
}

}  // namespace
}  // namespace specrelay
