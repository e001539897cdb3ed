#include "mcp_agent/relay_link.h"

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/testing/fake_relay_stream.h"
#include "mcp_agent/testing/fake_timers.h"
#include "mcp_agent/testing/manual_runner.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr absl::Duration kHeartbeat = absl::Seconds(10);

v1::RelayFrame Welcome(int64_t max_frame_bytes = 64 << 20) {
  v1::RelayFrame frame;
  *frame.mutable_welcome()->mutable_heartbeat_interval() = ToProto(kHeartbeat);
  frame.mutable_welcome()->set_max_frame_bytes(max_frame_bytes);
  frame.mutable_welcome()->set_server_version("9");
  return frame;
}

v1::RelayFrame Ping(uint64_t nonce) {
  v1::RelayFrame frame;
  frame.mutable_ping()->set_nonce(nonce);
  return frame;
}

v1::RelayFrame Command(absl::string_view request_id, absl::Duration timeout = absl::Seconds(30)) {
  v1::RelayFrame frame;
  frame.mutable_command()->set_request_id(std::string(request_id));
  frame.mutable_command()->mutable_command()->mutable_spec_list();
  *frame.mutable_command()->mutable_timeout() = ToProto(timeout);
  return frame;
}

v1::RelayFrame Cancel(absl::string_view request_id) {
  v1::RelayFrame frame;
  frame.mutable_cancel()->set_request_id(std::string(request_id));
  return frame;
}

v1::RelayFrame StateRequest(uint64_t nonce) {
  v1::RelayFrame frame;
  frame.mutable_state_request()->set_nonce(nonce);
  return frame;
}

v1::RelayFrame Drain(absl::Duration retry_after) {
  v1::RelayFrame frame;
  *frame.mutable_drain()->mutable_retry_after() = ToProto(retry_after);
  return frame;
}

v1::FileChanged Change(absl::string_view path) {
  v1::FileChanged change;
  change.set_path(std::string(path));
  return change;
}

class RelayLinkTest : public testing::Test {
 protected:
  RelayLinkTest() {
    RelayLinkOptions options;
    options.registration.set_agent_id("agent-1");
    options.registration.mutable_project()->set_project_id("p1");
    link_ = std::make_shared<RelayLink>(std::move(options), Dependencies());
  }

  ~RelayLinkTest() override {
    link_->Stop("test ends");
    for (const auto& stream : connector_.streams) stream->Close(absl::CancelledError("test ends"));
    runner_.RunAll();
    EXPECT_EQ(link_->state(), LinkState::kStopped);
  }

  RelayLinkDependencies Dependencies() {
    return {&connector_,
            &timers_,
            &runner_,
            [this] { return key_; },
            [this](const v1::CommandDelivery& delivery) {
              executed_.push_back(delivery.request_id());
              if (while_executing_) while_executing_();
              return outcome_;
            },
            [this](std::function<void(std::vector<v1::FileState>)> receive) {
              if (snapshot_status_.ok()) snapshots_.push_back(std::move(receive));
              return snapshot_status_;
            },
            random_};
  }

  // The stream of the latest attempt.
  FakeRelayStream& stream() { return *connector_.streams.back(); }

  void StartAttempt() {
    link_->Start();
    runner_.RunAll();
  }

  void Connect() {
    StartAttempt();
    stream().Receive(Welcome());
    stream().written.clear();
    ASSERT_EQ(link_->state(), LinkState::kConnected);
  }

  // Lets the pending retry come, and says how long that took.
  absl::Duration WaitForRetry() {
    const size_t before = connector_.streams.size();
    const absl::Time start = timers_.Now();
    EXPECT_TRUE(timers_.UntilNext().has_value());
    timers_.Advance(timers_.UntilNext().value_or(absl::ZeroDuration()));
    runner_.RunAll();
    EXPECT_EQ(connector_.streams.size(), before + 1);
    return timers_.Now() - start;
  }

  std::vector<v1::CommandOutcome> Outcomes() {
    std::vector<v1::CommandOutcome> outcomes;
    for (const v1::AgentFrame& frame : stream().written) {
      if (frame.has_outcome()) outcomes.push_back(frame.outcome());
    }
    return outcomes;
  }

  std::vector<v1::FileState> Files(int count) {
    std::vector<v1::FileState> files(count);
    for (int i = 0; i < count; ++i) files[i].set_path(absl::StrCat("specs/s/", i));
    return files;
  }

  std::mt19937_64 random_{42};
  FakeConnector connector_;
  FakeTimers timers_;
  ManualRunner runner_;
  absl::StatusOr<std::string> key_ = std::string("srk_key");
  std::vector<std::string> executed_;
  std::function<void()> while_executing_;
  v1::CommandOutcome outcome_;
  absl::Status snapshot_status_;
  std::vector<std::function<void(std::vector<v1::FileState>)>> snapshots_;
  std::shared_ptr<RelayLink> link_;
};

// --- Connecting -----------------------------------------------------------------------------------------------------

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
  ASSERT_TRUE(newer.ParseFromString(std::string("\xf2\x06\x03""abc", 6)));  // field 110
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

// --- Commands -------------------------------------------------------------------------------------------------------

TEST_F(RelayLinkTest, ExecutesCommandsAndSendsTheirOutcomes) {
  Connect();
  outcome_.set_state(v1::COMMAND_STATE_APPLIED);
  outcome_.mutable_result()->mutable_spec_list();
  stream().Receive(Command("r1"));
  EXPECT_THAT(executed_, IsEmpty()) << "not on the stream's thread";
  runner_.RunAll();
  EXPECT_THAT(executed_, testing::ElementsAre("r1"));
  ASSERT_THAT(Outcomes(), SizeIs(1));
  EXPECT_EQ(Outcomes()[0].request_id(), "r1");
  EXPECT_EQ(Outcomes()[0].state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_TRUE(Outcomes()[0].result().has_spec_list());
}

TEST_F(RelayLinkTest, ACommandThatFindsTheQueueFullIsRefusedAtOnce) {
  Connect();
  runner_.full = true;
  stream().Receive(Command("r1"));
  ASSERT_THAT(Outcomes(), SizeIs(1));
  EXPECT_EQ(Outcomes()[0].request_id(), "r1");
  EXPECT_EQ(Outcomes()[0].state(), v1::COMMAND_STATE_FAILED);
  EXPECT_EQ(Outcomes()[0].error().code(), static_cast<int>(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(executed_, IsEmpty());
}

TEST_F(RelayLinkTest, ACancelledCommandThatHasNotBegunIsSkippedAndAnsweredOnce) {
  Connect();
  stream().Receive(Command("r1"));
  stream().Receive(Command("r2"));
  stream().Receive(Cancel("r1"));
  stream().Receive(Cancel("r1"));
  runner_.RunAll();
  EXPECT_THAT(executed_, testing::ElementsAre("r2"));
  ASSERT_THAT(Outcomes(), SizeIs(2));
  EXPECT_EQ(Outcomes()[0].request_id(), "r1");
  EXPECT_EQ(Outcomes()[0].state(), v1::COMMAND_STATE_CANCELLED);
}

TEST_F(RelayLinkTest, CancellingWhatHasBegunOrIsUnknownChangesNothing) {
  Connect();
  outcome_.set_state(v1::COMMAND_STATE_APPLIED);
  while_executing_ = [this] { stream().Receive(Cancel("r1")); };
  stream().Receive(Cancel("r0"));
  stream().Receive(Command("r1"));
  runner_.RunAll();
  ASSERT_THAT(Outcomes(), SizeIs(1));
  EXPECT_EQ(Outcomes()[0].state(), v1::COMMAND_STATE_APPLIED);
}

TEST_F(RelayLinkTest, ACommandWhoseTimeIsOverBeforeItBeginsIsSkipped) {
  Connect();
  stream().Receive(Command("r1", absl::Seconds(5)));
  timers_.Advance(absl::Seconds(5));
  runner_.RunAll();
  EXPECT_THAT(executed_, IsEmpty());
  ASSERT_THAT(Outcomes(), SizeIs(1));
  EXPECT_EQ(Outcomes()[0].state(), v1::COMMAND_STATE_CANCELLED);
}

TEST_F(RelayLinkTest, AnOutcomeWhoseStreamHasEndedIsDropped) {
  Connect();
  while_executing_ = [this] {
    stream().Close(absl::UnavailableError("reset"));
    WaitForRetry();
    stream().Receive(Welcome());
  };
  stream().Receive(Command("r1"));
  runner_.RunOne();
  EXPECT_THAT(connector_.streams, SizeIs(2));
  EXPECT_THAT(Outcomes(), IsEmpty());
}

TEST_F(RelayLinkTest, CommandsThatHaveNotBegunAreForgottenWithTheirStream) {
  Connect();
  stream().Receive(Command("r1"));
  stream().Close(absl::UnavailableError("reset"));
  runner_.RunAll();
  EXPECT_THAT(executed_, IsEmpty());
}

TEST_F(RelayLinkTest, AnAnswerThatTheRelayWouldNotTakeBecomesAnErrorThatNamesTheSizes) {
  StartAttempt();
  stream().Receive(Welcome(/*max_frame_bytes=*/100'000));
  outcome_.set_state(v1::COMMAND_STATE_APPLIED);
  outcome_.mutable_result()->mutable_file_read()->set_content(std::string(200'000, 'x'));
  stream().Receive(Command("r1"));
  runner_.RunAll();
  ASSERT_THAT(Outcomes(), SizeIs(1));
  EXPECT_EQ(Outcomes()[0].state(), v1::COMMAND_STATE_FAILED);
  EXPECT_EQ(Outcomes()[0].error().code(), static_cast<int>(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(Outcomes()[0].error().message(), testing::MatchesRegex(".*2000[0-9]+ bytes.*99936 bytes.*"));
}

TEST_F(RelayLinkTest, ARelayThatSendsCommandsAndNeverReadsIsLeft) {
  Connect();
  stream().blocked = true;
  int sent = 0;
  for (; sent < 10'000 && !stream().cancelled; ++sent) {
    stream().Receive(Command(absl::StrCat("r", sent)));
    runner_.RunAll();
  }
  EXPECT_TRUE(stream().cancelled);
  EXPECT_LT(sent, 3000);
}

// --- Files ----------------------------------------------------------------------------------------------------------

TEST_F(RelayLinkTest, EventsAreNumberedFromOneOnEachStream) {
  link_->OnChanges({Change("before")}, "");
  Connect();
  link_->OnChanges({Change("a"), Change("b")}, "");
  link_->OnChanges({Change("c")}, "the watch queue overflowed");
  ASSERT_THAT(stream().written, SizeIs(2));
  EXPECT_EQ(stream().written[0].events().first_sequence(), 1);
  EXPECT_EQ(stream().written[0].events().changes(1).path(), "b");
  EXPECT_EQ(stream().written[1].events().first_sequence(), 3);
  EXPECT_EQ(stream().written[1].events().resync_reason(), "the watch queue overflowed");

  stream().Close(absl::UnavailableError("reset"));
  link_->OnChanges({Change("between")}, "");
  WaitForRetry();
  link_->OnChanges({Change("d")}, "");
  stream().Receive(Welcome());
  ASSERT_THAT(stream().written, SizeIs(2));
  EXPECT_EQ(stream().written[1].events().first_sequence(), 1);
  ASSERT_EQ(stream().written[1].events().changes_size(), 1);
  EXPECT_EQ(stream().written[1].events().changes(0).path(), "d");
}

TEST_F(RelayLinkTest, AnAcknowledgementMakesRoomForMoreEvents) {
  Connect();
  link_->OnChanges(std::vector<v1::FileChanged>(10'000, Change("a")), "");
  stream().written.clear();
  link_->OnChanges({Change("b")}, "");
  EXPECT_THAT(stream().written, IsEmpty());
  v1::RelayFrame ack;
  ack.mutable_event_ack()->set_sequence(10'000);
  stream().Receive(ack);
  ASSERT_THAT(stream().written, SizeIs(1));
  EXPECT_EQ(stream().written[0].events().first_sequence(), 10'001);
}

TEST_F(RelayLinkTest, TellsTheWholeStateInPartsWhenAsked) {
  Connect();
  link_->OnChanges({Change("a")}, "");
  stream().written.clear();
  stream().Receive(StateRequest(9));
  ASSERT_THAT(snapshots_, SizeIs(1));
  snapshots_[0](Files(1100));
  ASSERT_THAT(stream().written, SizeIs(3));
  int files = 0;
  for (int i = 0; i < 3; ++i) {
    const v1::TreeState& part = stream().written[i].tree_state();
    EXPECT_EQ(part.nonce(), 9u);
    EXPECT_EQ(part.sequence(), 1);
    EXPECT_EQ(part.last(), i == 2);
    EXPECT_LE(part.files_size(), 512);
    files += part.files_size();
  }
  EXPECT_EQ(files, 1100);
}

TEST_F(RelayLinkTest, AnEmptyTreeHasAStateToo) {
  Connect();
  stream().Receive(StateRequest(9));
  snapshots_[0]({});
  ASSERT_THAT(stream().written, SizeIs(1));
  EXPECT_TRUE(stream().written[0].tree_state().last());
  EXPECT_EQ(stream().written[0].tree_state().files_size(), 0);
}

TEST_F(RelayLinkTest, ManyStateRequestsShareOneSnapshot) {
  Connect();
  for (uint64_t nonce = 1; nonce <= 50; ++nonce) stream().Receive(StateRequest(nonce));
  ASSERT_THAT(snapshots_, SizeIs(1));
  snapshots_[0](Files(1));
  ASSERT_THAT(stream().written, SizeIs(1));
  EXPECT_EQ(stream().written[0].tree_state().nonce(), 50u);
  stream().Receive(StateRequest(51));
  EXPECT_THAT(snapshots_, SizeIs(2));
}

TEST_F(RelayLinkTest, ASnapshotThatComesTooLateIsDroppedAndTheNextStreamGetsItsOwnAnswer) {
  Connect();
  stream().Receive(StateRequest(1));
  stream().Close(absl::UnavailableError("reset"));
  WaitForRetry();
  stream().Receive(Welcome());
  stream().written.clear();
  snapshots_[0](Files(1));
  EXPECT_THAT(stream().written, IsEmpty());
  stream().Receive(StateRequest(2));
  ASSERT_THAT(snapshots_, SizeIs(2));
  snapshots_[1](Files(1));
  ASSERT_THAT(stream().written, SizeIs(1));
  EXPECT_EQ(stream().written[0].tree_state().nonce(), 2u);
}

TEST_F(RelayLinkTest, WhenTheStateCannotBeToldTheStreamEndsAndTheNextOneTries) {
  Connect();
  snapshot_status_ = absl::ResourceExhaustedError("too many snapshots");
  stream().Receive(StateRequest(1));
  EXPECT_TRUE(stream().cancelled);
}

// --- Leaving --------------------------------------------------------------------------------------------------------

TEST_F(RelayLinkTest, OnDrainItRefusesWhatHasNotBegunSendsOutcomesSaysGoodbyeAndComesBackLater) {
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

TEST_F(RelayLinkTest, RetryAfterCountsEvenWhenTheRelayBreaksOff) {
  Connect();
  stream().Receive(Drain(absl::Seconds(3)));
  stream().Close(absl::UnavailableError("reset"));
  EXPECT_GE(WaitForRetry(), absl::Seconds(3));
  stream().Receive(Welcome());
  stream().Close(absl::UnavailableError("reset"));
  EXPECT_LE(WaitForRetry(), absl::Seconds(1)) << "but once";
}

TEST_F(RelayLinkTest, StopSaysGoodbyeAndWaitsForTheRelayToEndTheStream) {
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

TEST_F(RelayLinkTest, StopWaitsForACommandThatHasBegunButNotForever) {
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

TEST_F(RelayLinkTest, ARelayThatDoesNotReadCannotHoldUpStop) {
  Connect();
  stream().blocked = true;
  link_->Stop("SIGTERM");
  timers_.Advance(absl::Seconds(10));
  EXPECT_TRUE(stream().cancelled);
}

TEST_F(RelayLinkTest, StopWhileConnectingEndsTheAttempt) {
  StartAttempt();
  link_->Stop("SIGTERM");
  EXPECT_TRUE(stream().cancelled);
  stream().Receive(Welcome());
  EXPECT_NE(link_->state(), LinkState::kConnected);
  stream().Close(absl::CancelledError(""));
  EXPECT_EQ(link_->state(), LinkState::kStopped);
}

TEST_F(RelayLinkTest, StopBetweenAttemptsPreventsTheNext) {
  StartAttempt();
  stream().Close(absl::UnavailableError("refused"));
  link_->Stop("SIGTERM");
  EXPECT_EQ(link_->state(), LinkState::kStopped);
  timers_.Advance(absl::Minutes(5));
  runner_.RunAll();
  EXPECT_THAT(connector_.streams, SizeIs(1));
}

TEST_F(RelayLinkTest, StopBeforeTheFirstAttemptPreventsIt) {
  link_->Start();
  link_->Stop("SIGTERM");
  runner_.RunAll();
  EXPECT_THAT(connector_.streams, IsEmpty());
}

TEST_F(RelayLinkTest, StopDuringADrainOfTheRelayIsFinal) {
  Connect();
  stream().Receive(Drain(absl::Seconds(1)));
  link_->Stop("SIGTERM");
  stream().Close(absl::OkStatus());
  EXPECT_EQ(link_->state(), LinkState::kStopped);
}

}  // namespace
}  // namespace specrelay
