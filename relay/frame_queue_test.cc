#include "relay/frame_queue.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/frame_batch.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

v1::RelayFrame Command(const std::string& id, size_t bytes = 0) {
  v1::RelayFrame frame;
  frame.mutable_command()->set_request_id(id);
  if (bytes > 0) {
    frame.mutable_command()->mutable_command()->mutable_file_write()->set_content(std::string(bytes, 'x'));
  }
  return frame;
}

v1::RelayFrame Ping(uint64_t nonce) {
  v1::RelayFrame frame;
  frame.mutable_ping()->set_nonce(nonce);
  return frame;
}

FrameQueueLimits SmallLimits() {
  FrameQueueLimits limits;
  limits.max_frames = 2;
  limits.max_bytes = 1000;
  limits.reserve_frames = 1;
  limits.reserve_bytes = 100;
  return limits;
}

TEST(FrameQueueTest, FramesComeOutInTheirOrder) {
  FrameQueue queue{FrameQueueLimits()};
  ASSERT_THAT(queue.Push(Command("a")), IsOk());
  ASSERT_THAT(queue.Push(Ping(7)), IsOk());
  EXPECT_EQ(queue.Pop().command().request_id(), "a");
  EXPECT_EQ(queue.Pop().ping().nonce(), 7u);
  EXPECT_TRUE(queue.empty());
}

TEST(FrameQueueTest, AQueueFullOfCommandsStillTakesAPing) {
  FrameQueue queue(SmallLimits());
  ASSERT_THAT(queue.Push(Command("a")), IsOk());
  ASSERT_THAT(queue.Push(Command("b")), IsOk());
  EXPECT_THAT(queue.Push(Command("c")), IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("2 frames")));
  EXPECT_THAT(queue.Push(Ping(1)), IsOk());
  EXPECT_THAT(queue.Push(Ping(2)), IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("3 frames")));
}

TEST(FrameQueueTest, BytesAreBoundedToo) {
  FrameQueue queue(SmallLimits());
  ASSERT_THAT(queue.Push(Command("a", 900)), IsOk());
  EXPECT_THAT(queue.Push(Command("b", 200)), IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("bytes wait")));
  EXPECT_THAT(queue.Push(Ping(1)), IsOk());
  queue.Pop();
  EXPECT_THAT(queue.Push(Command("b", 200)), IsOk()) << "what is written no longer counts";
}

TEST(FrameQueueTest, TakingTheCommandsLeavesTheOtherFrames) {
  FrameQueue queue(SmallLimits());
  ASSERT_THAT(queue.Push(Command("a", 600)), IsOk());
  ASSERT_THAT(queue.Push(Ping(1)), IsOk());
  ASSERT_THAT(queue.Push(Ping(2)), IsOk());
  EXPECT_THAT(queue.TakeCommands(), ElementsAre("a"));
  EXPECT_THAT(queue.TakeCommands(), IsEmpty());
  EXPECT_EQ(queue.Pop().ping().nonce(), 1u);
  EXPECT_EQ(queue.Pop().ping().nonce(), 2u);
  EXPECT_THAT(queue.Push(Command("b", 900)), IsOk()) << "dropped commands no longer count";
}

v1::RelayFrame Chunk(const std::string& id, int64_t offset, size_t bytes = 1) {
  v1::RelayFrame frame;
  frame.mutable_transfer()->set_request_id(id);
  frame.mutable_transfer()->mutable_chunk()->set_offset(offset);
  frame.mutable_transfer()->mutable_chunk()->set_data(std::string(bytes, 'x'));
  return frame;
}

std::vector<std::string> PopAll(FrameQueue& queue) {
  std::vector<std::string> popped;
  while (!queue.empty()) {
    const v1::RelayFrame frame = queue.Pop();
    if (frame.has_command()) popped.push_back(frame.command().request_id());
    if (frame.has_ping()) popped.push_back("ping");
    if (frame.transfer().has_chunk()) {
      popped.push_back(absl::StrCat(frame.transfer().request_id(), " ", frame.transfer().chunk().offset()));
    }
    if (frame.transfer().has_grant()) popped.push_back("grant");
    if (frame.transfer().has_end()) popped.push_back("end");
    if (frame.transfer().has_abort()) popped.push_back("abort");
  }
  return popped;
}

TEST(FrameQueueTest, ChunksWaitUntilNothingElseDoesAndBodiesTakeTurns) {
  FrameQueue queue{FrameQueueLimits()};
  v1::RelayFrame end;
  end.mutable_transfer()->set_request_id("a");
  end.mutable_transfer()->mutable_end();
  v1::RelayFrame grant;
  grant.mutable_transfer()->mutable_grant();
  for (const v1::RelayFrame& frame : {Chunk("a", 0), Chunk("a", 1), end, Chunk("b", 0), Command("c"), grant, Ping(1)}) {
    ASSERT_THAT(queue.Push(frame), IsOk());
  }
  EXPECT_EQ(queue.size(), 7u);
  EXPECT_THAT(PopAll(queue), ElementsAre("c", "grant", "ping", "a 0", "b 0", "a 1", "end"));
  EXPECT_EQ(queue.bytes(), 0);
}

TEST(FrameQueueTest, AnAbortTakesTheChunksOfItsBodyAway) {
  FrameQueue queue{FrameQueueLimits()};
  v1::RelayFrame abort;
  abort.mutable_transfer()->set_request_id("a");
  abort.mutable_transfer()->mutable_abort();
  for (const v1::RelayFrame& frame : {Chunk("a", 0), Chunk("b", 0), abort}) ASSERT_THAT(queue.Push(frame), IsOk());
  EXPECT_EQ(queue.size(), 2u);
  EXPECT_THAT(PopAll(queue), ElementsAre("abort", "b 0"));
  EXPECT_EQ(queue.bytes(), 0);
}

TEST(FrameQueueTest, ChunksAreBoundedApartFromTheOthers) {
  FrameQueueLimits limits = SmallLimits();
  limits.max_body_frames = 2;
  FrameQueue queue(limits);
  ASSERT_THAT(queue.Push(Chunk("a", 0)), IsOk());
  ASSERT_THAT(queue.Push(Chunk("a", 1)), IsOk());
  EXPECT_THAT(queue.Push(Chunk("a", 2)), HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(queue.body_frames(), 2u);
  EXPECT_EQ(queue.free_bytes(), limits.max_bytes);
  EXPECT_THAT(queue.Push(Command("c")), IsOk());
  limits.max_body_frames = 10;
  limits.max_body_bytes = 3;
  FrameQueue narrow(limits);
  EXPECT_THAT(narrow.Push(Chunk("a", 0)), HasCode(absl::StatusCode::kResourceExhausted));
}

TEST(FrameQueueTest, ABodyPassesThroughAQueueFullOfCommands) {
  FrameQueue queue(SmallLimits());
  while (queue.Push(Command("c")).ok()) {
  }
  EXPECT_THAT(queue.Push(Chunk("a", 0)), IsOk());
}

TEST(FrameQueueTest, ABatchHoldsWhatWaitsInOrderButNoChunks) {
  FrameQueue queue{FrameQueueLimits()};
  for (const v1::RelayFrame& frame : {Chunk("a", 0), Command("a"), Ping(1), Command("b")}) {
    ASSERT_THAT(queue.Push(frame), IsOk());
  }
  const v1::RelayFrame batch = queue.PopBatch();
  EXPECT_EQ(batch.command().request_id(), "a");
  ASSERT_EQ(batch.more_size(), 2);
  EXPECT_EQ(batch.more(0).ping().nonce(), 1u);
  EXPECT_EQ(batch.more(1).command().request_id(), "b");
  EXPECT_TRUE(queue.PopBatch().transfer().has_chunk());
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.bytes(), 0);
}

TEST(FrameQueueTest, ABatchEndsWithTheFrameThatFillsIt) {
  FrameQueue queue{FrameQueueLimits()};
  for (const v1::RelayFrame& frame : {Command("a"), Command("b", kFullBatchBytes), Command("c")}) {
    ASSERT_THAT(queue.Push(frame), IsOk());
  }
  EXPECT_EQ(queue.PopBatch().more_size(), 1);
  EXPECT_EQ(queue.PopBatch().command().request_id(), "c");
}

TEST(FrameQueueTest, ABatchHoldsNoMoreFramesThanAPeerTakes) {
  FrameQueue queue{FrameQueueLimits()};
  for (int i = 0; i < kMaxBatchFrames + 2; ++i) ASSERT_THAT(queue.Push(Ping(i)), IsOk());
  EXPECT_EQ(queue.PopBatch().more_size(), kMaxBatchFrames);
  EXPECT_EQ(queue.PopBatch().ping().nonce(), static_cast<uint64_t>(kMaxBatchFrames + 1));
}

}  // namespace
}  // namespace specrelay
