#include <string>
#include <utility>

#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/json.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr char kWait[] = "/api/projects/p1/approvals/a1/wait";
constexpr char kResolved[] = R"({"resolved":true,"approval":{"id":"a1","status":"APPROVAL_STATUS_APPROVED",
    "response":"fine","respondedAt":"2026-01-05T10:00:00Z"}})";
constexpr char kPending[] = R"({"approval":{"id":"a1","status":"APPROVAL_STATUS_PENDING"}})";

class ApprovalWaitRoutesTest : public testing::Test {
 protected:
  // An agent that lets the whole of each wait pass, and has a decision at the `resolved_in`-th.
  ScriptedAgent& Connect(int resolved_in) {
    return api_.Connect("p1", [this, resolved_in](const v1::Command&) {
      const bool resolved = ++waits_ >= resolved_in;
      if (!resolved) api_.relay.clock.Advance(absl::Minutes(10));
      v1::CommandResult result;
      EXPECT_TRUE(FromJson(resolved ? kResolved : kPending, *result.mutable_approval_wait()).ok());
      return result;
    });
  }

  ApiHarness api_;
  int waits_ = 0;
};

TEST_F(ApprovalWaitRoutesTest, TellsTheDecision) {
  Connect(1);
  EXPECT_EQ(api_.Call("GET", kWait).json, Json::parse(R"({"resolved":true,"status":"approved","response":"fine",
      "annotations":"","comments":[],"respondedAt":"2026-01-05T10:00:00.000Z","autoDeleted":false})"));
}

TEST_F(ApprovalWaitRoutesTest, WaitsLongerThanOneCommandMay) {
  const ScriptedAgent& agent = Connect(3);
  EXPECT_EQ(api_.Call("GET", kWait).json["resolved"], true);
  ASSERT_EQ(agent.commands().size(), 3u);
  EXPECT_NE(agent.commands()[0].request_id(), agent.commands()[1].request_id());
}

TEST_F(ApprovalWaitRoutesTest, EndsAfterHalfAnHourHoweverLongItIsAskedFor) {
  const ScriptedAgent& agent = Connect(100);
  const ApiAnswer answer = api_.Call("GET", "/api/projects/p1/approvals/a1/wait?timeout=2000000000");
  EXPECT_EQ(answer.json, Json::parse(R"({"resolved":false,"status":"pending","autoDeleted":false})"));
  EXPECT_EQ(agent.commands().size(), 3u);
}

TEST_F(ApprovalWaitRoutesTest, AsksTheAgentForNoLongerThanTheClientWaits) {
  const ScriptedAgent& agent = Connect(100);
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/approvals/a1/wait?timeout=5000").json["resolved"], false);
  ASSERT_EQ(agent.commands().size(), 1u);
  EXPECT_EQ(FromProto(agent.commands()[0].timeout()), absl::Seconds(5));
}

TEST_F(ApprovalWaitRoutesTest, ADeletedOneIsToldAndNeverDeletedByWaiting) {
  const ScriptedAgent& agent = api_.Connect("p1", Answers(R"({"approvalWait":{"deleted":true}})"));
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/approvals/a1/wait?autoDelete=true").json,
            Json::parse(R"({"resolved":false,"status":"deleted","autoDeleted":false})"));
  EXPECT_EQ(agent.commands().size(), 1u);
}

TEST_F(ApprovalWaitRoutesTest, ATimeoutThatIsNoNumberIsRefused) {
  Connect(1);
  for (const char* timeout : {"-1", "soon", "1.5", "99999999999"}) {
    EXPECT_EQ(api_.Call("GET", std::string(kWait) + "?timeout=" + timeout).status, 400) << timeout;
  }
}

TEST_F(ApprovalWaitRoutesTest, MoreWaitsThanMayHoldThreadsAreRefused) {
  Connect(1);
  absl::StatusOr<WaitSlots::Slot> first = api_.services.waits.Take();
  {
    const absl::StatusOr<WaitSlots::Slot> second = api_.services.waits.Take();
    EXPECT_EQ(api_.Call("GET", kWait).status, 429);
  }
  EXPECT_EQ(api_.Call("GET", kWait).status, 200);
  EXPECT_EQ(api_.services.waits.taken(), 1);
}

}  // namespace
}  // namespace specrelay
