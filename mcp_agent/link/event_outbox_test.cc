#include "mcp_agent/link/event_outbox.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

constexpr int64_t kAnySize = int64_t{64} << 20;
constexpr int64_t kAnyNumber = 1 << 20;

v1::FileChanged Change(int number, size_t content_bytes = 0) {
  v1::FileChanged change;
  change.set_path(absl::StrCat("specs/s/", number));
  change.set_content(std::string(content_bytes, 'x'));
  return change;
}

TEST(EventOutboxTest, NothingWaitsAtFirst) {
  EventOutbox outbox;
  EXPECT_FALSE(outbox.CanSend());
  EXPECT_EQ(outbox.last_sequence(), 0);
}

TEST(EventOutboxTest, NumbersBeginAtOneAndHaveNoGapOverBatches) {
  EventOutbox outbox;
  for (int i = 1; i <= 600; ++i) outbox.Add(Change(i));
  int64_t next = 1;
  while (outbox.CanSend()) {
    const v1::EventBatch batch = outbox.Take(kAnySize, kAnyNumber);
    EXPECT_EQ(batch.first_sequence(), next);
    EXPECT_LE(batch.changes_size(), 256);
    EXPECT_EQ(batch.changes(0).path(), absl::StrCat("specs/s/", next)) << "in the order in which they were added";
    EXPECT_EQ(batch.resync_reason(), "");
    next += batch.changes_size();
  }
  EXPECT_EQ(next, 601);
  EXPECT_EQ(outbox.last_sequence(), 600);
}

TEST(EventOutboxTest, ABatchTakesNoMoreEventsThanAskedFor) {
  EventOutbox outbox;
  for (int i = 1; i <= 10; ++i) outbox.Add(Change(i));
  EXPECT_EQ(outbox.Take(kAnySize, 4).changes_size(), 4);
  EXPECT_EQ(outbox.added(), 10);
  EXPECT_EQ(outbox.passed(), 4);
}

TEST(EventOutboxTest, ABatchStaysUnderItsSize) {
  EventOutbox outbox;
  for (int i = 0; i < 64; ++i) outbox.Add(Change(i, 64 << 10));
  int batches = 0;
  while (outbox.CanSend()) {
    EXPECT_LE(outbox.Take(kAnySize, kAnyNumber).ByteSizeLong(), 1u << 20);
    ++batches;
  }
  EXPECT_EQ(batches, 5);
}

TEST(EventOutboxTest, ARelayThatTakesOnlySmallFramesGetsTheEventWithoutItsContent) {
  EventOutbox outbox;
  outbox.Add(Change(1));
  outbox.Add(Change(2, 50'000));
  outbox.Add(Change(3));
  EXPECT_EQ(outbox.Take(10'000, kAnyNumber).changes_size(), 1);
  const v1::EventBatch batch = outbox.Take(10'000, kAnyNumber);
  ASSERT_GE(batch.changes_size(), 1);
  EXPECT_EQ(batch.changes(0).path(), "specs/s/2");
  EXPECT_TRUE(batch.changes(0).content_omitted());
  EXPECT_LE(batch.ByteSizeLong(), 10'000u);
}

TEST(EventOutboxTest, TooManyWaitingEventsLoseTheOldestAndSayIt) {
  EventOutbox outbox(EventOutboxLimits{/*max_events=*/3});
  for (int i = 1; i <= 5; ++i) outbox.Add(Change(i));
  const v1::EventBatch batch = outbox.Take(kAnySize, kAnyNumber);
  EXPECT_EQ(batch.first_sequence(), 1) << "what is dropped has no number";
  ASSERT_EQ(batch.changes_size(), 3);
  EXPECT_EQ(batch.changes(0).path(), "specs/s/3");
  EXPECT_NE(batch.resync_reason(), "");
  EXPECT_EQ(outbox.dropped(), 2);
  outbox.Acknowledge(3);
  outbox.Add(Change(6));
  EXPECT_EQ(outbox.Take(kAnySize, kAnyNumber).resync_reason(), "") << "said once";
}

TEST(EventOutboxTest, TooManyWaitingBytesLoseTheOldest) {
  EventOutbox outbox(EventOutboxLimits{/*max_events=*/1000, /*max_bytes=*/100'000});
  for (int i = 1; i <= 100; ++i) outbox.Add(Change(i, 30'000));
  const v1::EventBatch batch = outbox.Take(kAnySize, kAnyNumber);
  EXPECT_EQ(batch.changes_size(), 3);
  EXPECT_EQ(batch.changes(2).path(), "specs/s/100");
  EXPECT_EQ(outbox.dropped(), 97);
}

TEST(EventOutboxTest, ARelayThatDoesNotAcknowledgeGetsNoMoreThanTheLimit) {
  EventOutbox outbox(EventOutboxLimits{/*max_events=*/4, /*max_bytes=*/1 << 20, /*max_batch_events=*/2});
  int sent = 0;
  for (int i = 1; i <= 20; ++i) {
    outbox.Add(Change(i));
    if (outbox.CanSend()) sent += outbox.Take(kAnySize, kAnyNumber).changes_size();
  }
  EXPECT_EQ(sent, 4);
  outbox.Acknowledge(2);
  ASSERT_TRUE(outbox.CanSend());
  const v1::EventBatch batch = outbox.Take(kAnySize, kAnyNumber);
  EXPECT_EQ(batch.first_sequence(), 5);
  EXPECT_NE(batch.resync_reason(), "") << "older ones were dropped meanwhile";
}

TEST(EventOutboxTest, AcknowledgementsOfUnknownOrOldNumbersDoNoHarm) {
  EventOutbox outbox(EventOutboxLimits{/*max_events=*/2});
  outbox.Add(Change(1));
  outbox.Add(Change(2));
  outbox.Take(kAnySize, kAnyNumber);
  outbox.Add(Change(3));
  outbox.Acknowledge(-1);
  outbox.Acknowledge(1);
  EXPECT_FALSE(outbox.CanSend());
  outbox.Acknowledge(1'000'000);
  outbox.Acknowledge(2);
  EXPECT_TRUE(outbox.CanSend());
  EXPECT_EQ(outbox.Take(kAnySize, kAnyNumber).first_sequence(), 3);
}

TEST(EventOutboxTest, AReasonTravelsEvenWithoutChanges) {
  EventOutbox outbox;
  outbox.NoteMissed("the watch queue overflowed");
  ASSERT_TRUE(outbox.CanSend());
  const v1::EventBatch batch = outbox.Take(kAnySize, kAnyNumber);
  EXPECT_EQ(batch.resync_reason(), "the watch queue overflowed");
  EXPECT_EQ(batch.first_sequence(), 1);
  EXPECT_EQ(batch.changes_size(), 0);
  EXPECT_FALSE(outbox.CanSend());
  outbox.Add(Change(1));
  EXPECT_EQ(outbox.Take(kAnySize, kAnyNumber).first_sequence(), 1);
}

TEST(EventOutboxTest, ANewStreamStartsAnew) {
  EventOutbox outbox(EventOutboxLimits{/*max_events=*/2});
  for (int i = 1; i <= 5; ++i) outbox.Add(Change(i));
  outbox.Take(kAnySize, kAnyNumber);
  outbox.Add(Change(6));
  outbox.StartStream();
  EXPECT_FALSE(outbox.CanSend());
  EXPECT_EQ(outbox.last_sequence(), 0);
  outbox.Add(Change(7));
  const v1::EventBatch batch = outbox.Take(kAnySize, kAnyNumber);
  EXPECT_EQ(batch.first_sequence(), 1);
  EXPECT_EQ(batch.resync_reason(), "");
  EXPECT_EQ(batch.changes(0).path(), "specs/s/7");
}

}  // namespace
}  // namespace specrelay
