#include "mcp_agent/link/transfer_outbox.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using testing::ElementsAre;

v1::Transfer Chunk(absl::string_view request_id, int64_t offset, size_t bytes = 1) {
  v1::Transfer step;
  step.set_request_id(std::string(request_id));
  step.mutable_chunk()->set_offset(offset);
  step.mutable_chunk()->set_data(std::string(bytes, 'x'));
  return step;
}

v1::CommandOutcome Outcome(absl::string_view request_id) {
  v1::CommandOutcome outcome;
  outcome.set_request_id(std::string(request_id));
  return outcome;
}

std::vector<std::string> TakeAll(TransferOutbox& outbox) {
  std::vector<std::string> taken;
  while (!outbox.empty()) {
    const v1::AgentFrame frame = outbox.Take();
    taken.push_back(frame.has_outcome()
                        ? frame.outcome().request_id() + " outcome"
                        : frame.transfer().request_id() + " " + std::to_string(frame.transfer().chunk().offset()));
  }
  return taken;
}

TEST(TransferOutboxTest, BodiesTakeTurnsAndEachKeepsItsOrder) {
  TransferOutbox outbox;
  for (int64_t i = 0; i < 3; ++i) EXPECT_TRUE(outbox.Add(Chunk("a", i)));
  for (int64_t i = 0; i < 2; ++i) EXPECT_TRUE(outbox.Add(Chunk("b", i)));
  EXPECT_THAT(TakeAll(outbox), ElementsAre("a 0", "b 0", "a 1", "b 1", "a 2"));
}

TEST(TransferOutboxTest, AnOutcomeLeavesAfterItsBody) {
  TransferOutbox outbox;
  EXPECT_FALSE(outbox.Has("a"));
  outbox.Add(Chunk("a", 0));
  EXPECT_TRUE(outbox.Has("a"));
  outbox.AddOutcome(Outcome("a"));
  EXPECT_THAT(TakeAll(outbox), ElementsAre("a 0", "a outcome"));
}

TEST(TransferOutboxTest, OfADroppedBodyOnlyTheOutcomeLeaves) {
  TransferOutbox outbox;
  outbox.Add(Chunk("a", 0));
  outbox.Add(Chunk("b", 0));
  outbox.AddOutcome(Outcome("a"));
  outbox.Drop("a");
  outbox.Drop("b");
  outbox.Drop("c");
  EXPECT_THAT(TakeAll(outbox), ElementsAre("a outcome"));
}

TEST(TransferOutboxTest, MoreThanItsBoundIsNotTaken) {
  TransferOutbox outbox;
  constexpr size_t kBytes = size_t{1} << 20;
  for (size_t i = 0; i < TransferOutbox::kMaxBytes / kBytes; ++i) EXPECT_TRUE(outbox.Add(Chunk("a", 0, kBytes)));
  EXPECT_FALSE(outbox.Add(Chunk("b", 0)));
  outbox.Take();
  EXPECT_TRUE(outbox.Add(Chunk("b", 0)));
  outbox.Drop("a");
  for (size_t i = 0; i + 1 < TransferOutbox::kMaxBytes / kBytes; ++i) EXPECT_TRUE(outbox.Add(Chunk("c", 0, kBytes)));
  outbox.Clear();
  EXPECT_TRUE(outbox.empty());
}

}  // namespace
}  // namespace specrelay
