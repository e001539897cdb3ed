#include "relay/frame_queue.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
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

}  // namespace
}  // namespace specrelay
