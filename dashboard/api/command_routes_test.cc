#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr char kCommands[] = "/api/projects/p1/commands";

class CommandRoutesTest : public testing::Test {
 protected:
  ApiHarness api_;
};

TEST_F(CommandRoutesTest, SendsAnyCommandAndTellsItsResult) {
  const ScriptedAgent& agent = api_.Connect("p1", Answers(R"({"specList":{"specs":[{"name":"user-auth"}]}})"));
  const ApiAnswer answer = api_.Call("POST", kCommands, R"({"command":{"specList":{}},"timeoutMs":5000})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json["requestId"], "request-1");
  EXPECT_EQ(answer.json["command"], "spec-list");
  EXPECT_EQ(answer.json["state"], "APPLIED");
  EXPECT_EQ(answer.json["result"]["specList"]["specs"][0]["name"], "user-auth");
  EXPECT_EQ(FromProto(agent.commands()[0].timeout()), absl::Seconds(5));
}

TEST_F(CommandRoutesTest, TellsHowFarACommandHasComeThatNobodyWaitedFor) {
  api_.Connect("p1", AnswersEmpty());
  const ApiAnswer sent = api_.Call("POST", kCommands, R"({"command":{"steeringStatus":{}},"wait":false})");
  EXPECT_EQ(sent.status, 202);
  EXPECT_EQ(sent.json["requestId"], "request-1");
  const ApiAnswer status = api_.Call("GET", "/api/commands/request-1");
  EXPECT_EQ(status.json["state"], "APPLIED");
  EXPECT_EQ(status.json["projectId"], "p1");
  EXPECT_TRUE(status.json["result"].contains("steeringStatus"));
}

TEST_F(CommandRoutesTest, TellsWhyACommandFailed) {
  api_.Connect("p1", Fails(absl::NotFoundError("there is no spec x; spec-list names them")));
  EXPECT_EQ(api_.Call("POST", kCommands, R"({"command":{"specRead":{"name":"x"}}})").status, 404);
  const ApiAnswer status = api_.Call("GET", "/api/commands/request-1");
  EXPECT_EQ(status.json["state"], "FAILED");
  EXPECT_EQ(status.json["error"]["code"], 5);
  EXPECT_THAT(status.json["error"]["message"].get<std::string>(), HasSubstr("no spec x"));
}

TEST_F(CommandRoutesTest, ACommandThatNobodySentIsNotFound) {
  EXPECT_EQ(api_.Call("GET", "/api/commands/never").status, 404);
}

TEST_F(CommandRoutesTest, ACommandThatThisServerDoesNotKnowIsRefused) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  for (const char* body : {"{}", R"({"command":{}})", R"({"command":{"launchRocket":{}}})",
                           R"({"command":{"specRead":{"name":7}}})", R"({"command":{"specRead":[]}})"}) {
    EXPECT_EQ(api_.Call("POST", kCommands, body).status, 400) << body;
  }
  EXPECT_TRUE(agent.commands().empty());
}

TEST_F(CommandRoutesTest, TwoCommandsAtOnceAreRefused) {
  api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("POST", kCommands, R"({"command":{"specList":{},"steeringStatus":{}}})").status, 400);
}

TEST_F(CommandRoutesTest, ATimeoutOutOfBoundsIsRefused) {
  api_.Connect("p1", AnswersEmpty());
  for (const char* timeout : {"10", "601000", "-1", "\"soon\"", "1e300"}) {
    const std::string body = std::string(R"({"command":{"specList":{}},"timeoutMs":)") + timeout + "}";
    EXPECT_EQ(api_.Call("POST", kCommands, body).status, 400) << timeout;
  }
}

TEST_F(CommandRoutesTest, AViewersKeyMaySendCommandsThatRead) {
  api_.Connect("p1", AnswersEmpty());
  api_.role = Role::kViewer;
  EXPECT_EQ(api_.Call("POST", kCommands, R"({"command":{"specList":{}}})").status, 200);
  EXPECT_EQ(api_.Call("POST", kCommands, R"({"command":{"specArchive":{"name":"x"}}})").status, 403);
}

}  // namespace
}  // namespace specrelay
