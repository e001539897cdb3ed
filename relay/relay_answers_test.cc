// Answers that come apart from their frames because they are large.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/body_transfer.h"
#include "proto/support/capabilities.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/relay_messages_fixture.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// An outcome whose result of `size_bytes` comes apart.
v1::AgentFrame AnswerHeader(absl::string_view request_id, absl::string_view transfer_id, int64_t size_bytes) {
  v1::AgentFrame frame;
  frame.mutable_outcome()->set_request_id(std::string(request_id));
  frame.mutable_outcome()->set_state(v1::COMMAND_STATE_APPLIED);
  frame.mutable_outcome()->set_body(v1::BODY_KIND_MESSAGE);
  frame.mutable_outcome()->mutable_message_body()->set_transfer_id(std::string(transfer_id));
  frame.mutable_outcome()->mutable_message_body()->set_size_bytes(size_bytes);
  return frame;
}

v1::CommandResult ListResult() {
  v1::CommandResult result;
  result.mutable_spec_list()->add_specs()->set_name("login");
  return result;
}

class RelayAnswersTest : public RelayMessagesTest {
 protected:
  RelayAnswersTest() : agent_(Connect("i1", {kTransferMessageCapability, kTransferGzipCapability})) {}

  void Ask(absl::string_view request_id, RelayHarness::Outcome& outcome) {
    ASSERT_THAT(harness_.Execute(SpecListRequestFor("p1", request_id), outcome), IsOk());
    agent_.stream->Take();
  }

  void Announce(absl::string_view request_id, absl::string_view transfer_id, int64_t size_bytes) {
    harness_.relay.OnFrame(agent_.session, AnswerHeader(request_id, transfer_id, size_bytes));
  }

  v1::Transfer ChunkOf(absl::string_view transfer_id, absl::string_view data, int64_t offset = 0) {
    v1::Transfer step;
    step.set_request_id(std::string(transfer_id));
    step.mutable_chunk()->set_data(std::string(data));
    step.mutable_chunk()->set_offset(offset);
    return step;
  }

  const Agent agent_;
};

TEST_F(RelayAnswersTest, ALargeAnswerIsPutTogetherWithOrWithoutGzip) {
  for (const ChunkEncoding encoding : {ChunkEncoding::kPlain, ChunkEncoding::kGzip}) {
    RelayHarness::Outcome outcome;
    v1::CommandResult result;
    for (int i = 0; i < 1000; ++i) result.mutable_spec_list()->add_specs()->set_name("login");
    const std::string bytes = result.SerializeAsString();
    const std::string request_id = absl::StrCat("r", static_cast<int>(encoding));
    Ask(request_id, outcome);
    Announce(request_id, "agent 1", static_cast<int64_t>(bytes.size()));
    EXPECT_EQ(outcome.calls, 0);
    TransferSender sender("agent 1", encoding);
    ASSERT_THAT(sender.OnGrant(agent_.stream->TakeOnly(v1::RelayFrame::kTransfer).transfer().grant()), IsOk());
    Send(agent_, sender.Chunk(bytes));
    Send(agent_, sender.End());
    ASSERT_EQ(outcome.calls, 1);
    EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_APPLIED);
    EXPECT_EQ(outcome.status->result().spec_list().specs_size(), 1000);
    EXPECT_THAT(Look(agent_).aborts, IsEmpty());
  }
}

TEST_F(RelayAnswersTest, ABrokenAnswerLeavesInDoubtWhatTheCommandDid) {
  Ask("r1", outcome_);
  Announce("r1", "agent 1", 100);
  Send(agent_, ChunkOf("agent 1", "x", 5));
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_THAT(OutcomeOf(*outcome_.status), IsStatus(absl::StatusCode::kInternal, HasSubstr("begins at byte 5")));
  EXPECT_THAT(Look(agent_).aborts, ElementsAre("agent 1"));
}

TEST_F(RelayAnswersTest, AHeaderIsSmallAndSaysWhatComes) {
  std::vector<v1::AgentFrame> headers(5, AnswerHeader("r1", "agent 1", 100));
  *headers[0].mutable_outcome()->mutable_result() = ListResult();
  headers[1].mutable_outcome()->mutable_error()->set_message(std::string(size_t{65} << 10, 'x'));
  headers[2].mutable_outcome()->mutable_message_body()->set_transfer_id("r1");
  headers[3].mutable_outcome()->mutable_message_body()->set_size_bytes(0);
  headers[4].mutable_outcome()->mutable_message_body()->set_size_bytes(int64_t{69} << 20);
  for (const v1::AgentFrame& header : headers) {
    RelayHarness::Outcome outcome;
    Ask("r1", outcome);
    harness_.relay.OnFrame(agent_.session, header);
    ASSERT_EQ(outcome.calls, 1);
    EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_UNKNOWN);
    EXPECT_THAT(OutcomeOf(*outcome.status), HasCode(absl::StatusCode::kInternal));
    // An id that the agent cannot have made is not sent back.
    EXPECT_THAT(Look(agent_).aborts, SizeIs(header.outcome().message_body().transfer_id() == "r1" ? 0 : 1));
  }
}

TEST_F(RelayAnswersTest, TwoAnswersAtATimeAreAMistake) {
  Ask("r1", outcome_);
  Ask("r2", second_);
  Announce("r1", "agent 1", 100);
  Announce("r2", "agent 2", 100);
  EXPECT_EQ(outcome_.calls, 0);
  EXPECT_THAT(OutcomeOf(*second_.status), IsStatus(absl::StatusCode::kInternal, HasSubstr("two answers")));
  EXPECT_THAT(Look(agent_).aborts, ElementsAre("agent 2"));
}

TEST_F(RelayAnswersTest, AnAnswerWithATransferIdOfTheRelaysIsAMistakeAndTheRelaysOwnPasses) {
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  const std::string id = Look(agent_).transfers.at(0);
  Ask("r2", second_);
  Announce("r2", id, 100);
  EXPECT_EQ(second_.status->state(), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_THAT(Look(agent_).aborts, IsEmpty()) << "ids that the agent cannot have made are not sent back";
  Announce("r3", id, 100);
  EXPECT_THAT(Look(agent_).aborts, IsEmpty());
  Pass(agent_, id);
  EXPECT_EQ(Look(agent_).ends, 1);
  RelayHarness::Outcome third;
  ASSERT_THAT(harness_.Execute(LargeWrite("r4"), third), IsOk());
  EXPECT_THAT(Look(agent_).headers, ElementsAre("r4")) << "the line goes on";
}

TEST_F(RelayAnswersTest, AnAnswerThatNobodyWaitsForIsBrokenOff) {
  ASSERT_OK_AND_ASSIGN(const CommandTicket ticket, harness_.Execute(SpecListRequestFor("p1", "r1"), outcome_));
  Announce("r1", "agent 1", 100);
  Look(agent_);
  harness_.relay.Abandon(ticket);
  EXPECT_THAT(Look(agent_).aborts, ElementsAre("agent 1"));
  EXPECT_EQ(harness_.StatusOf("r1").state(), v1::COMMAND_STATE_UNKNOWN);
}

TEST_F(RelayAnswersTest, AnAnswerThatStopsComingIsBrokenOff) {
  v1::ExecuteRequest request = SpecListRequestFor("p1", "r1");
  request.mutable_timeout()->set_seconds(300);
  ASSERT_THAT(harness_.Execute(request, outcome_), IsOk());
  Announce("r1", "agent 1", 100);
  Look(agent_);
  for (int64_t i = 0; i < 3; ++i) {
    harness_.clock.Advance(absl::Seconds(29));
    harness_.relay.Tick();
    Send(agent_, ChunkOf("agent 1", "x", i));
  }
  EXPECT_EQ(outcome_.calls, 0);
  Expire();
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_THAT(OutcomeOf(*outcome_.status), IsStatus(absl::StatusCode::kUnavailable, HasSubstr("sent nothing")));
  EXPECT_THAT(Look(agent_).aborts, ElementsAre("agent 1"));
}

TEST_F(RelayAnswersTest, AnAnswerOfNoCommandUnderWayIsNotTakenIn) {
  Announce("r1", "agent 1", 100);
  EXPECT_THAT(Look(agent_).aborts, ElementsAre("agent 1"));
}

TEST_F(RelayAnswersTest, AnAnswerThatDoesNotEndInTimeIsBrokenOff) {
  Ask("r1", outcome_);
  Announce("r1", "agent 1", 100);
  Look(agent_);
  Expire();
  EXPECT_THAT(OutcomeOf(*outcome_.status), HasCode(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(Look(agent_).aborts, ElementsAre("agent 1"));
  Ask("r1", second_);
  Send(agent_, ChunkOf("agent 1", "late"));
  Announce("r1", "agent 2", static_cast<int64_t>(ListResult().ByteSizeLong()));
  TransferSender sender("agent 2");
  ASSERT_THAT(sender.OnGrant(agent_.stream->TakeOnly(v1::RelayFrame::kTransfer).transfer().grant()), IsOk());
  Send(agent_, sender.Chunk(ListResult().SerializeAsString()));
  Send(agent_, sender.End());
  ASSERT_EQ(second_.calls, 1);
  EXPECT_EQ(second_.status->state(), v1::COMMAND_STATE_APPLIED);
}

TEST_F(RelayAnswersTest, AnAgentThatIsLostInMidAnswerHasExecutedIt) {
  Ask("r1", outcome_);
  Announce("r1", "agent 1", 100);
  harness_.Lose(agent_);
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_UNKNOWN);
}

TEST_F(RelayAnswersTest, AnAnswerToALargeCommandOfAnEarlierSendingStopsTheRetry) {
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  const std::string id = Look(agent_).transfers.at(0);
  v1::CommandResult result;
  result.mutable_file_write()->set_path("a");
  Announce("r1", "agent 1", static_cast<int64_t>(result.ByteSizeLong()));
  const std::vector<v1::RelayFrame> frames = agent_.stream->Take();
  ASSERT_THAT(frames, SizeIs(2));
  EXPECT_EQ(frames[0].transfer().request_id(), id);
  EXPECT_TRUE(frames[0].transfer().has_abort());
  TransferSender sender("agent 1");
  ASSERT_THAT(sender.OnGrant(frames[1].transfer().grant()), IsOk());
  Send(agent_, ChunkOf(id, "not of the answer"));
  Send(agent_, sender.Chunk(result.SerializeAsString()));
  Send(agent_, sender.End());
  ASSERT_EQ(outcome_.calls, 1);
  EXPECT_EQ(outcome_.status->result().file_write().path(), "a");
}

class RelayAnswerRoomTest : public RelayMessagesTest {
 protected:
  static RelayOptions Narrow() {
    RelayOptions options = SmallOptions();
    options.large_answers = {{10, 1000}, {10, 1000}, {10, 1 << 20}};
    return options;
  }
  RelayAnswerRoomTest() : RelayMessagesTest(Narrow()) {}
};

TEST_F(RelayAnswerRoomTest, LargeAnswersOfAnAccountAreBoundedAsTheyAreAnnounced) {
  const Agent first = Connect("i1");
  const Agent second = Connect("i2");
  ASSERT_THAT(harness_.Execute(SpecListRequestFor("p1", "r2"), second_), IsOk());
  harness_.relay.OnFrame(second.session, AnswerHeader("r2", "agent 1", 600));
  EXPECT_EQ(second_.calls, 0);
  v1::AgentFrame goodbye;
  goodbye.mutable_goodbye();
  harness_.relay.OnFrame(second.session, goodbye);
  ASSERT_THAT(harness_.Execute(SpecListRequestFor("p1", "r1"), outcome_), IsOk());
  harness_.relay.OnFrame(first.session, AnswerHeader("r1", "agent 1", 600));
  EXPECT_THAT(OutcomeOf(*outcome_.status), HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(outcome_.status->state(), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_THAT(Look(first).aborts, ElementsAre("agent 1"));
  harness_.Lose(second);
  RelayHarness::Outcome third;
  ASSERT_THAT(harness_.Execute(SpecListRequestFor("p1", "r3"), third), IsOk());
  harness_.relay.OnFrame(first.session, AnswerHeader("r3", "agent 2", 600));
  EXPECT_EQ(third.calls, 0) << "the room was given back";
}

}  // namespace
}  // namespace specrelay
