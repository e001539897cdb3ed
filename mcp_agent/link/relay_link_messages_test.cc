// Commands and answers that pass apart from their frames because they are large.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/link/relay_link.h"
#include "mcp_agent/link/testing/relay_link_fixture.h"
#include "proto/support/body_transfer.h"
#include "proto/support/capabilities.h"
#include "proto/support/message_body.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class RelayLinkMessagesTest : public RelayLinkTest {
 protected:
  void ConnectToTransfers() {
    StartAttempt();
    v1::RelayFrame welcome = Welcome();
    welcome.mutable_welcome()->add_capabilities(kTransferMessageCapability);
    welcome.mutable_welcome()->add_capabilities(kTransferGzipCapability);
    stream().Receive(welcome);
    stream().written.clear();
  }

  void Deliver(v1::Transfer step) {
    v1::RelayFrame frame;
    *frame.mutable_transfer() = std::move(step);
    stream().Receive(std::move(frame));
  }

  void Grant(absl::string_view transfer_id, int64_t offset) {
    v1::Transfer step;
    step.set_request_id(std::string(transfer_id));
    step.mutable_grant()->set_offset(offset);
    Deliver(std::move(step));
  }

  // The steps that the agent has sent.
  std::vector<v1::Transfer> Steps() {
    std::vector<v1::Transfer> steps;
    for (const v1::AgentFrame& frame : stream().written) {
      if (frame.has_transfer()) steps.push_back(frame.transfer());
    }
    return steps;
  }

  std::vector<std::string> Aborts() {
    std::vector<std::string> aborts;
    for (const v1::Transfer& step : Steps()) {
      if (step.has_abort()) aborts.push_back(absl::StrCat(step.request_id(), ": ", step.abort().error().code()));
    }
    return aborts;
  }

  static std::string Bytes() { return Command("r").command().command().SerializeAsString(); }

  void Announce(absl::string_view request_id, absl::string_view transfer_id,
                absl::Duration timeout = absl::Seconds(30)) {
    v1::RelayFrame frame = Command(request_id, timeout);
    frame.mutable_command()->clear_command();
    frame.mutable_command()->set_body(v1::BODY_KIND_MESSAGE);
    frame.mutable_command()->mutable_message_body()->set_transfer_id(std::string(transfer_id));
    frame.mutable_command()->mutable_message_body()->set_size_bytes(static_cast<int64_t>(Bytes().size()));
    stream().Receive(frame);
  }

  // All of a body that was announced.
  void LetPass(absl::string_view transfer_id) {
    TransferSender sender(transfer_id);
    Deliver(sender.Chunk(Bytes()));
    Deliver(sender.End());
    runner_.RunAll();
  }

  void AnswerWith(size_t bytes) {
    outcome_.set_state(v1::COMMAND_STATE_APPLIED);
    outcome_.mutable_result()->mutable_file_read()->set_content(std::string(bytes, 'x'));
  }

  std::string AnswerId(size_t i = 0) { return Outcomes().at(i).message_body().transfer_id(); }
};

// --- Commands -------------------------------------------------------------------------------------------------------

TEST_F(RelayLinkMessagesTest, ACommandThatComesApartIsExecutedOnceItIsWhole) {
  ConnectToTransfers();
  Announce("r1", "relay 1");
  ASSERT_THAT(Steps(), SizeIs(1));
  EXPECT_GE(Steps()[0].grant().offset(), static_cast<int64_t>(Bytes().size()));
  TransferSender sender("relay 1");
  Deliver(sender.Chunk(Bytes()));
  runner_.RunAll();
  EXPECT_THAT(executed_, IsEmpty());
  EXPECT_FALSE(Steps().back().has_taken());
  Deliver(sender.End());
  EXPECT_TRUE(Steps().back().has_taken());
  EXPECT_EQ(Steps().back().request_id(), "relay 1");
  runner_.RunAll();
  EXPECT_THAT(executed_, ElementsAre("r1"));
}

TEST_F(RelayLinkMessagesTest, ARelayThatUsesAnIdOfTheAgentsIsLeft) {
  ConnectToTransfers();
  Announce("r1", "agent 1");
  EXPECT_TRUE(stream().cancelled);
  EXPECT_THAT(Steps(), IsEmpty()) << "an id that the relay cannot have made is not sent back";
}

TEST_F(RelayLinkMessagesTest, ACompressedCommandIsUnpacked) {
  ConnectToTransfers();
  v1::Command command;
  command.mutable_file_write()->set_content(std::string(5000, 'x'));
  v1::RelayFrame frame = Command("r1");
  frame.mutable_command()->clear_command();
  frame.mutable_command()->set_body(v1::BODY_KIND_MESSAGE);
  frame.mutable_command()->mutable_message_body()->set_transfer_id("relay 1");
  frame.mutable_command()->mutable_message_body()->set_size_bytes(static_cast<int64_t>(command.ByteSizeLong()));
  stream().Receive(frame);
  TransferSender sender("relay 1", ChunkEncoding::kGzip);
  ASSERT_THAT(sender.OnGrant(Steps().at(0).grant()), IsOk());
  Deliver(sender.Chunk(command.SerializeAsString()));
  Deliver(sender.End());
  runner_.RunAll();
  EXPECT_THAT(executed_, ElementsAre("r1"));
}

TEST_F(RelayLinkMessagesTest, ACommandThatArrivesOtherThanItWasSentHasNoOutcomeAndMayBeSentAgain) {
  ConnectToTransfers();
  Announce("r1", "relay 1");
  TransferSender sender("relay 1");
  sender.Chunk("lost");
  Deliver(sender.End());
  EXPECT_THAT(Outcomes(), IsEmpty());
  EXPECT_THAT(Aborts(), ElementsAre(absl::StrCat("relay 1: ", static_cast<int>(absl::StatusCode::kDataLoss))));
  Announce("r1", "relay 2");
  LetPass("relay 2");
  EXPECT_THAT(executed_, ElementsAre("r1"));
}

TEST_F(RelayLinkMessagesTest, AnAbortIsNotAnsweredAndItsStepsAddressNothing) {
  ConnectToTransfers();
  Announce("r1", "relay 1");
  Deliver(AbortOf("relay 1", absl::DeadlineExceededError("too late")));
  Announce("r1", "relay 2");
  stream().written.clear();
  LetPass("relay 1");
  Deliver(AbortOf("relay 1", absl::DeadlineExceededError("too late")));
  EXPECT_THAT(stream().written, IsEmpty());
  LetPass("relay 2");
  EXPECT_THAT(executed_, ElementsAre("r1"));
  EXPECT_THAT(Outcomes(), SizeIs(1));
}

TEST_F(RelayLinkMessagesTest, ACommandThatIsTakenBackIsBrokenOff) {
  ConnectToTransfers();
  Announce("r1", "relay 1");
  stream().Receive(Command("r1"));
  stream().Receive(Cancel("r1"));
  EXPECT_THAT(Aborts(), ElementsAre(absl::StrCat("relay 1: ", static_cast<int>(absl::StatusCode::kCancelled))));
  EXPECT_THAT(Outcomes(), SizeIs(1)) << "of the one that waited";
  LetPass("relay 1");
  EXPECT_THAT(executed_, IsEmpty());
}

TEST_F(RelayLinkMessagesTest, ACommandWhoseTimeIsOverIsForgotten) {
  ConnectToTransfers();
  Announce("r1", "relay 1", absl::Seconds(5));
  timers_.Advance(absl::Seconds(6));
  stream().Receive(Ping(1));
  stream().written.clear();
  LetPass("relay 1");
  EXPECT_THAT(executed_, IsEmpty());
  EXPECT_THAT(stream().written, IsEmpty());
}

TEST_F(RelayLinkMessagesTest, AHeaderThatIsWrongIsBrokenOff) {
  ConnectToTransfers();
  v1::RelayFrame frame = Command("r1");
  frame.mutable_command()->set_body(v1::BODY_KIND_MESSAGE);
  frame.mutable_command()->mutable_message_body()->set_transfer_id("relay 1");
  frame.mutable_command()->mutable_message_body()->set_size_bytes(10);
  stream().Receive(frame);
  runner_.RunAll();
  EXPECT_THAT(Aborts(), SizeIs(1));
  EXPECT_THAT(executed_, IsEmpty());
}

TEST_F(RelayLinkMessagesTest, TheEndOfTheStreamForgetsWhatHasNotCome) {
  ConnectToTransfers();
  Announce("r1", "relay 1");
  stream().Close(absl::UnavailableError("gone"));
  WaitForRetry();
  stream().Receive(Welcome());
  LetPass("relay 1");
  EXPECT_THAT(executed_, IsEmpty());
}

// --- Answers --------------------------------------------------------------------------------------------------------

TEST_F(RelayLinkMessagesTest, ALargeAnswerGoesApartAsFarAsItIsGranted) {
  ConnectToTransfers();
  AnswerWith(2 * kMaxWholeBytes);
  stream().Receive(Command("r1"));
  runner_.RunAll();
  ASSERT_THAT(Outcomes(), SizeIs(1));
  EXPECT_EQ(Outcomes()[0].body(), v1::BODY_KIND_MESSAGE);
  EXPECT_FALSE(Outcomes()[0].has_result());
  EXPECT_THAT(Steps(), IsEmpty());
  IncomingBody body(Outcomes()[0].message_body(), ChunkEncoding::kGzip);
  size_t taken = 0;
  while (!body.complete()) {
    if (absl::optional<v1::Transfer> grant = body.NextGrant()) Deliver(*std::move(grant));
    const std::vector<v1::Transfer> steps = Steps();
    ASSERT_GT(steps.size(), taken);
    for (; taken < steps.size(); ++taken) ASSERT_THAT(body.Take(steps[taken]), IsOk());
  }
  EXPECT_EQ(body.bytes(), outcome_.result().SerializeAsString());
}

TEST_F(RelayLinkMessagesTest, ManyLargeAnswersLeaveOneAfterTheOther) {
  ConnectToTransfers();
  AnswerWith(2 * kMaxWholeBytes);
  for (int i = 0; i < 40; ++i) stream().Receive(Command(absl::StrCat("r", i)));
  runner_.RunAll();
  for (size_t i = 0; i < 40; ++i) {
    ASSERT_THAT(Outcomes(), SizeIs(i + 1));
    Grant(AnswerId(i), kTransferWindowBytes);
    Grant(AnswerId(i), 3 * kTransferWindowBytes);
    ASSERT_TRUE(Steps().back().has_end());
  }
  EXPECT_FALSE(stream().cancelled);
}

TEST_F(RelayLinkMessagesTest, ABlockedStreamOfGrantsIsNoReasonToLeave) {
  ConnectToTransfers();
  Announce("r1", "relay 1");
  AnswerWith(2 * kMaxWholeBytes);
  stream().Receive(Command("r2"));
  runner_.RunAll();
  stream().blocked = true;
  for (int i = 0; i < 3000; ++i) Grant(AnswerId(), kTransferWindowBytes + i);
  EXPECT_FALSE(stream().cancelled);
}

TEST_F(RelayLinkMessagesTest, AnAnswerThatIsNotWantedMakesWay) {
  ConnectToTransfers();
  AnswerWith(2 * kMaxWholeBytes);
  stream().Receive(Command("r1"));
  stream().Receive(Command("r2"));
  runner_.RunAll();
  const std::string first = AnswerId();
  Deliver(AbortOf(first, absl::CancelledError("nobody waits")));
  ASSERT_THAT(Outcomes(), SizeIs(2));
  EXPECT_NE(AnswerId(1), first);
  Grant(first, kTransferWindowBytes);
  EXPECT_THAT(Steps(), IsEmpty());
}

TEST_F(RelayLinkMessagesTest, AGrantOfAnAnswerIsNoGrantOfACommand) {
  ConnectToTransfers();
  AnswerWith(2 * kMaxWholeBytes);
  stream().Receive(Command("r1"));
  runner_.RunAll();
  Announce("r1", "relay 1");
  stream().written.clear();
  LetPass("relay 1");
  EXPECT_THAT(executed_, ElementsAre("r1", "r1")) << "an answer of its id on its way does not hide it";
}

TEST_F(RelayLinkMessagesTest, ARelayThatGrantsAbsurdlyIsLeft) {
  ConnectToTransfers();
  AnswerWith(2 * kMaxWholeBytes);
  stream().Receive(Command("r1"));
  runner_.RunAll();
  Grant(AnswerId(), -1);
  EXPECT_TRUE(stream().cancelled);
}

TEST_F(RelayLinkMessagesTest, AnOldRelayGetsALargeAnswerWhole) {
  Connect();
  AnswerWith(2 * kMaxWholeBytes);
  stream().Receive(Command("r1"));
  runner_.RunAll();
  ASSERT_THAT(Outcomes(), SizeIs(1));
  EXPECT_TRUE(Outcomes()[0].has_result());
}

TEST_F(RelayLinkMessagesTest, AnAgentThatLeavesGivesBackWhatHasNotComeAndSendsWhatItHas) {
  ConnectToTransfers();
  AnswerWith(2 * kMaxWholeBytes);
  stream().Receive(Command("r1"));
  runner_.RunAll();
  Announce("r2", "relay 1");
  link_->Stop("leaving");
  EXPECT_EQ(Outcomes().back().request_id(), "r2");
  EXPECT_TRUE(Outcomes().back().leaving());
  EXPECT_FALSE(stream().half_closed) << "an answer is still to go";
  Grant(AnswerId(), kTransferWindowBytes);
  Grant(AnswerId(), 3 * kTransferWindowBytes);
  EXPECT_TRUE(stream().half_closed);
}

}  // namespace
}  // namespace specrelay
