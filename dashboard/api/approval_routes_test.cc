#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr char kApprovals[] = "/api/projects/p1/approvals";
constexpr char kApprove[] = "/api/projects/p1/approvals/a1/approve";

class ApprovalRoutesTest : public testing::Test {
 protected:
  ApiHarness api_;
};

TEST_F(ApprovalRoutesTest, ListsThoseThatWaitOrAll) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("GET", kApprovals).json, Json::array());
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"approvalList":{}})"));
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/approvals?status=all").status, 200);
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"approvalList":{"includeDecided":true}})"));
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/approvals?status=none").status, 400);
}

TEST_F(ApprovalRoutesTest, APendingOneHasNothingOfADecision) {
  api_.Connect("p1", Answers(R"({"approvalGet":{"approval":{"id":"a1","title":"Review","filePath":"x.md",
      "type":"APPROVAL_TYPE_DOCUMENT","status":"APPROVAL_STATUS_PENDING","createdAt":"2026-01-05T10:00:00Z",
      "category":"APPROVAL_CATEGORY_SPEC","categoryName":"user-auth"}}})"));
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/approvals/a1").json, Json::parse(R"({"id":"a1","title":"Review",
      "filePath":"x.md","type":"document","status":"pending","createdAt":"2026-01-05T10:00:00.000Z",
      "category":"spec","categoryName":"user-auth"})"));
}

TEST_F(ApprovalRoutesTest, ADecidedOneTellsByWhomAndWhy) {
  api_.Connect("p1", Answers(R"({"approvalGet":{"approval":{"id":"a1","status":"APPROVAL_STATUS_NEEDS_REVISION",
      "category":"APPROVAL_CATEGORY_STEERING","type":"APPROVAL_TYPE_ACTION","response":"numbers","annotations":"",
      "respondedAt":"2026-01-05T10:00:00Z","comments":[{"type":"selection","selectedText":"a","comment":"b",
      "timestamp":"t","lineNumber":3,"highlightColor":"#fff"}],"decidedBy":{"account":"acme","keyName":"k"},
      "metadata":{"why":1}}}})"));
  const ApiAnswer answer = api_.Call("GET", "/api/projects/p1/approvals/a1");
  EXPECT_EQ(answer.json["status"], "needs-revision");
  EXPECT_EQ(answer.json["decidedBy"]["keyName"], "k");
  EXPECT_EQ(answer.json["comments"][0], Json::parse(R"({"type":"selection","selectedText":"a","comment":"b",
      "timestamp":"t","lineNumber":3,"highlightColor":"#fff"})"));
  EXPECT_EQ(answer.json["metadata"], Json::parse(R"({"why":1})"));
}

TEST_F(ApprovalRoutesTest, DecidesWithRemarksAboutTheContentThatWasReviewed) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  const ApiAnswer answer = api_.Call("POST", "/api/projects/p1/approvals/a1/needs-revision",
                                     R"({"response":"numbers","annotations":"ok","comments":[{"comment":"which?",
                                         "selectedText":"a","lineNumber":3}]})",
                                     {{"If-Match", "\"abc\""}});
  EXPECT_EQ(answer.json, Json::parse(R"({"success":true})"));
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"approvalUpdate":{"id":"a1",
      "status":"APPROVAL_STATUS_NEEDS_REVISION","response":"numbers","annotations":"ok",
      "comments":[{"type":"selection","comment":"which?","selectedText":"a","lineNumber":3}],"reviewedHash":"abc"}})"));
}

TEST_F(ApprovalRoutesTest, DecidesWithoutABody) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("POST", "/api/projects/p1/approvals/a1/reject").status, 200);
  EXPECT_EQ(agent.LastCommand()["approvalUpdate"]["status"], "APPROVAL_STATUS_REJECTED");
}

TEST_F(ApprovalRoutesTest, AnUnknownActionIsRefusedWithThoseThereAre) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  const ApiAnswer answer = api_.Call("POST", "/api/projects/p1/approvals/a1/explode", "{}");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.json["error"].get<std::string>(), HasSubstr("approve, reject or needs-revision"));
  EXPECT_TRUE(agent.commands().empty());
}

TEST_F(ApprovalRoutesTest, RemarksOfAWrongShapeAreRefused) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  for (const char* comments :
       {R"("x")", R"([1])", R"([{}])", R"([{"comment":1}])", R"([{"comment":"x","lineNumber":-1}])",
        R"([{"comment":"x","lineNumber":1.5}])", R"([{"comment":"x","timestamp":7}])"}) {
    const std::string body = std::string(R"({"comments":)") + comments + "}";
    EXPECT_EQ(api_.Call("POST", kApprove, body).status, 400) << comments;
  }
  EXPECT_TRUE(agent.commands().empty());
}

TEST_F(ApprovalRoutesTest, TheSecondDeciderIsToldThatItIsDecided) {
  api_.Connect("p1", Fails(absl::FailedPreconditionError("a1 was approved by k a minute ago; nothing is left to do")));
  const ApiAnswer answer = api_.Call("POST", kApprove, "{}");
  EXPECT_EQ(answer.status, 409);
  EXPECT_THAT(answer.json["error"].get<std::string>(), HasSubstr("approved by k"));
}

TEST_F(ApprovalRoutesTest, ADecisionAboutContentThatHasChangedIsRefused) {
  api_.Connect("p1", Fails(ConflictError("it has changed", "x.md", "fff", "theirs")));
  EXPECT_EQ(api_.Call("POST", kApprove, "{}", {{"If-Match", "\"abc\""}}).status, 412);
}

TEST_F(ApprovalRoutesTest, ConfirmsThatADecisionWasTakenIn) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("POST", "/api/projects/p1/approvals/a1/consume", R"({"delete":true})").status, 200);
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"approvalConsume":{"id":"a1","delete":true}})"));
}

TEST_F(ApprovalRoutesTest, DeletesOne) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("DELETE", "/api/projects/p1/approvals/a1").json, Json::parse(R"({"success":true})"));
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"approvalDelete":{"id":"a1"}})"));
}

TEST_F(ApprovalRoutesTest, TellsAndSwitchesAutoApprove) {
  api_.Connect("p1", Answers(R"({"autoApproveGet":{"enabled":true}})"));
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/approvals/auto-approve").json, Json::parse(R"({"enabled":true})"));
  const ScriptedAgent& agent = api_.Connect("p2", Answers(R"({"autoApproveSet":{"enabled":true}})"));
  EXPECT_EQ(api_.Call("PUT", "/api/projects/p2/approvals/auto-approve", R"({"enabled":true})").json,
            Json::parse(R"({"success":true,"enabled":true})"));
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"autoApproveSet":{"enabled":true}})"));
}

TEST_F(ApprovalRoutesTest, DecidesABatchAndTellsWhatBecameOfEach) {
  const ScriptedAgent& agent = api_.Connect("p1", Answers(R"({"approvalBatchUpdate":{"items":[{"id":"a1"},
      {"id":"a2","code":5,"error":"Approval a2 not found"}]}})"));
  const ApiAnswer answer =
      api_.Call("POST", "/api/projects/p1/approvals/batch/reject", R"({"ids":["a1","a2"],"response":"no"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json, Json::parse(R"({"success":false,"total":2,"succeeded":["a1"],
      "failed":[{"id":"a2","error":"Approval a2 not found"}]})"));
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"approvalBatchUpdate":{"ids":["a1","a2"],
      "status":"APPROVAL_STATUS_REJECTED","response":"no"}})"));
}

TEST_F(ApprovalRoutesTest, ABatchNeedsIdsAndAnAction) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  for (const char* body : {"", "{}", R"({"ids":[]})", R"({"ids":"a1"})", R"({"ids":[1]})"}) {
    EXPECT_EQ(api_.Call("POST", "/api/projects/p1/approvals/batch/approve", body).status, 400) << body;
    EXPECT_EQ(api_.Call("POST", "/api/projects/p1/approvals/batch/undo", body).status, 400) << body;
  }
  EXPECT_EQ(api_.Call("POST", "/api/projects/p1/approvals/batch/explode", R"({"ids":["a1"]})").status, 400);
  EXPECT_TRUE(agent.commands().empty());
}

TEST_F(ApprovalRoutesTest, TakesDecisionsBack) {
  const ScriptedAgent& agent = api_.Connect("p1", Answers(R"({"approvalUndo":{"items":[{"id":"a1"}]}})"));
  EXPECT_EQ(api_.Call("POST", "/api/projects/p1/approvals/batch/undo", R"({"ids":["a1"]})").json,
            Json::parse(R"({"success":true,"total":1,"succeeded":["a1"],"failed":[]})"));
  EXPECT_EQ(api_.Call("POST", "/api/projects/p1/approvals/a1/undo").json, Json::parse(R"({"success":true})"));
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"approvalUndo":{"ids":["a1"]}})"));
}

TEST_F(ApprovalRoutesTest, ADecisionThatCannotBeTakenBackSaysWhy) {
  api_.Connect("p1", Answers(R"({"approvalUndo":{"items":[{"id":"a1","code":9,"error":"too late; ask anew"}]}})"));
  const ApiAnswer answer = api_.Call("POST", "/api/projects/p1/approvals/a1/undo");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.json["error"], "too late; ask anew");
}

}  // namespace
}  // namespace specrelay
