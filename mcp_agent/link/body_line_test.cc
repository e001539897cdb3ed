#include "mcp_agent/link/body_line.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/body_transfer.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

v1::Transfer Chunk(int64_t bytes) {
  v1::Transfer step;
  step.mutable_chunk()->set_data(std::string(static_cast<size_t>(bytes), 'x'));
  return step;
}

v1::Transfer Grant(int64_t offset) {
  v1::Transfer step;
  step.mutable_grant()->set_offset(offset);
  return step;
}

struct Listened {
  int calls = 0;
  std::function<void()> Ready() {
    return [this] { ++calls; };
  }
};

TEST(BodyLineTest, WhatCameBeforeSomebodyListensIsThereInItsOrder) {
  BodyLine line([](v1::Transfer) {});
  line.Deliver(Grant(1));
  line.Deliver(Grant(2));
  Listened listened;
  line.Listen(listened.Ready());
  EXPECT_EQ(listened.calls, 1);
  EXPECT_EQ(line.Take().value()->grant().offset(), 1);
  EXPECT_EQ(line.Take().value()->grant().offset(), 2);
  EXPECT_FALSE(line.Take().value().has_value());
}

TEST(BodyLineTest, EachStepThatComesIsTold) {
  BodyLine line([](v1::Transfer) {});
  Listened listened;
  line.Listen(listened.Ready());
  EXPECT_EQ(listened.calls, 0);
  line.Deliver(Grant(1));
  line.Deliver(Grant(2));
  EXPECT_EQ(listened.calls, 2);
}

TEST(BodyLineTest, AnAbortBreaksTheLineWithItsReasonAndDropsWhatWaits) {
  BodyLine line([](v1::Transfer) {});
  Listened listened;
  line.Listen(listened.Ready());
  line.Deliver(Chunk(10));
  line.Deliver(AbortOf("r1", absl::CancelledError("the client left")));
  EXPECT_EQ(listened.calls, 2);
  EXPECT_THAT(line.Take(), IsStatus(absl::StatusCode::kCancelled, HasSubstr("the client left")));
}

TEST(BodyLineTest, ALineBreaksOnceAndTakesNothingAfterwards) {
  BodyLine line([](v1::Transfer) {});
  line.Break(absl::CancelledError("first"));
  line.Break(absl::InternalError("second"));
  line.Deliver(Grant(1));
  EXPECT_THAT(line.Take(), IsStatus(absl::StatusCode::kCancelled, "first"));
}

TEST(BodyLineTest, MoreBytesThanHonestRelaysSendBreakTheLine) {
  BodyLine line([](v1::Transfer) {});
  for (int64_t sent = 0; sent < BodyLine::kMaxWaitingBytes; sent += kMaxChunkBytes) line.Deliver(Chunk(kMaxChunkBytes));
  EXPECT_THAT(line.Take(), IsOk());
  line.Deliver(Chunk(kMaxChunkBytes));
  EXPECT_THAT(line.Take(), IsOk());
  line.Deliver(Chunk(2 * kMaxChunkBytes));
  EXPECT_THAT(line.Take(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("more of the body")));
}

TEST(BodyLineTest, MoreStepsThanHonestRelaysSendBreakTheLine) {
  BodyLine line([](v1::Transfer) {});
  for (size_t i = 0; i < BodyLine::kMaxWaitingSteps; ++i) line.Deliver(Grant(1));
  EXPECT_THAT(line.Take(), IsOk());
  line.Deliver(Grant(1));
  line.Deliver(Grant(1));
  EXPECT_THAT(line.Take(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("more of the body")));
}

TEST(BodyLineTest, NobodyIsCalledAfterClose) {
  BodyLine line([](v1::Transfer) {});
  Listened listened;
  line.Listen(listened.Ready());
  line.Close();
  line.Deliver(Grant(1));
  line.Break(absl::CancelledError("late"));
  EXPECT_EQ(listened.calls, 0);
}

TEST(BodyLineTest, WhatIsSentGoesToTheRelay) {
  std::vector<v1::Transfer> sent;
  BodyLine line([&](v1::Transfer step) { sent.push_back(std::move(step)); });
  line.Send(Grant(7));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].grant().offset(), 7);
}

}  // namespace
}  // namespace specrelay
