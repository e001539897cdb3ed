#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/link/relay_link.h"
#include "mcp_agent/link/testing/relay_link_fixture.h"

namespace specrelay {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

using RelayLinkCommandsTest = RelayLinkTest;

TEST_F(RelayLinkCommandsTest, ExecutesCommandsAndSendsTheirOutcomes) {
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

TEST_F(RelayLinkCommandsTest, AQuickCommandIsExecutedWhereItIsRead) {
  Connect();
  quick_ = true;
  stream().Receive(Command("r1"));
  EXPECT_THAT(executed_quickly_, testing::ElementsAre("r1"));
  ASSERT_THAT(Outcomes(), SizeIs(1));
  EXPECT_EQ(Outcomes()[0].request_id(), "r1");
  runner_.RunAll();
  EXPECT_THAT(executed_, IsEmpty());
}

TEST_F(RelayLinkCommandsTest, OneThatWasNotQuickAfterAllKeepsTheNextOffTheStreamsThread) {
  Connect();
  quick_ = true;
  while_executing_ = [this] { timers_.Advance(absl::Milliseconds(10)); };
  stream().Receive(Command("r1"));
  while_executing_ = nullptr;
  stream().Receive(Command("r2"));
  EXPECT_THAT(executed_quickly_, testing::ElementsAre("r1"));
  runner_.RunAll();
  EXPECT_THAT(executed_, testing::ElementsAre("r2"));
  timers_.Advance(absl::Milliseconds(199));
  stream().Receive(Command("r3"));
  EXPECT_THAT(executed_quickly_, SizeIs(1));
  timers_.Advance(absl::Milliseconds(1));
  stream().Receive(Command("r4"));
  EXPECT_THAT(executed_quickly_, testing::ElementsAre("r1", "r4"));
}

TEST_F(RelayLinkCommandsTest, OneThatWouldTakeLongIsLeftToTheRunner) {
  Connect();
  quick_ = true;
  long_after_all_ = true;
  stream().Receive(Command("r1"));
  stream().Receive(Command("r2"));
  EXPECT_THAT(Outcomes(), IsEmpty());
  stream().Receive(Cancel("r1"));
  runner_.RunAll();
  EXPECT_THAT(executed_, testing::ElementsAre("r2")) << "it waited, as if nobody had tried";
  EXPECT_THAT(Outcomes(), SizeIs(2));
}

TEST_F(RelayLinkCommandsTest, OneThatWouldTakeLongIsForgottenWithItsStream) {
  Connect();
  quick_ = true;
  long_after_all_ = true;
  while_executing_ = [this] { stream().Close(absl::UnavailableError("reset")); };
  FakeRelayStream& first = stream();
  first.Receive(Command("r1"));
  runner_.RunAll();
  EXPECT_THAT(executed_, IsEmpty());
}

TEST_F(RelayLinkCommandsTest, AQuickCommandWithALargeAnswerIsLeftToTheRunner) {
  Connect();
  quick_ = true;
  outcome_.set_state(v1::COMMAND_STATE_APPLIED);
  outcome_.mutable_result()->mutable_file_read()->set_content(std::string(kMaxWholeBytes + 1, 'x'));
  stream().Receive(Command("r1"));
  EXPECT_THAT(Outcomes(), IsEmpty());
  runner_.RunAll();
  EXPECT_THAT(executed_, testing::ElementsAre("r1"));
  ASSERT_THAT(Outcomes(), SizeIs(1));
  EXPECT_EQ(Outcomes()[0].state(), v1::COMMAND_STATE_APPLIED);
}

TEST_F(RelayLinkCommandsTest, ACommandThatIsNotQuickOrHasABodyGoesToTheRunner) {
  Connect();
  stream().Receive(Command("r1"));
  quick_ = true;
  v1::RelayFrame with_body = Command("r2");
  with_body.mutable_command()->set_body(v1::BODY_KIND_FILE);
  stream().Receive(with_body);
  EXPECT_THAT(executed_, IsEmpty());
  runner_.RunAll();
  EXPECT_THAT(executed_, testing::ElementsAre("r1", "r2"));
  EXPECT_THAT(executed_quickly_, IsEmpty());
  std::move(streamed_[0].receive)(v1::CommandOutcome());
}

TEST_F(RelayLinkCommandsTest, OfOneMessageOnlyTheFirstCommandsAreExecutedWhereTheyAreRead) {
  Connect();
  quick_ = true;
  while_executing_ = [this] { timers_.Advance(absl::Microseconds(400)); };
  const absl::Time read_at = timers_.Now();
  constexpr int kCommands = 257;
  for (int i = 0; i < kCommands; ++i) stream().Receive(Command(absl::StrCat("r", i)), read_at);
  EXPECT_THAT(executed_quickly_, SizeIs(13)) << "5 ms";
  EXPECT_THAT(executed_, IsEmpty());
  stream().Receive(Command("next"), timers_.Now());
  EXPECT_EQ(executed_quickly_.back(), "next");
  while_executing_ = nullptr;
  runner_.RunAll();
  EXPECT_THAT(Outcomes(), SizeIs(kCommands + 1));
}

TEST_F(RelayLinkCommandsTest, ACommandThatFindsTheQueueFullIsRefusedAtOnce) {
  Connect();
  runner_.full = true;
  stream().Receive(Command("r1"));
  ASSERT_THAT(Outcomes(), SizeIs(1));
  EXPECT_EQ(Outcomes()[0].request_id(), "r1");
  EXPECT_EQ(Outcomes()[0].state(), v1::COMMAND_STATE_FAILED);
  EXPECT_EQ(Outcomes()[0].error().code(), static_cast<int>(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(executed_, IsEmpty());
}

TEST_F(RelayLinkCommandsTest, ACancelledCommandThatHasNotBegunIsSkippedAndAnsweredOnce) {
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

TEST_F(RelayLinkCommandsTest, CancellingWhatHasBegunOrIsUnknownChangesNothing) {
  Connect();
  outcome_.set_state(v1::COMMAND_STATE_APPLIED);
  while_executing_ = [this] { stream().Receive(Cancel("r1")); };
  stream().Receive(Cancel("r0"));
  stream().Receive(Command("r1"));
  runner_.RunAll();
  ASSERT_THAT(Outcomes(), SizeIs(1));
  EXPECT_EQ(Outcomes()[0].state(), v1::COMMAND_STATE_APPLIED);
}

TEST_F(RelayLinkCommandsTest, ACommandWhoseTimeIsOverBeforeItBeginsIsSkippedAndMayBeSentAgain) {
  Connect();
  stream().Receive(Command("r1", absl::Seconds(5)));
  timers_.Advance(absl::Seconds(5));
  runner_.RunAll();
  EXPECT_THAT(executed_, IsEmpty());
  ASSERT_THAT(Outcomes(), SizeIs(1));
  EXPECT_EQ(Outcomes()[0].state(), v1::COMMAND_STATE_FAILED);
  EXPECT_EQ(Outcomes()[0].error().code(), static_cast<int>(absl::StatusCode::kUnavailable));
}

TEST_F(RelayLinkCommandsTest, AnOutcomeWhoseStreamHasEndedIsDropped) {
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

TEST_F(RelayLinkCommandsTest, CommandsThatHaveNotBegunAreForgottenWithTheirStream) {
  Connect();
  stream().Receive(Command("r1"));
  stream().Close(absl::UnavailableError("reset"));
  runner_.RunAll();
  EXPECT_THAT(executed_, IsEmpty());
}

TEST_F(RelayLinkCommandsTest, AnAnswerThatTheRelayWouldNotTakeBecomesAnErrorThatNamesTheSizes) {
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

TEST_F(RelayLinkCommandsTest, ARelayThatSendsCommandsAndNeverReadsIsLeft) {
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

TEST_F(RelayLinkCommandsTest, AnOutcomeMayComeLater) {
  Connect();
  answer_later_ = true;
  outcome_.set_state(v1::COMMAND_STATE_APPLIED);
  stream().Receive(Command("r1"));
  runner_.RunAll();
  EXPECT_THAT(Outcomes(), IsEmpty());
  later_();
  ASSERT_THAT(Outcomes(), testing::SizeIs(1));
  EXPECT_EQ(Outcomes()[0].request_id(), "r1");
}

TEST_F(RelayLinkCommandsTest, ACommandThatWaitsIsToldWhenNobodyWaitsForIt) {
  Connect();
  answer_later_ = true;
  stream().Receive(Command("r1"));
  runner_.RunAll();
  v1::RelayFrame cancel;
  cancel.mutable_cancel()->set_request_id("r1");
  stream().Receive(cancel);
  EXPECT_THAT(cancelled_, testing::ElementsAre("r1: taken back"));
  EXPECT_THAT(Outcomes(), testing::SizeIs(1));
}

TEST_F(RelayLinkCommandsTest, ACommandThatWaitsEndsWhenTheAgentLeaves) {
  Connect();
  answer_later_ = true;
  stream().Receive(Command("r1"));
  runner_.RunAll();
  link_->Stop("SIGTERM");
  EXPECT_THAT(cancelled_, testing::ElementsAre(testing::HasSubstr("r1: the agent is leaving")));
  EXPECT_TRUE(stream().half_closed) << "it does not hold up the goodbye";
}

TEST_F(RelayLinkCommandsTest, ACommandThatWaitsEndsWithItsStream) {
  Connect();
  answer_later_ = true;
  stream().Receive(Command("r1"));
  runner_.RunAll();
  stream().Close(absl::UnavailableError("reset"));
  EXPECT_THAT(cancelled_, testing::ElementsAre(testing::HasSubstr("r1: the stream")));
}

}  // namespace
}  // namespace specrelay
