// How much of what is large finds room, and what becomes of the rest.

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/body_transfer.h"
#include "proto/support/capabilities.h"
#include "proto/support/message_body.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/queued_agent_session.h"
#include "relay/testing/relay_messages_fixture.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class RelayLargeRoomTest : public RelayMessagesTest {
 protected:
  static RelayOptions Narrow() {
    RelayOptions options = SmallOptions();
    options.large_commands = {{2, 1 << 20}, {10, 1 << 20}, {10, 1 << 20}};
    return options;
  }
  RelayLargeRoomTest() : RelayMessagesTest(Narrow()) {}
};

TEST_F(RelayLargeRoomTest, LargeCommandsOnTheirWayAreBoundedUntilTheyEnd) {
  const Agent agent = Connect("i1");
  RelayHarness::Outcome third;
  ASSERT_THAT(harness_.Execute(LargeWrite("r1"), outcome_), IsOk());
  ASSERT_THAT(harness_.Execute(LargeWrite("r2"), second_), IsOk());
  EXPECT_THAT(harness_.Execute(LargeWrite("r3"), third).status(),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("large commands of this project")));
  LetPass(agent);
  harness_.relay.OnFrame(agent.session, WrittenFrame("r1"));
  EXPECT_THAT(harness_.Execute(LargeWrite("r3"), third), IsOk());
  Expire();
  for (const char* id : {"r5", "r6"}) EXPECT_THAT(harness_.Execute(LargeWrite(id), third), IsOk()) << id;
  harness_.Lose(agent);
  Connect("i2");
  for (const char* id : {"r7", "r8"}) EXPECT_THAT(harness_.Execute(LargeWrite(id), third), IsOk()) << id;
}

TEST_F(RelayLargeRoomTest, TheMemoryThatACommandTakesCountsNotItsLengthOnTheWire) {
  const Agent agent = Connect("i1");
  v1::ExecuteRequest request = LargeWrite("r1");
  v1::ApprovalBatchUpdateRequest& batch = *request.mutable_command()->mutable_approval_batch_update();
  for (int i = 0; i < 50'000; ++i) batch.add_ids("");
  ASSERT_LT(request.ByteSizeLong(), 200'000u);
  EXPECT_THAT(harness_.Execute(request, outcome_).status(), HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(harness_.Execute(LargeWrite("r2"), second_), IsOk());
}

v1::ExecuteRequest WaitingWrite(absl::string_view request_id, absl::string_view path, size_t bytes) {
  v1::ExecuteRequest request = WriteRequestFor("p1", request_id, path, v1::OFFLINE_POLICY_WAIT);
  request.mutable_command()->mutable_file_write()->set_content(std::string(bytes, 'x'));
  return request;
}

TEST_F(RelayLargeRoomTest, AHeldLargeOneWithoutRoomLetsOthersPassButForWritesToItsDocument) {
  RelayHarness::Outcome ignored;
  harness_.Lose(Connect("i0"));
  for (const char* id : {"l1", "l2", "l3"}) {
    ASSERT_THAT(harness_.Execute(WaitingWrite(id, id, 2 * kMaxWhole), ignored), IsOk());
  }
  ASSERT_THAT(harness_.Execute(WaitingWrite("same", "l3", 1), ignored), IsOk());
  ASSERT_THAT(harness_.Execute(WaitingWrite("other", "b", 1), ignored), IsOk());
  ASSERT_THAT(harness_.Execute(WriteRequestFor("p1", "queued", "c"), ignored), IsOk());
  ASSERT_THAT(harness_.Execute(WriteRequestFor("p1", "queued-same", "l3"), ignored), IsOk());
  const Agent agent = Connect("i1");
  std::vector<std::string> delivered;
  std::string id;
  for (const v1::RelayFrame& frame : agent.stream->Take()) {
    if (!frame.has_command()) continue;
    delivered.push_back(frame.command().request_id());
    if (frame.command().has_message_body()) id = frame.command().message_body().transfer_id();
  }
  EXPECT_THAT(delivered, ElementsAre("l1", "other", "queued"));
  harness_.relay.OnFrame(agent.session, WrittenFrame("queued"));
  EXPECT_THAT(RelayHarness::Deliveries(agent), IsEmpty()) << "the next of the queue has l3's document";
  Pass(agent, id);
  harness_.relay.OnFrame(agent.session, WrittenFrame("l1"));
  harness_.relay.Tick();
  EXPECT_THAT(RelayHarness::Deliveries(agent), UnorderedElementsAre("l2", "same", "queued-same"))
      << "l3 stands in line";
}

// --- The share of an account ----------------------------------------------------------------------------------------

TEST(RelayShareTest, NoAccountTakesMoreThanAnEighthAndTheLargestFits) {
  const RelayOptions options;
  for (const RoomBook::Limits& limits : {options.large_commands, options.large_answers}) {
    EXPECT_GE(limits.project.bytes, options.max_frame_bytes);
    EXPECT_LE(limits.account.bytes * 8, limits.total.bytes);
    EXPECT_LE(limits.account.commands * 8, limits.total.commands);
  }
}

class RelayShareOfAnswersTest : public RelayMessagesTest {
 protected:
  RelayShareOfAnswersTest() : RelayMessagesTest(PatientOptions()) {}

  // An agent of that account announces as large an answer as there may be; how its command ends.
  RelayHarness::Outcome& Announce(const std::string& account, int number) {
    const std::string project = absl::StrCat("p", number);
    const RelayHarness::Agent agent = harness_.Connect(project, "i", account);
    RelayHarness::Outcome& outcome = outcomes_.emplace_back();
    v1::ExecuteRequest request = SpecListRequestFor(project, absl::StrCat("r", number));
    request.mutable_timeout()->set_seconds(300);
    EXPECT_THAT(harness_.Execute(request, outcome, CallerOf(account)), IsOk());
    v1::AgentFrame frame;
    frame.mutable_outcome()->set_request_id(absl::StrCat("r", number));
    frame.mutable_outcome()->set_state(v1::COMMAND_STATE_APPLIED);
    frame.mutable_outcome()->set_body(v1::BODY_KIND_MESSAGE);
    frame.mutable_outcome()->mutable_message_body()->set_transfer_id("agent 1");
    frame.mutable_outcome()->mutable_message_body()->set_size_bytes(RelayOptions().max_frame_bytes);
    harness_.relay.OnFrame(agent.session, frame);
    return outcome;
  }

  std::deque<RelayHarness::Outcome> outcomes_;
};

TEST_F(RelayShareOfAnswersTest, TwoAccountsThatAnnounceAndSendNothingLeaveRoomForOthers) {
  for (int i = 0; i < 10; ++i) {
    Announce("first", i);
    Announce("second", i);
  }
  EXPECT_EQ(Announce("third", 1).calls, 0) << "its answer may come";
}

TEST_F(RelayShareOfAnswersTest, AnAnswerThatDoesNotComeGivesItsRoomBack) {
  RelayHarness::Outcome& neglected = Announce("acme", 1);
  EXPECT_THAT(OutcomeOf(*Announce("acme", 2).status), HasCode(absl::StatusCode::kResourceExhausted));
  harness_.clock.Advance(absl::Seconds(29));
  harness_.relay.Tick();
  EXPECT_EQ(neglected.calls, 0);
  Expire();
  EXPECT_EQ(neglected.calls, 1);
  EXPECT_EQ(Announce("acme", 3).calls, 0);
}

// --- A real queue ---------------------------------------------------------------------------------------------------

class RelayLargeStreamTest : public RelayMessagesTest {
 protected:
  RelayLargeStreamTest() : RelayMessagesTest(PatientOptions()) {}

  void ConnectStream(FrameQueueLimits limits = FrameQueueLimits()) {
    stream_ = std::make_shared<QueuedAgentSession>(limits);
    v1::Register registration = RegistrationOf("p1", "i1");
    registration.add_capabilities(kTransferMessageCapability);
    agent_.session = *harness_.relay.Register(PrincipalOf("acme", Role::kAgent), std::move(registration), stream_);
    while (stream_->Next().has_value()) {
    }
  }

  v1::ExecuteRequest Write(int number) {
    return LargeWrite(absl::StrCat("r", number), v1::OFFLINE_POLICY_FAIL, kMaxWholeBytes + 1);
  }

  // What an agent does that takes all as it comes; request ids as they became whole.
  std::vector<std::string> TakeAll() {
    std::vector<std::string> whole;
    absl::optional<IncomingBody> body;
    std::string request_id;
    while (absl::optional<v1::RelayFrame> frame = stream_->Next()) {
      if (frame->command().has_message_body()) {
        EXPECT_FALSE(body.has_value()) << "one at a time";
        body.emplace(frame->command().message_body(), ChunkEncoding::kPlain);
        request_id = frame->command().request_id();
      } else if (frame->has_transfer()) {
        if (!body.has_value() || frame->transfer().request_id() != body->transfer_id()) {
          ADD_FAILURE() << "a step of " << frame->transfer().request_id();
          return whole;
        }
        EXPECT_THAT(body->Take(std::move(*frame->mutable_transfer())), IsOk());
      }
      if (!body.has_value()) continue;
      if (absl::optional<v1::Transfer> grant = body->NextGrant()) Send(agent_, *std::move(grant));
      if (!body->complete()) continue;
      const std::string id = body->transfer_id();
      body.reset();
      whole.push_back(request_id);
      Take(agent_, id);
    }
    return whole;
  }

  Agent agent_;
  std::shared_ptr<QueuedAgentSession> stream_;
};

TEST_F(RelayLargeStreamTest, ManyBodiesPassOneAfterTheOther) {
  ConnectStream();
  std::vector<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    ids.push_back(absl::StrCat("r", i));
    ASSERT_THAT(harness_.Execute(Write(i), outcome_), IsOk());
  }
  EXPECT_EQ(TakeAll(), ids);
  EXPECT_EQ(outcome_.calls, 0) << "none has ended";
}

TEST_F(RelayLargeStreamTest, AnAgentThatGrantsMoreThanItTakesHoldsUpNoMoreThanOneBody) {
  ConnectStream();
  for (int i = 0; i < 100; ++i) ASSERT_THAT(harness_.Execute(Write(i), outcome_), IsOk());
  const std::string id = stream_->Next()->command().message_body().transfer_id();
  Grant(agent_, id, kMaxGrantAheadBytes);
  EXPECT_LE(stream_->queued().bytes, 2 * kMaxWholeBytes);
}

TEST_F(RelayLargeStreamTest, NothingLeavesOfACommandThatEndsWithChunksStillQueued) {
  ConnectStream();
  ASSERT_OK_AND_ASSIGN(const CommandTicket ticket, harness_.Execute(Write(1), outcome_));
  ASSERT_THAT(harness_.Execute(Write(2), second_), IsOk());
  const std::string id = stream_->Next()->command().message_body().transfer_id();
  Grant(agent_, id);
  EXPECT_TRUE(stream_->Next()->transfer().has_chunk());
  harness_.relay.Abandon(ticket);
  EXPECT_EQ(outcome_.calls, 0) << "nobody waits";
  const v1::RelayFrame abort = *stream_->Next();
  EXPECT_TRUE(abort.transfer().has_abort());
  EXPECT_EQ(abort.transfer().request_id(), id);
  EXPECT_THAT(TakeAll(), ElementsAre("r2"));
}

TEST_F(RelayLargeStreamTest, AQueuedWriteWhoseChunksFindNoRoomWaits) {
  FrameQueueLimits narrow;
  narrow.max_body_frames = 2;
  ConnectStream(narrow);
  v1::ExecuteRequest write = Write(1);
  write.set_offline_policy(v1::OFFLINE_POLICY_QUEUE);
  ASSERT_THAT(harness_.Execute(write, outcome_), IsOk());
  Grant(agent_, stream_->Next()->command().message_body().transfer_id());
  EXPECT_EQ(harness_.StatusOf("r1").state(), v1::COMMAND_STATE_QUEUED);
  EXPECT_EQ(outcome_.calls, 0);
  EXPECT_EQ(harness_.relay.pending_commands(), 1);
}

}  // namespace
}  // namespace specrelay
