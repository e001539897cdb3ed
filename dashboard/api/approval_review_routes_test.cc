#include <string>

#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

constexpr char kApproval[] = "/api/projects/p1/approvals/a1";

class ApprovalReviewRoutesTest : public testing::Test {
 protected:
  ApiHarness api_;
};

TEST_F(ApprovalReviewRoutesTest, TheContentHasTheTagThatADecisionNames) {
  api_.Connect("p1", Answers(R"({"approvalContent":{"content":"# R","filePath":"/x/r.md","hash":"abc"}})"));
  const std::string target = std::string(kApproval) + "/content";
  const ApiAnswer answer = api_.Call("GET", target);
  EXPECT_EQ(answer.json, Json::parse(R"({"content":"# R","filePath":"/x/r.md"})"));
  EXPECT_EQ(answer.headers.at("ETag"), "\"abc\"");
  EXPECT_EQ(api_.Call("GET", target, "", {{"If-None-Match", "\"abc\""}}).status, 304);
}

TEST_F(ApprovalReviewRoutesTest, ListsAndReadsSnapshots) {
  const ScriptedAgent& agent = api_.Connect("p1", [](const v1::Command& command) {
    v1::ApprovalSnapshot snapshot;
    snapshot.set_id("s1");
    snapshot.set_version(1);
    snapshot.set_status(v1::APPROVAL_STATUS_PENDING);
    snapshot.set_size_bytes(79);
    v1::CommandResult result;
    *(command.has_approval_snapshots() ? result.mutable_approval_snapshots()->add_snapshots()
                                       : result.mutable_approval_snapshot_get()->mutable_snapshot()) = snapshot;
    return result;
  });
  const ApiAnswer list = api_.Call("GET", std::string(kApproval) + "/snapshots");
  ASSERT_EQ(list.json.size(), 1u);
  EXPECT_EQ(list.json[0]["fileStats"]["size"], 79);
  EXPECT_EQ(api_.Call("GET", std::string(kApproval) + "/snapshots/1").json, list.json[0]);
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"approvalSnapshotGet":{"id":"a1","version":1}})"));
}

TEST_F(ApprovalReviewRoutesTest, ANumberOfASnapshotIsAWholeNumberFromOne) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  for (const char* number : {"0", "-1", "1.5", "latest", "99999999999"}) {
    EXPECT_EQ(api_.Call("GET", std::string(kApproval) + "/snapshots/" + number).status, 400) << number;
    EXPECT_EQ(api_.Call("GET", std::string(kApproval) + "/diff?from=" + number).status, 400) << number;
    EXPECT_EQ(api_.Call("GET", std::string(kApproval) + "/diff?to=" + number).status, 400) << number;
  }
  EXPECT_TRUE(agent.commands().empty());
}

TEST_F(ApprovalReviewRoutesTest, TakesASnapshot) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("POST", std::string(kApproval) + "/snapshot", "{}").json,
            Json::parse(R"({"success":true,"message":"Snapshot captured successfully"})"));
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"approvalSnapshot":{"id":"a1"}})"));
}

TEST_F(ApprovalReviewRoutesTest, ComparesWithTheCurrentDocumentOrASnapshot) {
  const ScriptedAgent& agent = api_.Connect("p1", Answers(R"({"approvalDiff":{"additions":1,"chunks":[{"oldStart":1,
      "oldLines":0,"newStart":1,"newLines":1,
      "lines":[{"type":"DIFF_LINE_TYPE_ADD","newLineNumber":1,"content":"x"}]}]}})"));
  EXPECT_EQ(api_.Call("GET", std::string(kApproval) + "/diff?from=2&to=current").json,
            Json::parse(R"({"additions":1,"deletions":0,"changes":0,"chunks":[{"oldStart":1,"oldLines":0,"newStart":1,
                "newLines":1,"lines":[{"type":"add","newLineNumber":1,"content":"x"}]}]})"));
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"approvalDiff":{"id":"a1","fromVersion":2}})"));
  api_.Call("GET", std::string(kApproval) + "/diff?to=3");
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"approvalDiff":{"id":"a1","fromVersion":1,"toVersion":3}})"));
}

}  // namespace
}  // namespace specrelay
