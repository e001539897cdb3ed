// Commands that pass apart from their frames because they are large.

#include <limits>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/body_transfer.h"
#include "proto/support/capabilities.h"
#include "proto/support/message_body.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/relay_messages_fixture.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(RelayMessagesTest, ALargeCommandPassesApartFromItsFrame) {
  const Agent agent = Connect("i1");
  const v1::ExecuteRequest request = LargeWrite("r1", v1::OFFLINE_POLICY_FAIL, 2 * kTransferWindowBytes);
  ASSERT_THAT(harness_.Execute(request, outcome_), IsOk());
  const v1::CommandDelivery header = agent.stream->TakeOnly(v1::RelayFrame::kCommand).command();
  EXPECT_EQ(header.request_id(), "r1");
  EXPECT_EQ(header.actor().account(), "acme");
  EXPECT_EQ(header.timeout().seconds(), 30);
  EXPECT_EQ(header.message_body().size_bytes(), static_cast<int64_t>(request.command().ByteSizeLong()));
  EXPECT_FALSE(header.has_command());
  const std::string& id = header.message_body().transfer_id();
  Grant(agent, id);
  Seen seen = Look(agent);
  EXPECT_EQ(seen.body.size(), static_cast<size_t>(kTransferWindowBytes));
  EXPECT_EQ(seen.ends, 0);
  std::string body = seen.body;
  Grant(agent, id, 3 * kTransferWindowBytes);
  seen = Look(agent);
  body += seen.body;
  EXPECT_EQ(seen.ends, 1);
  EXPECT_EQ(body, request.command().SerializeAsString());
  harness_.relay.OnFrame(agent.session, WrittenFrame("r1"));
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_THAT(Look(agent).aborts, IsEmpty());
}

TEST_F(RelayMessagesTest, AnAgentThatTakesGzipGetsGzip) {
  const Agent agent = Connect("i1", {kTransferMessageCapability, kTransferGzipCapability});
  const v1::ExecuteRequest request = LargeWrite("r1");
  ASSERT_THAT(harness_.Execute(request, outcome_), IsOk());
  const v1::MessageBody announced = agent.stream->TakeOnly(v1::RelayFrame::kCommand).command().message_body();
  IncomingBody body(announced, ChunkEncoding::kGzip);
  Send(agent, *body.NextGrant());
  for (const v1::RelayFrame& frame : agent.stream->Take()) {
    if (frame.transfer().has_chunk()) {
      EXPECT_EQ(frame.transfer().chunk().encoding(), v1::TRANSFER_ENCODING_GZIP);
    }
    ASSERT_THAT(body.Take(frame.transfer()), IsOk());
  }
  EXPECT_EQ(body.bytes(), request.command().SerializeAsString());
}

TEST_F(RelayMessagesTest, AnAgentThatTakesOnlyFilesInPartsGetsItWhole) {
  const Agent agent = Connect("i1", {kTransferCapability});
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  EXPECT_TRUE(agent.stream->TakeOnly(v1::RelayFrame::kCommand).command().command().has_file_write());
}

TEST_F(RelayMessagesTest, OneCommandPassesAfterTheOtherAndSmallOnesAtOnce) {
  const Agent agent = Connect("i1");
  RelayHarness::Outcome third;
  RelayHarness::Outcome small;
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  ASSERT_THAT(harness_.Execute(LargeWrite("r2"), second_), IsOk());
  ASSERT_THAT(harness_.Execute(LargeWrite("r3"), third), IsOk());
  ASSERT_THAT(harness_.Execute(SpecListRequestFor("p1", "r4"), small), IsOk());
  Seen seen = Look(agent);
  EXPECT_THAT(seen.headers, ElementsAre("r1"));
  harness_.relay.OnFrame(agent.session, AppliedFrame("r4"));
  EXPECT_EQ(small.calls, 1);
  Grant(agent, seen.transfers[0]);
  EXPECT_THAT(Look(agent).headers, IsEmpty()) << "what was handed over has not arrived";
  Take(agent, seen.transfers[0]);
  seen = Look(agent);
  EXPECT_THAT(seen.headers, ElementsAre("r2"));
  Pass(agent, seen.transfers[0]);
  EXPECT_THAT(Look(agent).headers, ElementsAre("r3"));
}

TEST_F(RelayMessagesTest, TheNextOnePassesWhenTheFirstEndsInMidTransfer) {
  const Agent agent = Connect("i1");
  ASSERT_OK_AND_ASSIGN(const CommandTicket ticket, harness_.Execute(LargeWrite("r1"), outcome_));
  ASSERT_THAT(harness_.Execute(LargeWrite("r2"), second_), IsOk());
  const std::string id = Look(agent).transfers.at(0);
  harness_.relay.Abandon(ticket);
  const Seen seen = Look(agent);
  EXPECT_THAT(seen.aborts, ElementsAre(id));
  EXPECT_THAT(seen.headers, ElementsAre("r2"));
}

TEST_F(RelayMessagesTest, ACommandWhoseTurnDoesNotComeIsTakenBackWithoutTheAgent) {
  const Agent agent = Connect("i1");
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  ASSERT_OK_AND_ASSIGN(const CommandTicket ticket, harness_.Execute(LargeWrite("r2"), second_));
  harness_.relay.Abandon(ticket);
  EXPECT_EQ(harness_.relay.pending_commands(), 1);
  LetPass(agent);
  EXPECT_THAT(Look(agent).headers, IsEmpty());
}

TEST_F(RelayMessagesTest, AFullStreamTakesNoMoreAndGetsTheNextInLineWhenItHasRoom) {
  const Agent agent = Connect("i1");
  harness_.relay.Tick();  // which looks at the sessions for a second
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  ASSERT_THAT(harness_.Execute(LargeWrite("r2"), second_), IsOk());
  const std::string id = Look(agent).transfers.at(0);
  Grant(agent, id);
  agent.stream->set_full(true);
  Take(agent, id);
  RelayHarness::Outcome third;
  EXPECT_THAT(harness_.Execute(LargeWrite("r3"), third).status(), HasCode(absl::StatusCode::kResourceExhausted));
  agent.stream->set_full(false);
  harness_.relay.Tick();
  EXPECT_THAT(Look(agent).headers, ElementsAre("r2"));
}

TEST_F(RelayMessagesTest, WhatWaitsInLineIsNotSent) {
  const Agent agent = Connect("i1");
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  ASSERT_THAT(harness_.Execute(LargeWrite("r2"), second_), IsOk());
  EXPECT_EQ(harness_.StatusOf("r1").state(), v1::COMMAND_STATE_ACCEPTED);
  const std::string id = Look(agent).transfers.at(0);
  Grant(agent, id);
  EXPECT_EQ(harness_.StatusOf("r1").state(), v1::COMMAND_STATE_SENT);
  EXPECT_EQ(harness_.StatusOf("r2").state(), v1::COMMAND_STATE_ACCEPTED);
  Take(agent, id);
  Expire();
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_EQ(second_.status->state(), v1::COMMAND_STATE_EXPIRED);
  EXPECT_THAT(OutcomeOf(*second_.status), IsStatus(absl::StatusCode::kUnavailable, HasSubstr("nothing was done")));
}

TEST_F(RelayMessagesTest, TheLineOfAnInstanceThatLeavesGoesToAnother) {
  const Agent other = Connect("i1");
  const Agent leaving = Connect("i2");
  harness_.relay.Tick();
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  ASSERT_THAT(harness_.Execute(LargeWrite("r2"), second_), IsOk());
  v1::AgentFrame goodbye;
  goodbye.mutable_goodbye();
  harness_.relay.OnFrame(leaving.session, goodbye);
  LetPass(leaving);
  harness_.relay.Tick();
  EXPECT_THAT(Look(leaving).headers, IsEmpty());
  EXPECT_THAT(Look(other).headers, ElementsAre("r2"));
}

TEST_F(RelayMessagesTest, AnEndingStreamsCommandGoesToAnotherInstance) {
  const Agent other = Connect("i1");
  const Agent ending = Connect("i2");
  ending.stream->set_ending();
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  EXPECT_THAT(Look(other).headers, ElementsAre("r1"));
}

TEST_F(RelayMessagesTest, ADeadlineInMidTransferIsToldAndTheRetryHasAnotherTransfer) {
  const Agent agent = Connect("i1");
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  const std::string first = Look(agent).transfers.at(0);
  Expire();
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_EXPIRED);
  EXPECT_THAT(Look(agent).aborts, ElementsAre(first));
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), second_), IsOk());
  const Seen seen = Look(agent);
  EXPECT_NE(seen.transfers.at(0), first);
  // What is still on its way of the first sending.
  Grant(agent, first);
  Grant(agent, first, int64_t{1} << 62);
  Send(agent, AbortOf(first, absl::DataLossError("late")));
  EXPECT_THAT(agent.stream->Take(), IsEmpty());
  EXPECT_EQ(second_.calls, 0);
  Grant(agent, seen.transfers[0]);
  EXPECT_EQ(Look(agent).ends, 1);
}

TEST_F(RelayMessagesTest, AnAnswerToAnEarlierSendingBreaksOffTheRetrysBody) {
  const Agent agent = Connect("i1");
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  LetPass(agent);
  Expire();
  Look(agent);
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), second_), IsOk());
  const std::string retry = Look(agent).transfers.at(0);
  harness_.relay.OnFrame(agent.session, WrittenFrame("r1"));
  EXPECT_EQ(second_.status->state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_THAT(Look(agent).aborts, ElementsAre(retry));
}

TEST_F(RelayMessagesTest, ALostAgentsLargeCommandGoesToAnotherFromItsBeginning) {
  const Agent other = Connect("i1");
  const Agent agent = Connect("i2");
  const v1::ExecuteRequest request = LargeWrite("r1", v1::OFFLINE_POLICY_FAIL, 2 * kTransferWindowBytes);
  ASSERT_THAT(harness_.Execute(request, outcome_), IsOk());
  LetPass(agent);
  harness_.Lose(agent);
  const Seen seen = Look(other);
  EXPECT_THAT(seen.headers, ElementsAre("r1"));
  Grant(other, seen.transfers[0], 3 * kTransferWindowBytes);
  EXPECT_EQ(Look(other).body, request.command().SerializeAsString());
}

TEST_F(RelayMessagesTest, WhatHasNotComeWholeHasNotHappened) {
  const Agent agent = Connect("i1");
  ASSERT_THAT(harness_.Execute(LargeWrite("r1", v1::OFFLINE_POLICY_FAIL, 2 * kTransferWindowBytes), outcome_), IsOk());
  ASSERT_THAT(harness_.Execute(LargeWrite("r2"), second_), IsOk());
  LetPass(agent);
  harness_.Lose(agent);
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_FAILED);
  EXPECT_EQ(second_.status->state(), v1::COMMAND_STATE_FAILED);
}

TEST_F(RelayMessagesTest, WhatHasComeWholeMayHaveHappened) {
  const Agent agent = Connect("i1");
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  LetPass(agent);
  harness_.Lose(agent);
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_UNKNOWN);
}

TEST_F(RelayMessagesTest, ACommandThatIsGivenBackPassesToAnotherAndIsAbortedThere) {
  const Agent other = Connect("i1");
  const Agent leaving = Connect("i2");
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  v1::AgentFrame given_back = FailedFrame("r1", absl::UnavailableError("leaving"));
  given_back.mutable_outcome()->set_leaving(true);
  harness_.relay.OnFrame(leaving.session, given_back);
  const std::string id = Look(other).transfers.at(0);
  Expire();
  EXPECT_THAT(Look(other).aborts, ElementsAre(id));
}

TEST_F(RelayMessagesTest, ADamagedCommandIsSentAgainButNotForEver) {
  const Agent agent = Connect("i1");
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  int sendings = 0;
  for (; outcome_.calls == 0 && sendings < 100; ++sendings) {
    Send(agent, AbortOf(Get(agent), absl::DataLossError("damaged")));
  }
  EXPECT_EQ(sendings, SmallOptions().max_sendings);
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_FAILED);
  EXPECT_THAT(OutcomeOf(*outcome_.status), HasCode(absl::StatusCode::kDataLoss));
}

TEST_F(RelayMessagesTest, AFaultOfTheTransferDecidesNothingAboutACommandInDoubt) {
  const Agent agent = Connect("i1");
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  LetPass(agent);
  Expire();
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), second_), IsOk());
  const std::string id = Get(agent);
  Send(agent, AbortOf(id, absl::InvalidArgumentError("a wrong transfer id")));
  EXPECT_EQ(second_.status->state(), v1::COMMAND_STATE_UNKNOWN);
}

TEST_F(RelayMessagesTest, AStateThatAnAgentNamesWhenItBreaksOffDoesNotCount) {
  const Agent agent = Connect("i1");
  for (const v1::CommandState state :
       {v1::COMMAND_STATE_QUEUED, v1::COMMAND_STATE_SENT, v1::COMMAND_STATE_APPLIED, v1::COMMAND_STATE_CONFLICT}) {
    RelayHarness::Outcome outcome;
    ASSERT_THAT(harness_.Execute(LargeWrite(v1::CommandState_Name(state)), outcome), IsOk());
    const std::string id = Look(agent).transfers.at(0);
    Send(agent, AbortOf(id, WithCommand(absl::AbortedError("no"), "", state)));
    ASSERT_EQ(outcome.calls, 1);
    EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_FAILED) << v1::CommandState_Name(state);
  }
}

TEST_F(RelayMessagesTest, AnAgentThatTakesItBackSaysSo) {
  const Agent agent = Connect("i1");
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  Send(agent, AbortOf(Get(agent), absl::CancelledError("taken back before it began")));
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_CANCELLED);
}

TEST_F(RelayMessagesTest, AnAbsurdGrantFailsTheCommand) {
  const Agent agent = Connect("i1");
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  Grant(agent, Look(agent).transfers.at(0), std::numeric_limits<int64_t>::min());
  EXPECT_THAT(OutcomeOf(*outcome_.status), IsStatus(absl::StatusCode::kInternal, HasSubstr("update the agent")));
}

TEST_F(RelayMessagesTest, ABodyUnderWayDoesNotKeepASilentAgentFromBeingFound) {
  const Agent agent = Connect("i1");
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  agent.stream->Take();
  agent.stream->set_body_frames(4);
  harness_.clock.Advance(absl::Seconds(11));
  harness_.relay.Tick();
  EXPECT_TRUE(agent.stream->TakeOnly(v1::RelayFrame::kPing).has_ping());
}

TEST_F(RelayMessagesTest, ADrainEndsWhatHasNotPassedAndLetsTheAgentAnswerTheRest) {
  const Agent agent = Connect("i1");
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  ASSERT_THAT(harness_.Execute(LargeWrite("r2"), second_), IsOk());
  LetPass(agent);
  const std::string id = Look(agent).transfers.at(0);
  harness_.relay.Drain(absl::Seconds(1));
  EXPECT_EQ(second_.status->state(), v1::COMMAND_STATE_FAILED);
  EXPECT_THAT(Look(agent).aborts, ElementsAre(id));
  harness_.relay.OnFrame(agent.session, WrittenFrame("r1"));
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_APPLIED);
}

}  // namespace
}  // namespace specrelay
