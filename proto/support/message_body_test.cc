#include "proto/support/message_body.h"

#include <limits>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

v1::MessageBody Announce(absl::string_view id, int64_t size_bytes) {
  v1::MessageBody body;
  body.set_transfer_id(std::string(id));
  body.set_size_bytes(size_bytes);
  return body;
}

// Tells a sender of a body what the receiver grants.
void Grant(IncomingBody& body, TransferSender& sender) {
  ASSERT_THAT(sender.OnGrant(body.NextGrant()->grant()), IsOk());
}

TEST(MessageBodyTest, ATransferIdIsNeverARequestIdNorOneOfTheOtherSide) {
  EXPECT_EQ(MessageTransferId(MessageSide::kRelay, 7), "relay 7");
  const std::string longest = MessageTransferId(MessageSide::kAgent, std::numeric_limits<uint64_t>::max());
  EXPECT_THAT(CheckMessageBody(MessageSide::kAgent, Announce(longest, 1), 1), IsOk());
  for (const std::string& wrong : {std::string("r1"), std::string(), std::string("agent"), std::string("agent 7"),
                                   "relay " + std::string(60, '1')}) {
    EXPECT_FALSE(IsMessageTransferId(MessageSide::kRelay, wrong)) << wrong;
    EXPECT_THAT(CheckMessageBody(MessageSide::kRelay, Announce(wrong, 1), 1),
                HasCode(absl::StatusCode::kInvalidArgument))
        << wrong;
  }
}

TEST(MessageBodyTest, AnAnnouncedSizeIsWithinBounds) {
  for (const int64_t size : {std::numeric_limits<int64_t>::min(), int64_t{-1}, int64_t{0}, int64_t{11},
                             std::numeric_limits<int64_t>::max()}) {
    EXPECT_THAT(CheckMessageBody(MessageSide::kAgent, Announce("agent 1", size), 10),
                HasCode(absl::StatusCode::kInvalidArgument))
        << size;
  }
}

TEST(MessageBodyTest, ABodyComesTogetherCompressedOrNot) {
  const std::string text(100'000, 'x');
  IncomingBody body(Announce("a 1", 100'000), ChunkEncoding::kGzip);
  TransferSender sender(body.transfer_id(), ChunkEncoding::kGzip);
  Grant(body, sender);
  const v1::Transfer chunk = sender.Chunk(text);
  EXPECT_EQ(chunk.chunk().encoding(), v1::TRANSFER_ENCODING_GZIP);
  ASSERT_THAT(body.Take(chunk), IsOk());
  EXPECT_FALSE(body.complete());
  ASSERT_THAT(body.Take(sender.End()), IsOk());
  EXPECT_TRUE(body.complete());
  EXPECT_EQ(body.bytes(), text);
}

TEST(MessageBodyTest, MoreThanWasAnnouncedIsRefused) {
  IncomingBody body(Announce("a 1", 3), ChunkEncoding::kGzip);
  TransferSender sender(body.transfer_id(), ChunkEncoding::kGzip);
  Grant(body, sender);
  EXPECT_THAT(body.Take(sender.Chunk("abcd")), HasCode(absl::StatusCode::kResourceExhausted));
}

TEST(MessageBodyTest, LessThanWasAnnouncedIsALoss) {
  IncomingBody body(Announce("a 1", 3), ChunkEncoding::kGzip);
  TransferSender sender(body.transfer_id(), ChunkEncoding::kGzip);
  Grant(body, sender);
  ASSERT_THAT(body.Take(sender.Chunk("ab")), IsOk());
  EXPECT_THAT(body.Take(sender.End()), IsStatus(absl::StatusCode::kDataLoss, HasSubstr("3 were announced")));
}

}  // namespace
}  // namespace specrelay
