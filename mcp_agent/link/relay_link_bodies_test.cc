// Commands whose body passes in parts.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/link/relay_link.h"
#include "mcp_agent/link/testing/relay_link_fixture.h"
#include "proto/support/body_transfer.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

v1::RelayFrame StreamedCommand(absl::string_view request_id) {
  v1::RelayFrame frame = Command(request_id);
  frame.mutable_command()->set_body(v1::BODY_KIND_FILE);
  return frame;
}

v1::RelayFrame GrantFrame(absl::string_view request_id, int64_t offset) {
  v1::RelayFrame frame;
  frame.mutable_transfer()->set_request_id(std::string(request_id));
  frame.mutable_transfer()->mutable_grant()->set_offset(offset);
  return frame;
}

v1::Transfer Chunk(absl::string_view request_id) {
  v1::Transfer step;
  step.set_request_id(std::string(request_id));
  step.mutable_chunk()->set_data("x");
  return step;
}

v1::CommandOutcome Applied(absl::string_view request_id) {
  v1::CommandOutcome outcome;
  outcome.set_request_id(std::string(request_id));
  outcome.set_state(v1::COMMAND_STATE_APPLIED);
  return outcome;
}

class RelayLinkBodiesTest : public RelayLinkTest {
 protected:
  BodyLine& line(size_t i = 0) { return *streamed_.at(i).line; }
};

TEST_F(RelayLinkBodiesTest, StepsThatComeBeforeTheCommandBeginsAreKept) {
  Connect();
  stream().Receive(StreamedCommand("r1"));
  stream().Receive(GrantFrame("r1", 100));
  runner_.RunAll();
  ASSERT_THAT(streamed_, SizeIs(1));
  EXPECT_EQ(line().Take().value()->grant().offset(), 100);
}

TEST_F(RelayLinkBodiesTest, WhatIsSentLeavesBeforeTheOutcome) {
  Connect();
  stream().Receive(StreamedCommand("r1"));
  runner_.RunAll();
  stream().blocked = true;
  line().Send(Chunk("r1"));
  streamed_[0].receive(Applied("r1"));
  stream().Unblock();
  ASSERT_THAT(stream().written, SizeIs(2));
  EXPECT_TRUE(stream().written[0].transfer().has_chunk());
  EXPECT_EQ(stream().written[1].outcome().request_id(), "r1");
}

TEST_F(RelayLinkBodiesTest, StepsOfNoCommandUnderWayGoNowhere) {
  Connect();
  stream().Receive(GrantFrame("r1", 100));
  stream().Receive(Command("r2"));
  stream().Receive(GrantFrame("r2", 100));
  runner_.RunAll();
  EXPECT_THAT(streamed_, SizeIs(0));
  EXPECT_FALSE(stream().cancelled);
}

TEST_F(RelayLinkBodiesTest, ACancelBreaksTheBodyOfACommandThatHasBegun) {
  Connect();
  stream().Receive(StreamedCommand("r1"));
  runner_.RunAll();
  stream().Receive(Cancel("r1"));
  EXPECT_THAT(line().Take(), IsStatus(absl::StatusCode::kCancelled, "taken back"));
}

TEST_F(RelayLinkBodiesTest, AnAbortOfTheRelaysBreaksTheBody) {
  Connect();
  stream().Receive(StreamedCommand("r1"));
  runner_.RunAll();
  v1::RelayFrame frame;
  *frame.mutable_transfer() = AbortOf("r1", absl::DeadlineExceededError("too late"));
  stream().Receive(frame);
  EXPECT_THAT(line().Take(), IsStatus(absl::StatusCode::kDeadlineExceeded, "too late"));
}

TEST_F(RelayLinkBodiesTest, TheEndOfTheStreamBreaksItsBodiesAndTheNextOneGetsNothingOfThem) {
  Connect();
  stream().Receive(StreamedCommand("r1"));
  runner_.RunAll();
  stream().Close(absl::UnavailableError("gone"));
  EXPECT_THAT(line().Take(), IsStatus(absl::StatusCode::kCancelled, HasSubstr("has ended")));
  WaitForRetry();
  stream().Receive(Welcome());
  stream().Receive(StreamedCommand("r1"));
  runner_.RunAll();
  stream().written.clear();
  line(0).Send(Chunk("r1"));
  EXPECT_THAT(stream().written, SizeIs(0));
  line(1).Send(Chunk("r1"));
  EXPECT_THAT(stream().written, SizeIs(1));
}

TEST_F(RelayLinkBodiesTest, ABodyOfAKindThatIsNotKnownIsRefused) {
  Connect();
  v1::RelayFrame frame = Command("r1");
  frame.mutable_command()->set_body(static_cast<v1::BodyKind>(77));
  stream().Receive(frame);
  runner_.RunAll();
  ASSERT_THAT(Outcomes(), SizeIs(1));
  EXPECT_EQ(Outcomes()[0].error().code(), static_cast<int>(absl::StatusCode::kUnimplemented));
  EXPECT_THAT(executed_, SizeIs(0));
}

TEST_F(RelayLinkBodiesTest, ARelayThatGrantsAndDoesNotTakeIsLeft) {
  Connect();
  stream().Receive(StreamedCommand("r1"));
  runner_.RunAll();
  stream().blocked = true;
  v1::Transfer chunk = Chunk("r1");
  chunk.mutable_chunk()->set_data(std::string(size_t{1} << 20, 'x'));
  for (int i = 0; i < 33; ++i) line().Send(chunk);
  EXPECT_TRUE(stream().cancelled);
}

}  // namespace
}  // namespace specrelay
