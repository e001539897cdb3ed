#include "relay/stream_state.h"

#include "gtest/gtest.h"

namespace specrelay {
namespace {

using Step = StreamState::Step;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

TEST(StreamStateTest, OneWriteIsInFlightAtATime) {
  StreamState state;
  EXPECT_EQ(state.Next(true, kNow), Step::kWrite);
  EXPECT_EQ(state.Next(true, kNow), Step::kNone);
  state.WriteEnded(true);
  EXPECT_EQ(state.Next(false, kNow), Step::kNone);
  EXPECT_EQ(state.Next(true, kNow), Step::kWrite);
}

TEST(StreamStateTest, AClosingStreamWritesWhatThereIsThenFinishesOnce) {
  StreamState state;
  EXPECT_TRUE(state.Close(absl::AbortedError("replaced"), kNow));
  EXPECT_EQ(state.Next(true, kNow), Step::kWrite);
  EXPECT_EQ(state.Next(false, kNow), Step::kNone) << "the write has not ended";
  state.WriteEnded(true);
  EXPECT_EQ(state.Next(false, kNow), Step::kFinish);
  EXPECT_EQ(state.Next(true, kNow), Step::kNone);
  EXPECT_TRUE(state.finished());
}

TEST(StreamStateTest, TheFirstStatusCounts) {
  StreamState state;
  EXPECT_TRUE(state.Close(absl::AbortedError("first"), kNow));
  EXPECT_FALSE(state.Close(absl::InternalError("second"), kNow));
  EXPECT_EQ(state.finish_status(), absl::AbortedError("first"));
}

TEST(StreamStateTest, ABrokenStreamWritesNothingMore) {
  StreamState state;
  EXPECT_EQ(state.Next(true, kNow), Step::kWrite);
  state.WriteEnded(false);
  EXPECT_EQ(state.Next(true, kNow), Step::kNone);
  state.Close(absl::CancelledError(""), kNow);
  EXPECT_EQ(state.Next(true, kNow), Step::kFinish);
}

TEST(StreamStateTest, AStuckWriteIsCancelledOnceAndFinishWaitsForBothToEnd) {
  StreamState state;
  EXPECT_EQ(state.Next(true, kNow), Step::kWrite);
  state.Close(absl::DeadlineExceededError("stuck"), kNow);
  state.RequestCancel();
  EXPECT_EQ(state.Next(true, kNow), Step::kCancel);
  state.WriteEnded(false);
  EXPECT_EQ(state.Next(true, kNow), Step::kNone) << "TryCancel has not returned";
  state.CancelEnded();
  EXPECT_EQ(state.Next(true, kNow), Step::kFinish);
}

TEST(StreamStateTest, AWriteThatFailsAfterTheCancelFinishesTheStream) {
  StreamState state;
  EXPECT_EQ(state.Next(true, kNow), Step::kWrite);
  state.Close(absl::DeadlineExceededError("stuck"), kNow);
  state.RequestCancel();
  EXPECT_EQ(state.Next(true, kNow), Step::kCancel);
  state.CancelEnded();
  EXPECT_EQ(state.Next(true, kNow), Step::kNone) << "the write has not ended";
  state.WriteEnded(false);
  EXPECT_EQ(state.Next(true, kNow), Step::kFinish);
}

TEST(StreamStateTest, AFinishedStreamIsNotCancelled) {
  StreamState state;
  state.Close(absl::OkStatus(), kNow);
  EXPECT_EQ(state.Next(false, kNow), Step::kFinish);
  state.RequestCancel();
  EXPECT_EQ(state.Next(true, kNow), Step::kNone);
}

TEST(StreamStateTest, AgesCountFromTheStartOfTheWriteAndOfTheEnd) {
  StreamState state;
  const absl::Time later = kNow + absl::Seconds(7);
  EXPECT_EQ(state.WriteAge(later), absl::ZeroDuration());
  state.Next(true, kNow);
  EXPECT_EQ(state.WriteAge(later), absl::Seconds(7));
  state.WriteEnded(true);
  EXPECT_EQ(state.WriteAge(later), absl::ZeroDuration());
  EXPECT_EQ(state.ClosingAge(later), absl::ZeroDuration());
  state.Close(absl::OkStatus(), kNow);
  EXPECT_EQ(state.ClosingAge(later), absl::Seconds(7));
  state.Next(false, later);
  EXPECT_EQ(state.ClosingAge(later), absl::ZeroDuration());
}

}  // namespace
}  // namespace specrelay
