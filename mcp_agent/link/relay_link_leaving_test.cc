#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/link/relay_link.h"
#include "mcp_agent/link/testing/relay_link_fixture.h"

namespace specrelay {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

using RelayLinkLeavingTest = RelayLinkTest;

TEST_F(RelayLinkLeavingTest, OnDrainItRefusesWhatHasNotBegunSendsOutcomesSaysGoodbyeAndComesBackLater) {
  Connect();
  outcome_.set_state(v1::COMMAND_STATE_APPLIED);
  while_executing_ = [this] {
    stream().Receive(Drain(absl::Seconds(3)));
    EXPECT_EQ(link_->state(), LinkState::kDraining);
    stream().Receive(Command("r3"));
    EXPECT_FALSE(stream().half_closed) << "r1 still runs";
  };
  stream().Receive(Command("r1"));
  stream().Receive(Command("r2"));
  runner_.RunOne();
  const std::vector<v1::CommandOutcome> outcomes = Outcomes();
  ASSERT_THAT(outcomes, SizeIs(3));
  EXPECT_EQ(outcomes[0].request_id(), "r2");
  EXPECT_EQ(outcomes[0].error().code(), static_cast<int>(absl::StatusCode::kUnavailable));
  EXPECT_EQ(outcomes[1].request_id(), "r3");
  EXPECT_EQ(outcomes[1].state(), v1::COMMAND_STATE_FAILED);
  for (const int given_back : {0, 1}) EXPECT_TRUE(outcomes[given_back].leaving());
  EXPECT_FALSE(outcomes[2].leaving());
  EXPECT_EQ(outcomes[2].request_id(), "r1");
  EXPECT_EQ(outcomes[2].state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_TRUE(stream().written.back().has_goodbye());
  EXPECT_TRUE(stream().half_closed);

  stream().Close(absl::OkStatus());
  EXPECT_EQ(link_->state(), LinkState::kDisconnected);
  const absl::Duration delay = WaitForRetry();
  EXPECT_GE(delay, absl::Seconds(3));
  EXPECT_LE(delay, absl::Milliseconds(3500));
  runner_.RunAll();
  EXPECT_THAT(executed_, testing::ElementsAre("r1"));
}

TEST_F(RelayLinkLeavingTest, RetryAfterCountsEvenWhenTheRelayBreaksOff) {
  Connect();
  stream().Receive(Drain(absl::Seconds(3)));
  stream().Close(absl::UnavailableError("reset"));
  EXPECT_GE(WaitForRetry(), absl::Seconds(3));
  stream().Receive(Welcome());
  stream().Close(absl::UnavailableError("reset"));
  EXPECT_LE(WaitForRetry(), absl::Seconds(1)) << "but once";
}

TEST_F(RelayLinkLeavingTest, StopSaysGoodbyeAndWaitsForTheRelayToEndTheStream) {
  Connect();
  link_->Stop("SIGTERM");
  ASSERT_THAT(stream().written, SizeIs(1));
  EXPECT_EQ(stream().written[0].goodbye().reason(), "SIGTERM");
  EXPECT_TRUE(stream().half_closed);
  EXPECT_FALSE(link_->WaitStopped(absl::ZeroDuration()));
  stream().Close(absl::OkStatus());
  EXPECT_TRUE(link_->WaitStopped(absl::ZeroDuration()));
  EXPECT_FALSE(timers_.UntilNext().has_value()) << "never again";
  link_->Stop("again");
  EXPECT_EQ(link_->state(), LinkState::kStopped);
}

TEST_F(RelayLinkLeavingTest, StopWaitsForACommandThatHasBegunButNotForever) {
  Connect();
  while_executing_ = [this] {
    link_->Stop("SIGTERM");
    EXPECT_FALSE(stream().half_closed);
    timers_.Advance(absl::Seconds(9));
    EXPECT_TRUE(stream().half_closed);
    EXPECT_FALSE(stream().cancelled);
    timers_.Advance(absl::Seconds(1));
    EXPECT_TRUE(stream().cancelled);
  };
  stream().Receive(Command("r1"));
  runner_.RunAll();
  stream().Close(absl::CancelledError(""));
  EXPECT_EQ(link_->state(), LinkState::kStopped);
}

TEST_F(RelayLinkLeavingTest, ARelayThatDoesNotReadCannotHoldUpStop) {
  Connect();
  stream().blocked = true;
  link_->Stop("SIGTERM");
  timers_.Advance(absl::Seconds(10));
  EXPECT_TRUE(stream().cancelled);
}

TEST_F(RelayLinkLeavingTest, StopWhileConnectingEndsTheAttempt) {
  StartAttempt();
  link_->Stop("SIGTERM");
  EXPECT_TRUE(stream().cancelled);
  stream().Receive(Welcome());
  EXPECT_NE(link_->state(), LinkState::kConnected);
  stream().Close(absl::CancelledError(""));
  EXPECT_EQ(link_->state(), LinkState::kStopped);
}

TEST_F(RelayLinkLeavingTest, StopBetweenAttemptsPreventsTheNext) {
  StartAttempt();
  stream().Close(absl::UnavailableError("refused"));
  link_->Stop("SIGTERM");
  EXPECT_EQ(link_->state(), LinkState::kStopped);
  timers_.Advance(absl::Minutes(5));
  runner_.RunAll();
  EXPECT_THAT(connector_.streams, SizeIs(1));
}

TEST_F(RelayLinkLeavingTest, StopBeforeTheFirstAttemptPreventsIt) {
  link_->Start();
  link_->Stop("SIGTERM");
  runner_.RunAll();
  EXPECT_THAT(connector_.streams, IsEmpty());
}

TEST_F(RelayLinkLeavingTest, StopDuringADrainOfTheRelayIsFinal) {
  Connect();
  stream().Receive(Drain(absl::Seconds(1)));
  link_->Stop("SIGTERM");
  stream().Close(absl::OkStatus());
  EXPECT_EQ(link_->state(), LinkState::kStopped);
}

TEST_F(RelayLinkLeavingTest, AChangedRegistrationBringsTheAgentBackAtOnceWithIt) {
  Connect();
  v1::Register changed;
  changed.set_agent_id("agent-1");
  changed.mutable_policy()->set_read_only(true);
  link_->Reregister(changed);
  EXPECT_TRUE(stream().half_closed);
  stream().Close(absl::OkStatus());
  EXPECT_LE(WaitForRetry(), absl::Seconds(1));
  ASSERT_THAT(stream().written, SizeIs(1));
  EXPECT_TRUE(stream().written[0].register_().policy().read_only());
}

}  // namespace
}  // namespace specrelay
