#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/relay_harness.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Outcome = RelayHarness::Outcome;

v1::CommandDelivery DeliveryTo(const RelayHarness::Agent& agent) {
  return agent.stream->TakeOnly(v1::RelayFrame::kCommand).command();
}

TEST(RelayCommandsTest, ACommandReachesItsAgentAndTheAnswerItsCaller) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  Outcome outcome;
  ASSERT_OK_AND_ASSIGN(const CommandTicket ticket, harness.Execute(SpecListRequestFor("p1"), outcome));
  const v1::CommandDelivery delivery = DeliveryTo(agent);
  EXPECT_EQ(delivery.request_id(), ticket.request_id);
  EXPECT_TRUE(delivery.command().has_spec_list());
  EXPECT_EQ(delivery.actor().account(), "acme");
  EXPECT_EQ(delivery.actor().key_name(), "laptop");
  EXPECT_EQ(delivery.actor().client(), "test-client");
  EXPECT_EQ(delivery.timeout().seconds(), 30);
  EXPECT_FALSE(outcome.status.has_value());

  harness.relay.OnFrame(agent.session, AppliedFrame(ticket.request_id));
  ASSERT_TRUE(outcome.status.has_value());
  EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_FALSE(outcome.status->has_error());
  EXPECT_EQ(outcome.status->agent_instance(), "i1");
  EXPECT_TRUE(outcome.status->result().has_spec_list());
  EXPECT_EQ(harness.relay.pending_commands(), 0);
}

TEST(RelayCommandsTest, AnAgentsFailureArrivesWithItsDetails) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  Outcome outcome;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "r1"), outcome), IsOk());
  v1::AgentFrame frame;
  frame.mutable_outcome()->set_request_id("r1");
  frame.mutable_outcome()->set_state(v1::COMMAND_STATE_CONFLICT);
  *frame.mutable_outcome()->mutable_error() = ToCommandError(ConflictError("changed", "specs/a", "abc", "now"));
  harness.relay.OnFrame(agent.session, frame);
  ASSERT_TRUE(outcome.status.has_value());
  EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_CONFLICT);
  EXPECT_THAT(OutcomeOf(*outcome.status), IsStatus(absl::StatusCode::kAborted, "changed"));
  EXPECT_EQ(outcome.status->error().conflict().current_content(), "now");
  EXPECT_EQ(outcome.status->error().request_id(), "r1");
}

TEST(RelayCommandsTest, WhatIsWrongWithARequestIsSaidBeforeAnythingIsSent) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  agent.stream->Take();
  Outcome outcome;
  EXPECT_THAT(harness.Execute(SpecListRequestFor("nope"), outcome), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(harness.Execute(SpecListRequestFor(""), outcome), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1", std::string(129, 'x')), outcome),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("request_id")));
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1", "a b"), outcome), HasCode(absl::StatusCode::kInvalidArgument));
  v1::ExecuteRequest empty;
  empty.set_project_id("p1");
  EXPECT_THAT(harness.Execute(empty, outcome), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("command")));
  for (const int seconds : {0, 601, -5}) {
    v1::ExecuteRequest request = SpecListRequestFor("p1");
    request.mutable_timeout()->set_seconds(seconds);
    EXPECT_THAT(harness.Execute(request, outcome), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("timeout")));
  }
  EXPECT_THAT(agent.stream->Take(), testing::IsEmpty());
  EXPECT_EQ(outcome.calls, 0);
}

TEST(RelayCommandsTest, RolesAndAccountsAreKeptApart) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  Outcome outcome;
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1"), outcome, CallerOf("acme", Role::kAgent)),
              HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1"), outcome, CallerOf("rival")),
              HasCode(absl::StatusCode::kNotFound));
  v1::ExecuteRequest write = SpecListRequestFor("p1");
  write.mutable_command()->mutable_file_write()->set_path("a");
  EXPECT_THAT(harness.Execute(write, outcome, CallerOf("acme", Role::kViewer)),
              HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1"), outcome, CallerOf("acme", Role::kViewer)), IsOk());
  Caller scoped = CallerOf();
  scoped.principal.project_scopes = {"p2"};
  EXPECT_FALSE(harness.Execute(SpecListRequestFor("p1"), outcome, scoped).ok());
}

TEST(RelayCommandsTest, WithoutAConnectedAgentACommandFailsAtOnce) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  harness.relay.Disconnect(agent.session, absl::UnavailableError("gone"), {});
  Outcome outcome;
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1"), outcome), HasCode(absl::StatusCode::kUnavailable));
}

TEST(RelayCommandsTest, AnAgentThatDisappearsFailsItsCommandsAtOnceAndSaysThatTheyMayHaveHappened) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  Outcome outcome;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1"), outcome), IsOk());
  harness.relay.Disconnect(agent.session, absl::UnavailableError("connection lost"), {});
  ASSERT_TRUE(outcome.status.has_value());
  EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_THAT(OutcomeOf(*outcome.status), IsStatus(absl::StatusCode::kUnavailable, HasSubstr("same request id")));
}

TEST(RelayCommandsTest, CommandsOfAnInstanceThatGoesAreSentToTheOtherUnderTheSameIds) {
  RelayHarness harness;
  const auto older = harness.Connect("p1", "i1");
  const auto newer = harness.Connect("p1", "i2");
  Outcome sent, unsent;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "sent"), sent), IsOk());
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "unsent"), unsent), IsOk());
  older.stream->Take();
  harness.relay.Disconnect(newer.session, absl::UnavailableError("gone"), {"unsent"});
  EXPECT_EQ(sent.calls, 0);
  EXPECT_EQ(unsent.calls, 0);
  EXPECT_THAT(RelayHarness::Deliveries(older), ElementsAre("sent", "unsent"));
  for (const char* id : {"sent", "unsent"}) harness.relay.OnFrame(older.session, AppliedFrame(id));
  ASSERT_EQ(sent.calls, 1);
  ASSERT_EQ(unsent.calls, 1);
  EXPECT_EQ(unsent.status->agent_instance(), "i1");
}

TEST(RelayCommandsTest, ACommandNeverSentFailsWithoutEffectWhenNoInstanceIsLeft) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  Outcome outcome;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "r"), outcome), IsOk());
  harness.relay.Disconnect(agent.session, absl::UnavailableError("gone"), {"r"});
  ASSERT_EQ(outcome.calls, 1);
  EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_FAILED);
}

TEST(RelayCommandsTest, TheLatestInstanceGetsTheCommands) {
  RelayHarness harness;
  const auto older = harness.Connect("p1", "i1");
  const auto newer = harness.Connect("p1", "i2");
  older.stream->Take();
  Outcome outcome;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "r"), outcome), IsOk());
  EXPECT_EQ(DeliveryTo(newer).request_id(), "r");
  EXPECT_FALSE(DeliveryTo(older).has_command());
}

TEST(RelayCommandsTest, AfterItsDeadlineACommandIsUnknownAndALateAnswerChangesNothing) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  Outcome outcome;
  v1::ExecuteRequest request = SpecListRequestFor("p1", "r");
  request.mutable_timeout()->set_seconds(2);
  ASSERT_THAT(harness.Execute(request, outcome), IsOk());
  harness.clock.Advance(absl::Milliseconds(1999));
  harness.relay.Tick();
  EXPECT_EQ(outcome.calls, 0);
  harness.clock.Advance(absl::Milliseconds(1));
  harness.relay.Tick();
  ASSERT_EQ(outcome.calls, 1);
  EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_THAT(OutcomeOf(*outcome.status), HasCode(absl::StatusCode::kDeadlineExceeded));
  harness.relay.OnFrame(agent.session, AppliedFrame("r"));
  EXPECT_EQ(outcome.calls, 1);
}

TEST(RelayCommandsTest, AnswersToUnknownCommandsSecondAnswersAndThoseOfOtherAgentsAreIgnored) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  const auto other = harness.Connect("p2", "i2");
  Outcome outcome;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "r"), outcome), IsOk());
  harness.relay.OnFrame(agent.session, AppliedFrame("never-asked"));
  harness.relay.OnFrame(other.session, AppliedFrame("r"));
  EXPECT_EQ(outcome.calls, 0);
  harness.relay.OnFrame(agent.session, AppliedFrame("r"));
  harness.relay.OnFrame(agent.session, AppliedFrame("r"));
  EXPECT_EQ(outcome.calls, 1);
}

TEST(RelayCommandsTest, AnAnswerOfTheWrongKindOrStateIsAnInternalError) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  Outcome wrong_kind, wrong_state;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "kind"), wrong_kind), IsOk());
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "state"), wrong_state), IsOk());
  v1::AgentFrame frame = AppliedFrame("kind");
  frame.mutable_outcome()->mutable_result()->mutable_file_read();
  harness.relay.OnFrame(agent.session, frame);
  frame = AppliedFrame("state");
  frame.mutable_outcome()->set_state(v1::COMMAND_STATE_QUEUED);
  harness.relay.OnFrame(agent.session, frame);
  EXPECT_THAT(OutcomeOf(*wrong_kind.status), HasCode(absl::StatusCode::kInternal));
  EXPECT_THAT(OutcomeOf(*wrong_state.status), HasCode(absl::StatusCode::kInternal));
}

TEST(RelayCommandsTest, TheSameIdWithTheSameCommandSharesTheOutcomeAndWithAnotherIsRefused) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  Outcome first, second, different;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "r"), first), IsOk());
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "r"), second), IsOk());
  EXPECT_EQ(DeliveryTo(agent).request_id(), "r") << "must be sent once";
  v1::ExecuteRequest other = SpecListRequestFor("p1", "r");
  other.mutable_command()->mutable_steering_status();
  EXPECT_THAT(harness.Execute(other, different), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("different")));
  harness.relay.OnFrame(agent.session, AppliedFrame("r"));
  EXPECT_EQ(first.calls, 1);
  EXPECT_EQ(second.calls, 1);
}

TEST(RelayCommandsTest, ACallerThatGivesUpTakesItsCommandBack) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  Outcome outcome;
  ASSERT_OK_AND_ASSIGN(const CommandTicket ticket, harness.Execute(SpecListRequestFor("p1", "r"), outcome));
  agent.stream->Take();
  harness.relay.Abandon(ticket);
  EXPECT_EQ(agent.stream->TakeOnly(v1::RelayFrame::kCancel).cancel().request_id(), "r");
  harness.relay.OnFrame(agent.session, AppliedFrame("r"));
  EXPECT_EQ(outcome.calls, 0);
  EXPECT_EQ(harness.relay.pending_commands(), 0);
}

TEST(RelayCommandsTest, CommandsUnderWayAreBoundedForEachProject) {
  RelayOptions options = RelayHarness::DefaultOptions();
  options.in_flight_per_project = 2;
  RelayHarness harness(options);
  const auto agent = harness.Connect("p1", "i1");
  std::vector<Outcome> outcomes(3);
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "r0"), outcomes[0]), IsOk());
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "r1"), outcomes[1]), IsOk());
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1", "r2"), outcomes[2]),
              HasCode(absl::StatusCode::kResourceExhausted));
  harness.relay.OnFrame(agent.session, AppliedFrame("r0"));
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1", "r2"), outcomes[2]), IsOk());
}

TEST(RelayCommandsTest, AFullQueueAndAnOversizedCommandAreRefusedAndHurtNobody) {
  RelayOptions options = RelayHarness::DefaultOptions();
  options.max_frame_bytes = 1000;
  RelayHarness harness(options);
  const auto agent = harness.Connect("p1", "i1");
  Outcome outcome;
  v1::ExecuteRequest large = SpecListRequestFor("p1");
  large.mutable_command()->mutable_file_write()->set_content(std::string(2000, 'x'));
  EXPECT_THAT(harness.Execute(large, outcome), IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("1000")));
  agent.stream->set_full(true);
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1"), outcome), HasCode(absl::StatusCode::kResourceExhausted));
  agent.stream->set_full(false);
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1"), outcome), IsOk());
}

TEST(RelayCommandsTest, ACommandPassesOverAnAgentWhoseStreamIsEnding) {
  RelayHarness harness;
  const auto stays = harness.Connect("p1", "i1");
  const auto ends = harness.Connect("p1", "i2");
  ends.stream->set_ending();
  stays.stream->Take();
  Outcome reached, refused;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1"), reached), IsOk());
  EXPECT_TRUE(stays.stream->TakeOnly(v1::RelayFrame::kCommand).has_command());
  stays.stream->set_ending();
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1"), refused),
              IsStatus(absl::StatusCode::kUnavailable, HasSubstr("no agent of project p1 is connected")));
}

TEST(RelayCommandsTest, ASubmittedCommandIsWaitedForBeforeAndAfterItsEnd) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  v1::SubmitRequest submit;
  submit.set_project_id("p1");
  submit.set_request_id("r");
  submit.mutable_command()->mutable_spec_list();
  ASSERT_OK_AND_ASSIGN(const v1::SubmitResponse submitted, harness.relay.Submit(CallerOf(), submit));
  EXPECT_EQ(submitted.state(), v1::COMMAND_STATE_SENT);

  v1::WaitCommandRequest wait;
  wait.set_request_id("r");
  Outcome early, before, after;
  wait.mutable_timeout()->set_seconds(1);
  ASSERT_THAT(harness.relay.Wait(CallerOf(), wait, absl::InfiniteFuture(), early.Callback()), IsOk());
  harness.clock.Advance(absl::Seconds(1));
  harness.relay.Tick();
  ASSERT_EQ(early.calls, 1);
  EXPECT_EQ(early.status->state(), v1::COMMAND_STATE_SENT);

  wait.clear_timeout();
  ASSERT_THAT(harness.relay.Wait(CallerOf(), wait, absl::InfiniteFuture(), before.Callback()), IsOk());
  harness.relay.OnFrame(agent.session, AppliedFrame("r"));
  ASSERT_EQ(before.calls, 1);
  ASSERT_THAT(harness.relay.Wait(CallerOf(), wait, absl::InfiniteFuture(), after.Callback()), IsOk());
  ASSERT_EQ(after.calls, 1);
  EXPECT_EQ(after.status->state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_TRUE(after.status->result().has_spec_list());
}

TEST(RelayCommandsTest, WaitingForAnUnknownOrForeignOrForgottenCommandIsNotFound) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  Outcome outcome, wait_outcome;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "r"), outcome), IsOk());
  harness.relay.OnFrame(agent.session, AppliedFrame("r"));
  v1::WaitCommandRequest wait;
  wait.set_request_id("r");
  EXPECT_THAT(harness.relay.Wait(CallerOf("rival"), wait, absl::InfiniteFuture(), wait_outcome.Callback()),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(harness.relay.Wait(CallerOf(), wait, absl::InfiniteFuture(), wait_outcome.Callback()), IsOk());
  EXPECT_FALSE(wait_outcome.status->has_result()) << "the result of a command that was waited for is not kept";
  harness.clock.Advance(absl::Minutes(11));
  harness.relay.Tick();
  EXPECT_THAT(harness.relay.Wait(CallerOf(), wait, absl::InfiniteFuture(), wait_outcome.Callback()),
              HasCode(absl::StatusCode::kNotFound));
}

TEST(RelayCommandsTest, ADrainingRelayAsksAgentsToGoFinishesWhatRunsAndTakesNothingNew) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  Outcome running, refused;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "r"), running), IsOk());
  agent.stream->Take();
  harness.relay.Drain(absl::Seconds(1));
  EXPECT_EQ(agent.stream->TakeOnly(v1::RelayFrame::kDrain).drain().retry_after().seconds(), 1);
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1"), refused), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_THAT(harness.relay.Register(PrincipalOf("acme", Role::kAgent), RegistrationOf("p2", "i2"),
                                     std::make_shared<FakeAgentSession>()),
              HasCode(absl::StatusCode::kUnavailable));
  harness.relay.OnFrame(agent.session, AppliedFrame("r"));
  EXPECT_EQ(running.calls, 1);
  EXPECT_EQ(harness.relay.pending_commands(), 0);
}

}  // namespace
}  // namespace specrelay
