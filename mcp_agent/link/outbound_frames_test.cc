#include "mcp_agent/link/outbound_frames.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/body_transfer.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

v1::CommandOutcome Outcome(absl::string_view request_id, size_t content_bytes = 0) {
  v1::CommandOutcome outcome;
  outcome.set_request_id(std::string(request_id));
  outcome.set_state(v1::COMMAND_STATE_APPLIED);
  outcome.mutable_result()->mutable_file_read()->set_content(std::string(content_bytes, 'x'));
  return outcome;
}

v1::FileChanged Change(absl::string_view path) {
  v1::FileChanged change;
  change.set_path(std::string(path));
  return change;
}

std::vector<v1::FileState> Files(int count, size_t path_bytes = 10) {
  std::vector<v1::FileState> files(count);
  for (v1::FileState& file : files) file.set_path(std::string(path_bytes, 'p'));
  return files;
}

class OutboundFramesTest : public testing::Test {
 protected:
  void Open(int64_t max_frame_bytes = 64 << 20) {
    outbound_.Open(v1::Register());
    EXPECT_TRUE(Next().has_register_());
    outbound_.Welcomed(max_frame_bytes);
  }

  v1::AgentFrame Next() {
    v1::AgentFrame frame;
    EXPECT_EQ(outbound_.Next(frame), NextWrite::kFrame);
    return frame;
  }

  bool Empty() {
    v1::AgentFrame frame;
    return outbound_.Next(frame) == NextWrite::kNothing;
  }

  OutboundFrames outbound_{OutboundLimits()};
};

TEST_F(OutboundFramesTest, NothingLeavesOutsideOfAStreamAndOnlyRegisterBeforeWelcome) {
  EXPECT_TRUE(Empty());
  v1::Register registration;
  registration.set_agent_id("a1");
  outbound_.Open(registration);
  outbound_.AddPong(1);
  outbound_.events().Add(Change("a"));
  EXPECT_EQ(Next().register_().agent_id(), "a1");
  EXPECT_TRUE(Empty());
  outbound_.Welcomed(0);
  EXPECT_TRUE(Next().has_pong());
  outbound_.Close();
  EXPECT_TRUE(Empty());
}

TEST_F(OutboundFramesTest, SignsOfLifeGoBeforeOutcomesBeforeEventsBeforeState) {
  Open();
  outbound_.events().Add(Change("a"));
  outbound_.SetTreeState(1, Files(1));
  EXPECT_TRUE(outbound_.AddOutcome(Outcome("r1"), false));
  outbound_.AddPong(7);
  EXPECT_EQ(Next().pong().nonce(), 7u);
  EXPECT_EQ(Next().outcome().request_id(), "r1");
  EXPECT_TRUE(Next().has_events());
  EXPECT_TRUE(Next().has_tree_state());
  EXPECT_TRUE(Empty());
}

TEST_F(OutboundFramesTest, AStateStandsAfterTheEventsItIncludesAndBeforeAllOthers) {
  Open();
  outbound_.events().Add(Change("included"));
  outbound_.SetTreeState(5, Files(600));
  outbound_.events().Add(Change("later"));
  const v1::AgentFrame events = Next();
  ASSERT_EQ(events.events().changes_size(), 1);
  EXPECT_EQ(events.events().changes(0).path(), "included");
  const v1::AgentFrame first = Next();
  EXPECT_EQ(first.tree_state().files_size(), 512);
  EXPECT_EQ(first.tree_state().sequence(), 1);
  EXPECT_FALSE(first.tree_state().last());
  EXPECT_TRUE(outbound_.AddOutcome(Outcome("r1"), false));
  EXPECT_TRUE(Next().has_outcome()) << "between the parts";
  const v1::AgentFrame last = Next();
  EXPECT_EQ(last.tree_state().files_size(), 88);
  EXPECT_EQ(last.tree_state().sequence(), 1);
  EXPECT_TRUE(last.tree_state().last());
  EXPECT_EQ(Next().events().changes(0).path(), "later");
}

TEST_F(OutboundFramesTest, PartsOfTheStateStayUnderAMegabyteAndUnderTheRelaysLimit) {
  for (const int64_t limit : {int64_t{64} << 20, int64_t{100} << 10}) {
    Open(limit);
    outbound_.SetTreeState(5, Files(2000, 4000));
    int files = 0;
    bool last = false;
    while (!last) {
      const v1::AgentFrame frame = Next();
      EXPECT_LE(static_cast<int64_t>(frame.ByteSizeLong()), std::min(limit, int64_t{1} << 20));
      files += frame.tree_state().files_size();
      last = frame.tree_state().last();
    }
    EXPECT_EQ(files, 2000);
  }
}

TEST_F(OutboundFramesTest, ANewRequestReplacesAStateThatHasNotLeft) {
  Open();
  outbound_.SetTreeState(1, Files(1000));
  EXPECT_EQ(Next().tree_state().nonce(), 1u);
  outbound_.SetTreeState(2, Files(1));
  const v1::AgentFrame frame = Next();
  EXPECT_EQ(frame.tree_state().nonce(), 2u);
  EXPECT_TRUE(frame.tree_state().last());
  EXPECT_TRUE(Empty());
}

TEST_F(OutboundFramesTest, ARelayThatDoesNotAcknowledgeEventsStillGetsTheState) {
  OutboundLimits limits;
  limits.events.max_events = 1;
  OutboundFrames outbound(limits);
  outbound.Open(v1::Register());
  v1::AgentFrame frame;
  outbound.Next(frame);
  outbound.Welcomed(0);
  outbound.events().Add(Change("sent"));
  outbound.Next(frame);
  outbound.events().Add(Change("waits"));
  outbound.SetTreeState(1, Files(1));
  ASSERT_EQ(outbound.Next(frame), NextWrite::kFrame);
  EXPECT_TRUE(frame.has_tree_state());
  EXPECT_EQ(frame.tree_state().sequence(), 1);
}

TEST_F(OutboundFramesTest, GoodbyeComesAfterOutcomesAndEventsAndNothingAfterIt) {
  Open();
  outbound_.events().Add(Change("a"));
  outbound_.SetTreeState(1, Files(1));
  outbound_.events().Add(Change("b"));
  EXPECT_TRUE(outbound_.AddOutcome(Outcome("r1"), false));
  outbound_.SayGoodbye("done");
  EXPECT_TRUE(Next().has_outcome());
  EXPECT_EQ(Next().events().changes_size(), 2);
  EXPECT_EQ(Next().goodbye().reason(), "done");
  v1::AgentFrame frame;
  outbound_.AddPong(1);
  EXPECT_EQ(outbound_.Next(frame), NextWrite::kHalfClose);
}

TEST_F(OutboundFramesTest, OnlyTheLatestPongsWait) {
  Open();
  for (uint64_t nonce = 1; nonce <= 1000; ++nonce) outbound_.AddPong(nonce);
  uint64_t last = 0;
  int count = 0;
  v1::AgentFrame frame;
  while (outbound_.Next(frame) == NextWrite::kFrame) {
    last = frame.pong().nonce();
    ++count;
  }
  EXPECT_EQ(last, 1000u);
  EXPECT_LE(count, 16);
}

TEST_F(OutboundFramesTest, OutcomesAreBoundedByNumber) {
  Open();
  int added = 0;
  while (outbound_.AddOutcome(Outcome(absl::StrCat("r", added)), false)) ++added;
  EXPECT_EQ(added, 2048);
}

TEST_F(OutboundFramesTest, OutcomesAreBoundedByBytesAndTheSmallOnesAlwaysPass) {
  Open();
  constexpr int64_t kLarge = int64_t{30} << 20;
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(outbound_.AddOutcome(Outcome(absl::StrCat("r", i), kLarge), false));
  EXPECT_TRUE(outbound_.AddOutcome(Outcome("small", 1000), false));
  int applied = 0;
  int64_t bytes = 0;
  v1::AgentFrame frame;
  while (outbound_.Next(frame) == NextWrite::kFrame) {
    bytes += static_cast<int64_t>(frame.ByteSizeLong());
    applied += frame.outcome().state() == v1::COMMAND_STATE_APPLIED;
    if (frame.outcome().state() == v1::COMMAND_STATE_FAILED) {
      EXPECT_EQ(frame.outcome().error().code(), static_cast<int>(absl::StatusCode::kResourceExhausted));
    }
  }
  EXPECT_EQ(applied, 5) << "four large ones and the small one";
  EXPECT_LE(bytes, int64_t{129} << 20);
  EXPECT_TRUE(outbound_.AddOutcome(Outcome("again", kLarge), false));
  EXPECT_EQ(Next().outcome().state(), v1::COMMAND_STATE_APPLIED) << "room again once they have left";
}

TEST_F(OutboundFramesTest, ANewStreamBeginsWithNothingOfTheOldOne) {
  Open();
  outbound_.events().Add(Change("a"));
  outbound_.SetTreeState(1, Files(1));
  EXPECT_TRUE(outbound_.AddOutcome(Outcome("r1"), false));
  outbound_.AddPong(1);
  outbound_.SayGoodbye("done");
  Open();
  EXPECT_TRUE(Empty());
  EXPECT_FALSE(outbound_.saying_goodbye());
}

v1::Transfer Chunk(absl::string_view request_id) {
  v1::Transfer step;
  step.set_request_id(std::string(request_id));
  step.mutable_chunk()->set_data("x");
  return step;
}

TEST_F(OutboundFramesTest, ChunksLeaveWhenNothingElseWaitsAndAnOutcomeNeverBeforeItsBody) {
  Open();
  v1::Transfer grant;
  grant.mutable_grant()->set_offset(1);
  ASSERT_TRUE(outbound_.AddTransfer(Chunk("body")));
  ASSERT_TRUE(outbound_.AddOutcome(Outcome("body"), false));
  ASSERT_TRUE(outbound_.AddOutcome(Outcome("small"), false));
  ASSERT_TRUE(outbound_.AddTransfer(grant));
  outbound_.SetTreeState(7, Files(1));
  outbound_.AddPong(1);
  EXPECT_TRUE(Next().has_pong());
  EXPECT_TRUE(Next().transfer().has_grant());
  EXPECT_EQ(Next().outcome().request_id(), "small");
  EXPECT_TRUE(Next().has_tree_state());
  EXPECT_TRUE(Next().transfer().has_chunk());
  EXPECT_EQ(Next().outcome().request_id(), "body");
  EXPECT_TRUE(Empty());
}

TEST_F(OutboundFramesTest, AnAbortTakesTheChunksOfItsBodyAway) {
  Open();
  v1::Transfer abort;
  abort.set_request_id("body");
  abort.mutable_abort();
  ASSERT_TRUE(outbound_.AddTransfer(Chunk("body")));
  ASSERT_TRUE(outbound_.AddTransfer(abort));
  EXPECT_TRUE(Next().transfer().has_abort());
  EXPECT_TRUE(Empty());
}

TEST_F(OutboundFramesTest, AnswersInPartsAndFilesTakeTurnsAndGoodbyeWaitsForBoth) {
  Open();
  v1::CommandOutcome outcome = Outcome("r1");
  outcome.mutable_result()->mutable_file_read()->set_content(std::string(kMaxChunkBytes + 1, 'x'));
  ApartOutcome apart = SetApart(outcome, "agent 1", ChunkEncoding::kPlain);
  ASSERT_TRUE(outbound_.messages().Add(apart));
  ASSERT_TRUE(outbound_.AddTransfer(Chunk("file")));
  ASSERT_TRUE(outbound_.AddTransfer(Chunk("file")));
  outbound_.SayGoodbye("leaving");
  EXPECT_EQ(Next().outcome().body(), v1::BODY_KIND_MESSAGE);
  EXPECT_EQ(Next().transfer().request_id(), "file") << "nothing of the answer is granted";
  v1::TransferGrant grant;
  grant.set_offset(kTransferWindowBytes);
  ASSERT_THAT(outbound_.messages().OnGrant("agent 1", grant), IsOk());
  EXPECT_EQ(Next().transfer().request_id(), "agent 1");
  EXPECT_EQ(Next().transfer().request_id(), "file");
  EXPECT_EQ(Next().transfer().request_id(), "agent 1");
  EXPECT_TRUE(Next().transfer().has_end());
  EXPECT_TRUE(Next().has_goodbye());
}

TEST_F(OutboundFramesTest, OnlyTheLatestGrantOfATransferWaits) {
  Open();
  v1::Transfer grant;
  for (int i = 0; i < 3000; ++i) {
    grant.set_request_id(i % 2 == 0 ? "a" : "b");
    grant.mutable_grant()->set_offset(i);
    ASSERT_TRUE(outbound_.AddTransfer(grant));
  }
  EXPECT_EQ(Next().transfer().grant().offset(), 2998);
  EXPECT_EQ(Next().transfer().grant().offset(), 2999);
  EXPECT_TRUE(Empty());
}

TEST_F(OutboundFramesTest, GoodbyeComesAfterTheBodiesAndANewStreamKnowsNoneOfThem) {
  Open();
  ASSERT_TRUE(outbound_.AddTransfer(Chunk("body")));
  outbound_.SayGoodbye("leaving");
  EXPECT_TRUE(Next().transfer().has_chunk());
  EXPECT_TRUE(Next().has_goodbye());
  ASSERT_TRUE(outbound_.AddTransfer(Chunk("other")));
  Open();
  EXPECT_TRUE(Empty());
}

}  // namespace
}  // namespace specrelay
