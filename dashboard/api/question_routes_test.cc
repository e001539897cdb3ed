#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr char kQuestions[] = "/api/projects/p1/questions";
constexpr char kAnswer[] = "/api/projects/p1/questions/q1/answer";
constexpr char kDismiss[] = "/api/projects/p1/questions/q1/dismiss";

class QuestionRoutesTest : public testing::Test {
 protected:
  ApiHarness api_;
};

TEST_F(QuestionRoutesTest, ListsThoseThatWaitOrTheOthers) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("GET", kQuestions).json, Json::array());
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"questionList":{"status":"QUESTION_STATUS_PENDING"}})"));
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/questions?status=dismissed").status, 200);
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"questionList":{"status":"QUESTION_STATUS_DISMISSED"}})"));
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/questions?status=all").status, 200);
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"questionList":{}})"));
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/questions?status=none").status, 400);
}

TEST_F(QuestionRoutesTest, APendingOneHasNothingOfAnAnswer) {
  api_.Connect("p1", Answers(R"({"questionList":{"questions":[{"id":"q1","title":"Which?","options":["a","b"],
      "specName":"user-auth","blocking":true,"status":"QUESTION_STATUS_PENDING",
      "askedAt":"2026-01-05T10:00:00Z"}]}})"));
  EXPECT_EQ(api_.Call("GET", kQuestions).json, Json::parse(R"([{"id":"q1","title":"Which?","specName":"user-auth",
      "options":["a","b"],"allowFreeText":false,"allowMultiple":false,"blocking":true,"status":"pending",
      "askedAt":"2026-01-05T10:00:00.000Z"}])"));
}

TEST_F(QuestionRoutesTest, AnAnsweredOneTellsWhatAndByWhom) {
  api_.Connect("p1", Answers(R"({"questionGet":{"question":{"id":"q1","title":"Which?","text":"*all*","taskId":"1.2",
      "options":["a"],"allowFreeText":true,"status":"QUESTION_STATUS_ANSWERED","askedAt":"2026-01-05T10:00:00Z",
      "askedBy":{"client":"mcp"},"answer":"so","choices":["a"],"answeredAt":"2026-01-05T11:00:00Z",
      "answeredBy":{"account":"acme","keyName":"ann"},"consumedAt":"2026-01-05T12:00:00Z"}}})"));
  const ApiAnswer answer = api_.Call("GET", "/api/projects/p1/questions/q1");
  EXPECT_EQ(answer.json["choices"], Json({"a"}));
  EXPECT_EQ(answer.json["answer"], "so");
  EXPECT_EQ(answer.json["answeredBy"]["keyName"], "ann");
  EXPECT_EQ(answer.json["consumedAt"], "2026-01-05T12:00:00.000Z");
}

TEST_F(QuestionRoutesTest, AnswersByOptionsAndInOwnWords) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("POST", kAnswer, R"({"choices":["a","b"],"answer":"so"})").json,
            Json::parse(R"({"success":true})"));
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"questionAnswer":{"id":"q1","choices":["a","b"],"answer":"so"}})"));
  EXPECT_EQ(api_.Call("POST", kAnswer, R"({"choices":"a"})").status, 400);
}

TEST_F(QuestionRoutesTest, DismissesWithAReason) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("POST", kDismiss, R"({"reason":"yours"})").status, 200);
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"questionDismiss":{"id":"q1","reason":"yours"}})"));
}

TEST_F(QuestionRoutesTest, WhoComesSecondIsToldWhoWasFirst) {
  v1::PreconditionDetail detail;
  detail.mutable_actor()->set_key_name("ann");
  api_.Connect("p1",
               Fails(PreconditionError(absl::StatusCode::kFailedPrecondition, "already answered, by ann", detail)));
  const ApiAnswer answer = api_.Call("POST", kAnswer, R"({"answer":"so"})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_THAT(answer.json["error"].get<std::string>(), HasSubstr("by ann"));
}

TEST_F(QuestionRoutesTest, WithoutAnAgentReadsSayThatItIsOffline) {
  EXPECT_EQ(api_.Call("GET", kQuestions).status, 404) << "nobody has ever served this project";
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  api_.Disconnect(agent);
  EXPECT_EQ(api_.Call("GET", kQuestions).status, 503);
}

}  // namespace
}  // namespace specrelay
