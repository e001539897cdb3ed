#include "mcp_agent/link/message_outbox.h"

#include <limits>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/body_transfer.h"
#include "proto/support/digest.h"
#include "proto/support/message_body.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

v1::CommandOutcome OutcomeOf(absl::string_view request_id, const std::string& content) {
  v1::CommandOutcome outcome;
  outcome.set_request_id(std::string(request_id));
  outcome.set_state(v1::COMMAND_STATE_APPLIED);
  outcome.mutable_result()->mutable_file_read()->set_content(content);
  return outcome;
}

std::string NoiseOf(size_t bytes) {
  std::string noise;
  while (noise.size() < bytes) noise += Sha256(noise.substr(noise.size() < 64 ? 0 : noise.size() - 64));
  return noise.substr(0, bytes);
}

v1::TransferGrant GrantOf(int64_t offset) {
  v1::TransferGrant grant;
  grant.set_offset(offset);
  return grant;
}

class MessageOutboxTest : public testing::Test {
 protected:
  void Add(absl::string_view request_id, absl::string_view transfer_id, const std::string& content) {
    ApartOutcome apart = SetApart(OutcomeOf(request_id, content), transfer_id, ChunkEncoding::kGzip);
    ASSERT_TRUE(outbox_.Add(apart));
  }

  MessageOutbox outbox_;
};

TEST_F(MessageOutboxTest, AnAnswerIsWhatItWasBefore) {
  for (const std::string& content : {std::string(3 * kTransferWindowBytes, 'x'), NoiseOf(3 * kTransferWindowBytes)}) {
    Add("r1", "agent 1", content);
    const v1::CommandOutcome header = outbox_.TakeHeader();
    EXPECT_EQ(header.request_id(), "r1");
    EXPECT_FALSE(header.has_result());
    IncomingBody body(header.message_body(), ChunkEncoding::kGzip);
    while (!body.complete()) {
      if (const auto grant = body.NextGrant()) ASSERT_THAT(outbox_.OnGrant("agent 1", grant->grant()), IsOk());
      ASSERT_TRUE(outbox_.HasStep());
      ASSERT_THAT(body.Take(outbox_.TakeStep()), IsOk());
    }
    EXPECT_EQ(body.bytes(), OutcomeOf("r1", content).result().SerializeAsString());
    EXPECT_TRUE(outbox_.empty());
  }
}

TEST_F(MessageOutboxTest, OnePassesAfterTheOther) {
  Add("r1", "agent 1", "first");
  Add("r2", "agent 2", "second");
  EXPECT_EQ(outbox_.TakeHeader().request_id(), "r1");
  EXPECT_FALSE(outbox_.HasHeader());
  EXPECT_FALSE(outbox_.HasStep());
  ASSERT_THAT(outbox_.OnGrant("agent 2", GrantOf(1000)), IsOk());
  EXPECT_FALSE(outbox_.HasStep()) << "the second one is not passing";
  ASSERT_THAT(outbox_.OnGrant("agent 1", GrantOf(1000)), IsOk());
  EXPECT_TRUE(outbox_.TakeStep().has_chunk());
  EXPECT_TRUE(outbox_.TakeStep().has_end());
  EXPECT_EQ(outbox_.TakeHeader().request_id(), "r2");
  EXPECT_FALSE(outbox_.HasStep()) << "grants of the first one do not count";
}

TEST_F(MessageOutboxTest, WhatIsNotWantedMakesWay) {
  Add("r1", "agent 1", "first");
  Add("r2", "agent 2", "second");
  Add("r3", "agent 3", "third");
  outbox_.TakeHeader();
  outbox_.Drop("agent 2");
  outbox_.Drop("unknown");
  EXPECT_FALSE(outbox_.HasHeader());
  outbox_.Drop("agent 1");
  EXPECT_EQ(outbox_.TakeHeader().request_id(), "r3");
  outbox_.Clear();
  EXPECT_TRUE(outbox_.empty());
}

TEST_F(MessageOutboxTest, AbsurdGrantsAreRefused) {
  Add("r1", "agent 1", NoiseOf(8 * kTransferWindowBytes));
  outbox_.TakeHeader();
  for (const int64_t offset : {std::numeric_limits<int64_t>::min(), int64_t{-1}, kMaxGrantAheadBytes + 1,
                               std::numeric_limits<int64_t>::max()}) {
    EXPECT_THAT(outbox_.OnGrant("agent 1", GrantOf(offset)), HasCode(absl::StatusCode::kInvalidArgument)) << offset;
  }
}

TEST_F(MessageOutboxTest, BytesAreBoundedAndGivenBack) {
  ApartOutcome huge = SetApart(OutcomeOf("r1", "x"), "agent 1", ChunkEncoding::kPlain);
  huge.bytes = MessageOutbox::kMaxBytes;
  ApartOutcome small = SetApart(OutcomeOf("r2", "y"), "agent 2", ChunkEncoding::kPlain);
  ASSERT_TRUE(outbox_.Add(huge));
  EXPECT_FALSE(outbox_.Add(small));
  EXPECT_EQ(small.header.request_id(), "r2");
  outbox_.Drop("agent 1");
  EXPECT_TRUE(outbox_.Add(small));
}

}  // namespace
}  // namespace specrelay
