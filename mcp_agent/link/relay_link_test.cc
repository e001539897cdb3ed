#include "mcp_agent/link/relay_link.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/link/testing/relay_link_fixture.h"

namespace specrelay {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(RelayLinkTest, RegistersAtOnceAndSaysNothingElseBeforeWelcome) {
  StartAttempt();
  ASSERT_THAT(connector_.streams, SizeIs(1));
  EXPECT_EQ(stream().api_key, "srk_key");
  link_->OnChanges({Change("a")}, "");
  stream().Receive(Ping(1));
  stream().Receive(Command("r1"));
  runner_.RunAll();
  ASSERT_THAT(stream().written, SizeIs(1));
  EXPECT_EQ(stream().written[0].register_().agent_id(), "agent-1");
  EXPECT_EQ(link_->state(), LinkState::kRegistering);
  EXPECT_THAT(executed_, IsEmpty());
}

TEST_F(RelayLinkTest, AnswersPingsOnceWelcomed) {
  Connect();
  stream().Receive(Ping(77));
  ASSERT_THAT(stream().written, SizeIs(1));
  EXPECT_EQ(stream().written[0].pong().nonce(), 77u);
}

TEST_F(RelayLinkTest, FramesThatItDoesNotKnowAndASecondWelcomeAreIgnored) {
  Connect();
  stream().Receive(v1::RelayFrame());
  v1::RelayFrame newer;
  ASSERT_TRUE(
      newer.ParseFromString(std::string("\xf2\x06\x03"
                                        "abc",
                                        6)));  // field 110
  stream().Receive(newer);
  stream().Receive(Welcome(1));
  EXPECT_THAT(stream().written, IsEmpty());
  EXPECT_EQ(link_->state(), LinkState::kConnected);
  EXPECT_FALSE(stream().cancelled);
}

TEST_F(RelayLinkTest, ARelayThatDoesNotWelcomeInTenSecondsIsLeft) {
  StartAttempt();
  timers_.Advance(absl::Seconds(9));
  EXPECT_FALSE(stream().cancelled);
  timers_.Advance(absl::Seconds(1));
  ASSERT_TRUE(stream().cancelled);
  stream().Close(absl::CancelledError(""));
  EXPECT_EQ(link_->state(), LinkState::kDisconnected);
  EXPECT_LE(WaitForRetry(), absl::Milliseconds(500));
}

TEST_F(RelayLinkTest, ASilentRelayIsLeftAfterThreeHeartbeats) {
  Connect();
  timers_.Advance(3 * kHeartbeat - absl::Milliseconds(1));
  EXPECT_FALSE(stream().cancelled);
  timers_.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(stream().cancelled);
}

TEST_F(RelayLinkTest, AnyFrameIsASignOfLife) {
  Connect();
  for (int i = 0; i < 10; ++i) {
    timers_.Advance(2 * kHeartbeat);
    stream().Receive(v1::RelayFrame());
  }
  EXPECT_FALSE(stream().cancelled);
  timers_.Advance(3 * kHeartbeat);
  EXPECT_TRUE(stream().cancelled);
}

TEST_F(RelayLinkTest, ARelayThatIsGoneIsTriedAgainWithGrowingDelays) {
  StartAttempt();
  absl::Duration longest = absl::ZeroDuration();
  for (int i = 0; i < 40; ++i) {
    stream().Close(absl::UnavailableError("connection refused"));
    longest = std::max(longest, WaitForRetry());
    if (i == 1) {
      EXPECT_LE(longest, absl::Seconds(1));
    }
  }
  EXPECT_GT(longest, absl::Seconds(20));
  EXPECT_LE(longest, absl::Seconds(30));
}

TEST_F(RelayLinkTest, AStableMinuteMakesTheNextRetryQuickAgain) {
  StartAttempt();
  for (int i = 0; i < 8; ++i) {
    stream().Close(absl::UnavailableError("connection refused"));
    WaitForRetry();
  }
  stream().Receive(Welcome());
  for (int i = 0; i < 4; ++i) {
    timers_.Advance(absl::Seconds(15));
    stream().Receive(Ping(1));
  }
  stream().Close(absl::UnavailableError("connection reset"));
  EXPECT_LE(WaitForRetry(), absl::Milliseconds(500));
}

TEST_F(RelayLinkTest, ARefusedKeyIsSaidOnceAndRetriedSlowlyWithWhateverKeyThereIsThen) {
  testing::internal::CaptureStderr();
  StartAttempt();
  for (int i = 0; i < 3; ++i) {
    stream().Close(absl::UnauthenticatedError("the key is revoked"));
    key_ = absl::StrCat("srk_", i);
    const absl::Duration delay = WaitForRetry();
    EXPECT_GE(delay, absl::Seconds(60));
    EXPECT_LE(delay, absl::Seconds(75));
    EXPECT_EQ(stream().api_key, *key_);
  }
  const std::string log = testing::internal::GetCapturedStderr();
  const size_t first = log.find("the relay refuses this agent");
  ASSERT_NE(first, std::string::npos) << log;
  EXPECT_THAT(log, HasSubstr("the key is revoked"));
  EXPECT_THAT(log, HasSubstr("--api_key_file"));
  EXPECT_EQ(log.find("the relay refuses this agent", first + 1), std::string::npos) << log;
}

TEST_F(RelayLinkTest, AKeyThatIsRevokedWhileConnectedIsARefusalToo) {
  Connect();
  stream().Close(absl::PermissionDeniedError("revoked"));
  EXPECT_GE(WaitForRetry(), absl::Seconds(60));
}

TEST_F(RelayLinkTest, AProtocolVersionThatTheRelayDoesNotSpeakIsRetriedSlowly) {
  StartAttempt();
  stream().Close(absl::FailedPreconditionError("protocol version 1 is no longer supported"));
  EXPECT_GE(WaitForRetry(), absl::Seconds(60));
}

TEST_F(RelayLinkTest, TheSameCodeLaterIsAnOrdinaryLoss) {
  Connect();
  stream().Close(absl::FailedPreconditionError("something else"));
  EXPECT_LE(WaitForRetry(), absl::Milliseconds(500));
}

TEST_F(RelayLinkTest, WithoutAKeyItTriesAgainSoon) {
  key_ = absl::PermissionDeniedError("cannot read key file");
  StartAttempt();
  EXPECT_THAT(connector_.streams, IsEmpty());
  EXPECT_EQ(link_->state(), LinkState::kDisconnected);
  key_ = std::string("srk_found");
  EXPECT_LE(WaitForRetry(), absl::Milliseconds(500));
  EXPECT_EQ(stream().api_key, "srk_found");
}

TEST_F(RelayLinkTest, AConnectorThatFailsIsTriedAgain) {
  connector_.error = absl::NotFoundError("no certificates");
  StartAttempt();
  EXPECT_EQ(link_->state(), LinkState::kDisconnected);
  connector_.error = absl::OkStatus();
  WaitForRetry();
}

}  // namespace
}  // namespace specrelay
