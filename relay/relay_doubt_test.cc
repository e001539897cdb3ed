// What a relay says of commands that an agent may have executed without its knowledge.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/relay_harness.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Outcome = RelayHarness::Outcome;

class RelayDoubtTest : public testing::Test {
 protected:
  void Write(absl::string_view id) { ASSERT_THAT(harness_.Execute(WriteRequestFor("p1", id, "x"), outcome_), IsOk()); }
  v1::CommandState StateOf(absl::string_view id) { return harness_.StatusOf(id).state(); }

  // A write that an agent got which then went without an answer, and what the next agent says to it.
  v1::CommandState StateAfter(const absl::Status& answer, absl::string_view next_agent = "agent-of-p1") {
    RelayHarness harness;
    const auto first = harness.Connect("p1", "i1");
    Outcome outcome;
    EXPECT_THAT(harness.Execute(WriteRequestFor("p1", "r", "x"), outcome), IsOk());
    harness.Lose(first);
    v1::Register registration = RegistrationOf("p1", "i2");
    registration.set_agent_id(std::string(next_agent));
    const auto stream = std::make_shared<FakeAgentSession>();
    const SessionId next = harness.relay.Register(PrincipalOf("acme", Role::kAgent), registration, stream).value();
    harness.relay.OnFrame(next, FailedFrame("r", answer));
    return harness.StatusOf("r").state();
  }

  RelayHarness harness_;
  Outcome outcome_;
};

TEST_F(RelayDoubtTest, TheReasonOfAnAgentThatCouldNotLookDecidesNothing) {
  for (const absl::Status& busy :
       {absl::UnavailableError("the tree is locked"), absl::ResourceExhaustedError("too much to do"),
        absl::CancelledError("its time was over"), absl::PermissionDeniedError("not allowed any longer")}) {
    EXPECT_EQ(StateAfter(busy), v1::COMMAND_STATE_UNKNOWN) << busy;
  }
  EXPECT_EQ(StateAfter(absl::NotFoundError("there is no such spec")), v1::COMMAND_STATE_FAILED);
  EXPECT_EQ(StateAfter(ConflictError("changed", "x", "now", "")), v1::COMMAND_STATE_CONFLICT);
}

TEST_F(RelayDoubtTest, NothingThatAnotherAgentSaysDecidesWhatTheFirstHasDone) {
  EXPECT_EQ(StateAfter(absl::NotFoundError("there is no such spec"), "another"), v1::COMMAND_STATE_UNKNOWN);
}

TEST_F(RelayDoubtTest, WhatWasSentOnceAndIsSentAgainAfterItsEndIsNeverSaidToBeUndone) {
  const auto agent = harness_.Connect("p1", "i1");
  Write("r");
  harness_.clock.Advance(absl::Minutes(2));
  harness_.relay.Tick();
  ASSERT_EQ(StateOf("r"), v1::COMMAND_STATE_UNKNOWN);
  harness_.Lose(agent);
  Write("r");
  ASSERT_EQ(StateOf("r"), v1::COMMAND_STATE_QUEUED);
  v1::CancelCommandRequest request;
  request.set_request_id("r");
  EXPECT_EQ(harness_.relay.CancelCommand(CallerOf(), request)->state(), v1::COMMAND_STATE_UNKNOWN);
}

TEST_F(RelayDoubtTest, WhatWasAppliedBeforeExpiresAsUnknown) {
  const auto agent = harness_.Connect("p1", "i1");
  Write("r");
  harness_.relay.OnFrame(agent.session, WrittenFrame("r"));
  ASSERT_EQ(StateOf("r"), v1::COMMAND_STATE_APPLIED);
  harness_.Lose(agent);
  Write("r");
  harness_.clock.Advance(absl::Hours(25));
  harness_.relay.Tick();
  EXPECT_EQ(StateOf("r"), v1::COMMAND_STATE_UNKNOWN);
}

TEST_F(RelayDoubtTest, ATryThatIsNotTakenSaysNothingOfTheOneBefore) {
  const auto agent = harness_.Connect("p1", "i1");
  Write("r");
  harness_.relay.OnFrame(agent.session, WrittenFrame("r"));
  harness_.Lose(agent);
  const auto refusal = [&](absl::string_view id) {
    Outcome outcome;
    return harness_.Execute(WriteRequestFor("p1", id, "x", v1::OFFLINE_POLICY_FAIL), outcome).status();
  };
  EXPECT_TRUE(absl::IsUnavailable(refusal("r")));
  EXPECT_EQ(FinalState(refusal("r")), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_EQ(FinalState(refusal("never sent")), v1::COMMAND_STATE_FAILED);
}

TEST_F(RelayDoubtTest, AWriteIsAppliedEvenWhenItsAnswerWasTooLargeToComeAlong) {
  const auto agent = harness_.Connect("p1", "i1");
  Write("r");
  v1::AgentFrame frame = WrittenFrame("r");
  frame.mutable_outcome()->clear_result();
  harness_.relay.OnFrame(agent.session, frame);
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_APPLIED);
}

TEST_F(RelayDoubtTest, AnEndThatIsNoneLeavesTheOutcomeUnknown) {
  const auto agent = harness_.Connect("p1", "i1");
  Write("r");
  v1::AgentFrame frame = WrittenFrame("r");
  frame.mutable_outcome()->set_state(v1::COMMAND_STATE_QUEUED);
  harness_.relay.OnFrame(agent.session, frame);
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_UNKNOWN);
}

TEST_F(RelayDoubtTest, WritesGoBackToTheirPlacesInTheLineWhenTheirAgentGoes) {
  const auto first = harness_.Connect("p1", "i1");
  Write("a");
  harness_.Lose(first);
  Write("b");
  const auto second = harness_.Connect("p1", "i2");
  EXPECT_THAT(RelayHarness::Deliveries(second), ElementsAre("a"));
  const auto third = harness_.Connect("p1", "i3");
  harness_.Lose(second);
  EXPECT_THAT(RelayHarness::Deliveries(third), ElementsAre("a"));
  harness_.relay.OnFrame(third.session, WrittenFrame("a"));
  EXPECT_THAT(RelayHarness::Deliveries(third), ElementsAre("b"));
}

}  // namespace
}  // namespace specrelay
