#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ProjectRoutesTest : public testing::Test {
 protected:
  ApiHarness api_;
};

TEST_F(ProjectRoutesTest, ListsProjectsAndWhetherAnAgentIsThere) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  ApiAnswer answer = api_.Call("GET", "/api/projects/list");
  ASSERT_EQ(answer.json.size(), 1u);
  EXPECT_EQ(answer.json[0]["projectId"], "p1");
  EXPECT_EQ(answer.json[0]["projectPath"], "/home/dev/p1");
  EXPECT_EQ(answer.json[0]["instances"].size(), 1u);
  EXPECT_EQ(answer.json[0]["isActive"], true);
  api_.Disconnect(agent);
  answer = api_.Call("GET", "/api/projects/list");
  EXPECT_EQ(answer.json[0]["isActive"], false);
  EXPECT_EQ(answer.json[0]["instances"], Json::array());
}

TEST_F(ProjectRoutesTest, DescribesAProject) {
  api_.Connect("p1", Answers(R"({"projectInfo":{"project":{"projectId":"p1","name":"proj","path":"/x"},
      "agentVersion":"1.2.3","steering":{"exists":true,"product":true}}})"));
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/info").json, Json::parse(R"({"projectId":"p1","projectName":"proj",
      "projectPath":"/x","steering":{"exists":true,
          "documents":{"product":true,"tech":false,"structure":false,"principles":false}},"version":"1.2.3"})"));
}

TEST_F(ProjectRoutesTest, AddsAProjectThatAnAgentServesAlready) {
  api_.Connect("p1", AnswersEmpty());
  for (const char* path : {"/home/dev/p1", "/home/dev/p1/"}) {
    const ApiAnswer answer = api_.Call("POST", "/api/projects/add", Json({{"projectPath", path}}).dump());
    EXPECT_EQ(answer.json, Json::parse(R"({"projectId":"p1","success":true})"));
  }
}

TEST_F(ProjectRoutesTest, SaysHowToConnectAnAgentToAProjectThatHasNone) {
  api_.Disconnect(api_.Connect("p1", AnswersEmpty()));
  const ApiAnswer answer = api_.Call("POST", "/api/projects/add", R"({"projectPath":"/home/dev/p1"})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_THAT(answer.json["error"].get<std::string>(), HasSubstr("specrelay_agent --project=/home/dev/p1"));
}

TEST_F(ProjectRoutesTest, APathMustBeAbsolute) {
  for (const char* path : {"", "p1", "../p1"}) {
    EXPECT_EQ(api_.Call("POST", "/api/projects/add", Json({{"projectPath", path}}).dump()).status, 400) << path;
  }
}

TEST_F(ProjectRoutesTest, ForgetsAProjectUntilItsAgentRegistersAgain) {
  api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("DELETE", "/api/projects/p1").json, Json::parse(R"({"success":true})"));
  EXPECT_EQ(api_.Call("GET", "/api/projects/list").json, Json::array());
  EXPECT_EQ(api_.Call("DELETE", "/api/projects/p1").status, 404);
  api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("GET", "/api/projects/list").json.size(), 1u);
}

TEST_F(ProjectRoutesTest, ListsAgentsWithTheirMachinesAndPolicies) {
  api_.Connect("p1", AnswersEmpty(), "machine-1");
  api_.Connect("p2", AnswersEmpty(), "machine-2");
  EXPECT_EQ(api_.Call("GET", "/api/agents").json.size(), 2u);
  const ApiAnswer answer = api_.Call("GET", "/api/agents?projectId=p2");
  ASSERT_EQ(answer.json.size(), 1u);
  EXPECT_EQ(answer.json[0]["machine"]["machineId"], "machine-2");
  EXPECT_EQ(answer.json[0]["policy"]["readOnly"], false);
}

TEST_F(ProjectRoutesTest, TellsWhoAsksAndWhatTheLimitsAre) {
  const ApiAnswer answer = api_.Call("GET", "/api/settings/runtime");
  EXPECT_EQ(answer.json["account"], "acme");
  EXPECT_EQ(answer.json["role"], "user");
  EXPECT_EQ(answer.json["maxWaitMs"], 1'800'000);
}

TEST_F(ProjectRoutesTest, ListsTheKeysOfTheAccountWithoutWhatOpens) {
  api_.role = Role::kAdmin;
  const ApiAnswer answer = api_.Call("GET", "/api/keys");
  ASSERT_EQ(answer.json.size(), 1u);
  EXPECT_EQ(answer.json[0]["name"], "owner");
  EXPECT_EQ(answer.json[0]["role"], "admin");
  EXPECT_EQ(answer.json[0]["active"], true);
  EXPECT_TRUE(answer.json[0]["expiresAt"].is_null());
  EXPECT_THAT(answer.json.dump(), AllOf(Not(HasSubstr(api_.key.key)), Not(HasSubstr(api_.key.record.hash))));
}

}  // namespace
}  // namespace specrelay
