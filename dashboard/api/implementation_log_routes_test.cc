#include <string>

#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr char kLog[] = "/api/projects/p1/specs/user-auth/implementation-log";

class ImplementationLogRoutesTest : public testing::Test {
 protected:
  ApiHarness api_;
};

TEST_F(ImplementationLogRoutesTest, ReadsAllEntriesOrThoseOfATask) {
  const ScriptedAgent& agent = api_.Connect("p1", Answers(R"({"implLogRead":{"entries":[{"id":"e1","taskId":"1",
      "timestamp":"t","summary":"s","filesModified":["a"],"statistics":{"linesAdded":120},
      "artifacts":{"functions":[{"purpose":"Hash","name":"hash"}]}}]}})"));
  EXPECT_EQ(api_.Call("GET", kLog).json, Json::parse(R"({"entries":[{"id":"e1","taskId":"1","timestamp":"t",
      "summary":"s","filesModified":["a"],"filesCreated":[],
      "statistics":{"linesAdded":120,"linesRemoved":0,"filesChanged":0},
      "artifacts":{"functions":[{"name":"hash","purpose":"Hash"}]}}]})"));
  api_.Call("GET", std::string(kLog) + "?taskId=1");
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"implLogRead":{"specName":"user-auth","taskId":"1"}})"));
}

TEST_F(ImplementationLogRoutesTest, Searches) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("GET", std::string(kLog) + "?search=login sign&taskId=1").json, Json::parse(R"({"entries":[]})"));
  EXPECT_EQ(agent.LastCommand(),
            Json::parse(R"({"implLogSearch":{"specName":"user-auth","query":"login sign","taskId":"1"}})"));
}

TEST_F(ImplementationLogRoutesTest, AddsAnEntryAndReturnsWhatWasSentWithItsId) {
  api_.Connect("p1", [](const v1::Command& command) {
    v1::CommandResult result;
    *result.mutable_impl_log_add()->mutable_entry() = command.impl_log_add().entry();
    result.mutable_impl_log_add()->mutable_entry()->set_id("e1");
    return result;
  });
  EXPECT_EQ(api_.Call("POST", kLog, R"({"taskId":"1","summary":"s","filesModified":["a"],"filesCreated":["b"],
      "statistics":{"linesAdded":1,"linesRemoved":2,"filesChanged":3},
      "artifacts":{"functions":[{"purpose":"Hash","name":"hash"}]}})")
                .json,
            Json::parse(R"({"taskId":"1","summary":"s","filesModified":["a"],"filesCreated":["b"],
      "statistics":{"linesAdded":1,"linesRemoved":2,"filesChanged":3},
      "artifacts":{"functions":[{"purpose":"Hash","name":"hash"}]},"id":"e1"})"));
}

TEST_F(ImplementationLogRoutesTest, AnEntryWithoutArtifactsIsToldWhatToInclude) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  const ApiAnswer answer = api_.Call("POST", kLog, R"({"taskId":"1","summary":"s"})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.json["error"].get<std::string>(), HasSubstr("apiEndpoints, components"));
  EXPECT_TRUE(agent.commands().empty());
}

TEST_F(ImplementationLogRoutesTest, SumsUpATask) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  const ApiAnswer answer = api_.Call("GET", std::string(kLog) + "/task/77/stats");
  EXPECT_EQ(answer.json, Json::parse(R"({"totalImplementations":0,"totalFilesModified":0,"totalFilesCreated":0,
      "totalLinesAdded":0,"totalLinesRemoved":0,"lastImplementation":null})"));
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"implLogTaskStats":{"specName":"user-auth","taskId":"77"}})"));
}

}  // namespace
}  // namespace specrelay
