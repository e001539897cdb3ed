// Commands whose content passes in parts.

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/capabilities.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/relay_harness.h"

namespace specrelay {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

struct FakeBody final : public BodyStream {
  void OnStep(v1::Transfer step) override { steps.push_back(std::move(step)); }
  std::vector<v1::Transfer> steps;
};

class RelayBodiesTest : public testing::Test {
 protected:
  RelayHarness::Agent Connect(absl::string_view instance_uid, const std::vector<std::string>& capabilities = {
                                                                  kTransferCapability, kTransferMessageCapability}) {
    v1::Register registration = RegistrationOf("p1", instance_uid);
    for (const std::string& capability : capabilities) registration.add_capabilities(capability);
    auto stream = std::make_shared<FakeAgentSession>();
    const absl::StatusOr<SessionId> session =
        harness_.relay.Register(PrincipalOf("acme", Role::kAgent), std::move(registration), stream);
    stream->Take();
    return {session.value(), stream};
  }

  static v1::ExecuteRequest ReadOf(absl::string_view request_id) {
    v1::ExecuteRequest request;
    request.set_project_id("p1");
    request.set_request_id(std::string(request_id));
    request.mutable_command()->mutable_file_read()->set_path("a");
    return request;
  }

  absl::StatusOr<CommandTicket> Begin(const v1::ExecuteRequest& request, std::shared_ptr<FakeBody> body,
                                      RelayHarness::Outcome& outcome) {
    return harness_.relay.ExecuteStreamed(CallerOf(), request, absl::InfiniteFuture(), std::move(body),
                                          outcome.Callback());
  }

  static v1::AgentFrame Chunk(absl::string_view request_id) {
    v1::AgentFrame frame;
    frame.mutable_transfer()->set_request_id(std::string(request_id));
    frame.mutable_transfer()->mutable_chunk()->set_data("x");
    return frame;
  }

  static v1::Transfer Grant(absl::string_view request_id) {
    v1::Transfer step;
    step.set_request_id(std::string(request_id));
    step.mutable_grant()->set_offset(1);
    return step;
  }

  RelayHarness harness_;
  std::shared_ptr<FakeBody> body_ = std::make_shared<FakeBody>();
  RelayHarness::Outcome outcome_;
};

TEST_F(RelayBodiesTest, TheDeliverySaysThatTheContentPassesInPartsAndStepsGoBothWays) {
  const RelayHarness::Agent agent = Connect("i1");
  ASSERT_THAT(Begin(ReadOf("r1"), body_, outcome_), IsOk());
  const v1::RelayFrame delivery = agent.stream->TakeOnly(v1::RelayFrame::kCommand);
  EXPECT_EQ(delivery.command().body(), v1::BODY_KIND_FILE);
  ASSERT_THAT(harness_.relay.SendStep("acme", *body_, Grant("r1")), IsOk());
  EXPECT_TRUE(agent.stream->TakeOnly(v1::RelayFrame::kTransfer).transfer().has_grant());
  harness_.relay.OnFrame(agent.session, Chunk("r1"));
  ASSERT_THAT(body_->steps, SizeIs(1));
  EXPECT_EQ(body_->steps[0].chunk().data(), "x");
}

TEST_F(RelayBodiesTest, TheRelayNamesItsCapabilities) {
  auto stream = std::make_shared<FakeAgentSession>();
  ASSERT_THAT(harness_.relay.Register(PrincipalOf("acme", Role::kAgent), RegistrationOf("p1", "i1"), stream), IsOk());
  EXPECT_THAT(stream->TakeOnly(v1::RelayFrame::kWelcome).welcome().capabilities(),
              testing::IsSupersetOf({kTransferCapability, kTransferGzipCapability, kTransferMessageCapability}));
}

TEST_F(RelayBodiesTest, AnOldAgentIsNotAsked) {
  const RelayHarness::Agent agent = Connect("i1", /*capabilities=*/{});
  EXPECT_THAT(Begin(ReadOf("r1"), body_, outcome_).status(),
              IsStatus(absl::StatusCode::kUnimplemented, HasSubstr("update the agent")));
  EXPECT_THAT(agent.stream->Take(), SizeIs(0));
  EXPECT_EQ(harness_.relay.pending_commands(), 0);
}

TEST_F(RelayBodiesTest, WithoutAnAgentItFailsAtOnce) {
  const RelayHarness::Agent agent = Connect("i1");
  harness_.Lose(agent);
  EXPECT_THAT(Begin(ReadOf("r1"), body_, outcome_).status(), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(RelayBodiesTest, AnotherInstanceDoesNotGetWhatOneHasLost) {
  Connect("i1");
  const RelayHarness::Agent latest = Connect("i2");
  const RelayHarness::Agent other = Connect("i3");
  harness_.Lose(other);
  ASSERT_THAT(Begin(ReadOf("r1"), body_, outcome_), IsOk());
  harness_.Lose(latest);
  ASSERT_EQ(outcome_.calls, 1);
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_THAT(OutcomeOf(*outcome_.status), IsStatus(absl::StatusCode::kUnavailable, HasSubstr("begin anew")));
  EXPECT_EQ(harness_.relay.pending_commands(), 0);
}

TEST_F(RelayBodiesTest, WhatWasNeverWrittenToTheAgentHasSurelyNotHappened) {
  const RelayHarness::Agent agent = Connect("i1");
  ASSERT_THAT(Begin(ReadOf("r1"), body_, outcome_), IsOk());
  harness_.Lose(agent, {"r1"});
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_FAILED);
}

TEST_F(RelayBodiesTest, TheSameIdIsRefusedWhileItsTransferIsUnderWay) {
  Connect("i1");
  ASSERT_THAT(Begin(ReadOf("r1"), body_, outcome_), IsOk());
  RelayHarness::Outcome second;
  EXPECT_THAT(Begin(ReadOf("r1"), std::make_shared<FakeBody>(), second).status(),
              IsStatus(absl::StatusCode::kUnavailable, HasSubstr("under way")));
  EXPECT_THAT(harness_.Execute(ReadOf("r1"), second).status(), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(RelayBodiesTest, TheAgentIsToldWhenTheTimeIsOver) {
  const RelayHarness::Agent agent = Connect("i1");
  ASSERT_THAT(Begin(ReadOf("r1"), body_, outcome_), IsOk());
  agent.stream->Take();
  harness_.clock.Advance(absl::Seconds(31));
  harness_.relay.Tick();
  EXPECT_THAT(OutcomeOf(*outcome_.status), HasCode(absl::StatusCode::kDeadlineExceeded));
  EXPECT_TRUE(agent.stream->TakeOnly(v1::RelayFrame::kTransfer).transfer().has_abort());
}

TEST_F(RelayBodiesTest, ABodyThatFailsEndsTheCommandAndTellsTheAgent) {
  const RelayHarness::Agent agent = Connect("i1");
  ASSERT_THAT(Begin(ReadOf("r1"), body_, outcome_), IsOk());
  agent.stream->Take();
  harness_.relay.FailBody("acme", "r1", *body_, absl::DataLossError("broken"));
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_FAILED);
  EXPECT_THAT(agent.stream->TakeOnly(v1::RelayFrame::kTransfer).transfer().abort().error().message(), "broken");
  harness_.relay.FailBody("acme", "r1", *body_, absl::DataLossError("again"));
  EXPECT_EQ(outcome_.calls, 1);
}

TEST_F(RelayBodiesTest, AnIdIsFreeAgainOnceTheAgentHasEndedItsBrokenTransfer) {
  const RelayHarness::Agent agent = Connect("i1");
  ASSERT_THAT(Begin(ReadOf("r1"), body_, outcome_), IsOk());
  harness_.relay.FailBody("acme", "r1", *body_, absl::DataLossError("broken"));
  RelayHarness::Outcome second;
  EXPECT_THAT(Begin(ReadOf("r1"), body_, second).status(),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("in a moment")));
  harness_.relay.OnFrame(agent.session, FailedFrame("r1", absl::CancelledError("taken back")));
  ASSERT_THAT(Begin(ReadOf("r1"), body_, second), IsOk());
  EXPECT_EQ(second.calls, 0);
}

TEST_F(RelayBodiesTest, AnAnswerOfTheAgentsNeedsNoAbort) {
  const RelayHarness::Agent agent = Connect("i1");
  ASSERT_THAT(Begin(ReadOf("r1"), body_, outcome_), IsOk());
  agent.stream->Take();
  harness_.relay.OnFrame(agent.session, FailedFrame("r1", absl::NotFoundError("no such file")));
  EXPECT_THAT(OutcomeOf(*outcome_.status), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(agent.stream->Take(), SizeIs(0));
}

TEST_F(RelayBodiesTest, StepsOfStrangersAndOfTheDeadGoNowhere) {
  const RelayHarness::Agent agent = Connect("i1");
  const RelayHarness::Agent other = Connect("i2");
  ASSERT_THAT(Begin(ReadOf("r1"), body_, outcome_), IsOk());
  harness_.relay.OnFrame(agent.session, Chunk("r1"));
  harness_.relay.OnFrame(other.session, Chunk("r2"));
  EXPECT_THAT(body_->steps, SizeIs(0)) << "it went to the other instance";
  other.stream->Take();
  const FakeBody stranger;
  EXPECT_THAT(harness_.relay.SendStep("acme", stranger, Grant("r1")), IsOk());
  EXPECT_THAT(harness_.relay.SendStep("other", *body_, Grant("r1")), IsOk());
  EXPECT_THAT(other.stream->Take(), SizeIs(0));
}

TEST_F(RelayBodiesTest, AClientThatLeavesTakesTheCommandBack) {
  const RelayHarness::Agent agent = Connect("i1");
  ASSERT_OK_AND_ASSIGN(const CommandTicket ticket, Begin(ReadOf("r1"), body_, outcome_));
  agent.stream->Take();
  harness_.relay.Abandon(ticket);
  EXPECT_EQ(agent.stream->TakeOnly(v1::RelayFrame::kCancel).cancel().request_id(), "r1");
}

}  // namespace
}  // namespace specrelay
