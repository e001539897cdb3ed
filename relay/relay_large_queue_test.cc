// Large writes that are queued, and how long they may take.

#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/body_transfer.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/relay_messages_fixture.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// "r1" is queued, and its agent comes.
class RelayLargeQueueTest : public RelayMessagesTest {
 protected:
  explicit RelayLargeQueueTest(RelayOptions options = SmallOptions()) : RelayMessagesTest(std::move(options)) {
    harness_.Lose(Connect("i0"));
    EXPECT_THAT(harness_.Execute(LargeWrite("r1", v1::OFFLINE_POLICY_QUEUE), outcome_), IsOk());
    agent_ = Connect("i1");
  }

  void LetPassTime(absl::Duration time) {
    harness_.clock.Advance(time);
    harness_.relay.Tick();
  }

  v1::CommandState State(absl::string_view request_id = "r1") { return harness_.StatusOf(request_id).state(); }

  v1::CancelCommandRequest CancelRequest() {
    v1::CancelCommandRequest request;
    request.set_request_id("r1");
    return request;
  }

  Agent agent_;
};

TEST_F(RelayLargeQueueTest, OneMayPassForLongerThanAnAgentMayTakeToAnswer) {
  const std::string id = Look(agent_).transfers.at(0);
  for (int i = 1; i <= 20; ++i) {
    LetPassTime(absl::Seconds(29));
    Grant(agent_, id, i);
  }
  EXPECT_THAT(Look(agent_).aborts, IsEmpty());
  EXPECT_EQ(State(), v1::COMMAND_STATE_QUEUED);
  Pass(agent_, id);
  EXPECT_EQ(State(), v1::COMMAND_STATE_SENT);
  LetPassTime(absl::Seconds(59));
  harness_.relay.OnFrame(agent_.session, WrittenFrame("r1"));
  EXPECT_EQ(State(), v1::COMMAND_STATE_APPLIED);
}

TEST_F(RelayLargeQueueTest, WhilePassingItIsNotSaidToWaitForAnAgent) {
  EXPECT_EQ(State(), v1::COMMAND_STATE_QUEUED);
  EXPECT_EQ(harness_.StatusOf("r1").reason(), "it passes to the agent in parts");
  harness_.Lose(agent_);
  EXPECT_THAT(harness_.StatusOf("r1").reason(), HasSubstr("no agent"));
  agent_ = Connect("i2");
  EXPECT_EQ(harness_.StatusOf("r1").reason(), "it passes to the agent in parts");
}

TEST_F(RelayLargeQueueTest, PatienceForTheAnswerBeginsWhenTheAgentHasIt) {
  const v1::MessageBody announced = agent_.stream->TakeOnly(v1::RelayFrame::kCommand).command().message_body();
  EXPECT_EQ(announced.begin_within().seconds(), 60);
  LetPassTime(absl::Seconds(20));
  Pass(agent_, announced.transfer_id());
  LetPassTime(absl::Seconds(59));
  EXPECT_EQ(State(), v1::COMMAND_STATE_SENT);
  LetPassTime(absl::Seconds(2));
  EXPECT_EQ(State(), v1::COMMAND_STATE_UNKNOWN);
}

TEST_F(RelayLargeQueueTest, OneThatIsNeglectedIsSentAgainButDoesNotBlockTheQueueForEver) {
  ASSERT_THAT(harness_.Execute(WriteRequestFor("p1", "r2", "a"), second_), IsOk());
  int sendings = 0;
  for (; State() == v1::COMMAND_STATE_QUEUED && sendings < 100; ++sendings) {
    ASSERT_THAT(Look(agent_).headers, ElementsAre("r1"));
    LetPassTime(absl::Seconds(31));
  }
  EXPECT_EQ(sendings, SmallOptions().max_sendings);
  EXPECT_EQ(State(), v1::COMMAND_STATE_FAILED);
  EXPECT_THAT(harness_.StatusOf("r1").reason(), HasSubstr("nothing was done"));
  EXPECT_THAT(RelayHarness::Deliveries(agent_), ElementsAre("r2"));
}

TEST_F(RelayLargeQueueTest, WhatWaitsToBeWrittenIsNotTheAgentsNeglect) {
  Look(agent_);
  agent_.stream->set_body_frames(1);
  for (int i = 0; i < 10; ++i) LetPassTime(absl::Seconds(29));
  EXPECT_THAT(Look(agent_).aborts, IsEmpty());
  agent_.stream->set_body_frames(0);
  LetPassTime(absl::Seconds(31));
  EXPECT_EQ(Look(agent_).aborts.size(), 1u);
}

TEST_F(RelayLargeQueueTest, OneThatWasHandedOverAndIsNeverTakenIsSentAgainInDoubt) {
  const std::string id = Look(agent_).transfers.at(0);
  Grant(agent_, id);
  Look(agent_);
  LetPassTime(absl::Seconds(31));
  const Seen seen = Look(agent_);
  EXPECT_THAT(seen.aborts, ElementsAre(id));
  EXPECT_THAT(seen.headers, ElementsAre("r1"));
  EXPECT_THAT(harness_.relay.CancelCommand(CallerOf(), CancelRequest()), IsOk());
  EXPECT_EQ(State(), v1::COMMAND_STATE_UNKNOWN) << "the first sending may have come";
}

TEST_F(RelayLargeQueueTest, ADecisionAboutAnEarlierConflictLetsPassWhatPassesAlready) {
  LetPass(agent_);
  harness_.relay.OnFrame(agent_.session, FailedFrame("r1", ConflictError("a has changed", "a", "now", "theirs")));
  ASSERT_THAT(harness_.Execute(LargeWrite("r2", v1::OFFLINE_POLICY_QUEUE), second_), IsOk());
  harness_.Lose(agent_);
  agent_ = Connect("i2");
  EXPECT_THAT(Look(agent_).headers, ElementsAre("r2"));
  v1::ResolveConflictRequest decision;
  decision.set_request_id("r1");
  decision.set_resolution(v1::CONFLICT_RESOLUTION_RESEND);
  ASSERT_THAT(harness_.relay.ResolveConflict(CallerOf(), decision), IsOk());
  const Seen seen = Look(agent_);
  EXPECT_THAT(seen.headers, IsEmpty());
  EXPECT_THAT(seen.aborts, IsEmpty());
  harness_.Lose(agent_);
  agent_ = Connect("i3");
  EXPECT_THAT(Look(agent_).headers, ElementsAre("r1~1")) << "its place is before what has to pass again";
}

TEST_F(RelayLargeQueueTest, OneThatArrivesDamagedIsSentAgain) {
  Send(agent_, AbortOf(Get(agent_), absl::DataLossError("damaged")));
  EXPECT_EQ(State(), v1::COMMAND_STATE_QUEUED);
  LetPass(agent_);
  harness_.relay.OnFrame(agent_.session, WrittenFrame("r1"));
  EXPECT_EQ(State(), v1::COMMAND_STATE_APPLIED);
}

TEST_F(RelayLargeQueueTest, OneThatTheAgentHasNoRoomForWaits) {
  for (int i = 0; i < 20; ++i) {
    const std::string id = Look(agent_).transfers.at(0);
    Send(agent_, AbortOf(id, absl::ResourceExhaustedError("too many")));
    EXPECT_EQ(State(), v1::COMMAND_STATE_QUEUED);
    EXPECT_THAT(harness_.StatusOf("r1").reason(), HasSubstr("no room")) << "in the relay's words, which are bounded";
    LetPassTime(absl::Seconds(1));
  }
  LetPass(agent_);
  EXPECT_EQ(State(), v1::COMMAND_STATE_SENT);
}

TEST_F(RelayLargeQueueTest, OneThatIsUnderWayIsTakenBack) {
  const std::string id = Look(agent_).transfers.at(0);
  ASSERT_OK_AND_ASSIGN(const v1::CommandStatus status, harness_.relay.CancelCommand(CallerOf(), CancelRequest()));
  EXPECT_EQ(status.state(), v1::COMMAND_STATE_CANCELLED);
  EXPECT_THAT(Look(agent_).aborts, ElementsAre(id));
}

TEST_F(RelayLargeQueueTest, OneThatWasTakenBackWhileItPassedIsNotTakenAgain) {
  v1::CancelCommandRequest cancel;
  cancel.set_request_id("direct");
  harness_.Lose(agent_);
  ASSERT_THAT(harness_.relay.CancelCommand(CallerOf(), CancelRequest()), IsOk());
  agent_ = Connect("i2");
  ASSERT_THAT(harness_.Execute(LargeWrite("direct", v1::OFFLINE_POLICY_QUEUE), second_), IsOk());
  EXPECT_EQ(State("direct"), v1::COMMAND_STATE_ACCEPTED) << "in no queue";
  ASSERT_THAT(harness_.relay.CancelCommand(CallerOf(), cancel), IsOk());
  LetPassTime(absl::Hours(1));
  RelayHarness::Outcome again;
  EXPECT_THAT(harness_.Execute(LargeWrite("direct", v1::OFFLINE_POLICY_QUEUE), again).status(),
              HasCode(absl::StatusCode::kCancelled));
}

TEST_F(RelayLargeQueueTest, OneThatWasHandedOverIsNotTakenBack) {
  Grant(agent_, Look(agent_).transfers.at(0));
  EXPECT_THAT(harness_.relay.CancelCommand(CallerOf(), CancelRequest()).status(),
              HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(RelayLargeQueueTest, OneThatIsUnderWayEndsWithItsKey) {
  const std::string id = Look(agent_).transfers.at(0);
  harness_.relay.EndRevoked([](const Principal&) { return false; });
  EXPECT_EQ(State(), v1::COMMAND_STATE_FAILED);
  EXPECT_THAT(Look(agent_).aborts, ElementsAre(id));
}

TEST_F(RelayLargeQueueTest, OneThatIsUnderWayEndsWithItsProject) {
  const std::string id = Look(agent_).transfers.at(0);
  ASSERT_THAT(harness_.relay.ForgetProject(PrincipalOf("acme", Role::kUser), "p1"), IsOk());
  EXPECT_THAT(Look(agent_).aborts, ElementsAre(id));
  EXPECT_EQ(harness_.relay.pending_commands(), 0);
}

class RelayShortQueueTest : public RelayLargeQueueTest {
 protected:
  static RelayOptions Short() {
    RelayOptions options = SmallOptions();
    options.queue_keep = absl::Minutes(5);
    return options;
  }
  RelayShortQueueTest() : RelayLargeQueueTest(Short()) {}
};

TEST_F(RelayShortQueueTest, OneThatHasNotPassedWhenItsTimeIsOverExpires) {
  const std::string id = Look(agent_).transfers.at(0);
  for (int i = 1; i <= 14; ++i) {
    LetPassTime(absl::Seconds(20));
    Grant(agent_, id, i);
    ASSERT_EQ(State(), v1::COMMAND_STATE_QUEUED);
  }
  LetPassTime(absl::Seconds(21));
  EXPECT_EQ(State(), v1::COMMAND_STATE_EXPIRED);
  EXPECT_THAT(harness_.StatusOf("r1").reason(), HasSubstr("nothing was done"));
  EXPECT_THAT(Look(agent_).aborts, ElementsAre(id));
}

}  // namespace
}  // namespace specrelay
