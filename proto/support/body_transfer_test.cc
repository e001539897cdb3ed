#include "proto/support/body_transfer.h"

#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/gzip.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

constexpr int64_t kNoLimit = int64_t{1} << 40;

v1::TransferGrant GrantOf(int64_t offset) {
  v1::TransferGrant grant;
  grant.set_offset(offset);
  return grant;
}

v1::TransferChunk ChunkAt(int64_t offset, int64_t bytes) {
  v1::TransferChunk chunk;
  chunk.set_offset(offset);
  chunk.set_data(std::string(static_cast<size_t>(bytes), 'x'));
  return chunk;
}

v1::TransferEnd EndOf(absl::string_view body) {
  v1::TransferEnd end;
  end.set_size_bytes(static_cast<int64_t>(body.size()));
  end.set_hash(Sha256Hex(body));
  return end;
}

TEST(Sha256StreamTest, TheDigestOfPartsIsThatOfTheWhole) {
  Sha256Stream stream;
  EXPECT_EQ(stream.HexDigest(), Sha256Hex(""));
  stream.Update("a");
  EXPECT_EQ(stream.HexDigest(), Sha256Hex("a"));
  stream.Update("bc");
  EXPECT_EQ(stream.HexDigest(), Sha256Hex("abc"));
}

TEST(BodyTransferTest, ABodyOfManyWindowsArrivesAsItWasSent) {
  std::string body;
  while (body.size() < 5 * kTransferWindowBytes + 17) body += Sha256(body.substr(0, 1000));
  TransferSender sender("r1");
  TransferReceiver receiver("r1", kNoLimit);
  std::string arrived;
  while (arrived.size() < body.size()) {
    const absl::optional<v1::Transfer> grant = receiver.NextGrant();
    ASSERT_TRUE(grant.has_value()) << "after " << arrived.size();
    EXPECT_EQ(grant->request_id(), "r1");
    ASSERT_THAT(sender.OnGrant(grant->grant()), IsOk());
    while (sender.room() > 0 && arrived.size() < body.size()) {
      v1::Transfer step = sender.Chunk(body.substr(arrived.size(), static_cast<size_t>(sender.room())));
      ASSERT_OK_AND_ASSIGN(const std::string bytes, receiver.OnChunk(std::move(*step.mutable_chunk())));
      arrived += bytes;
      receiver.Consumed(static_cast<int64_t>(bytes.size()));
    }
  }
  ASSERT_THAT(receiver.OnEnd(sender.End().end()), IsOk());
  EXPECT_TRUE(receiver.complete());
  EXPECT_EQ(arrived, body);
  EXPECT_EQ(receiver.hash(), Sha256Hex(body));
  EXPECT_FALSE(receiver.NextGrant().has_value()) << "nothing more is to come";
}

TEST(BodyTransferTest, NothingMayBeSentBeforeItIsGranted) {
  TransferSender sender("r1");
  EXPECT_EQ(sender.room(), 0);
  ASSERT_THAT(sender.OnGrant(GrantOf(100)), IsOk());
  EXPECT_EQ(sender.room(), 100);
  sender.Chunk(std::string(60, 'x'));
  EXPECT_EQ(sender.room(), 40);
  ASSERT_THAT(sender.OnGrant(GrantOf(kTransferWindowBytes)), IsOk());
  EXPECT_EQ(sender.room(), kMaxChunkBytes) << "a chunk is no larger";
}

TEST(BodyTransferTest, AGrantThatOvertookAnotherCountsAndOneThatGoesTooFarIsRefused) {
  TransferSender sender("r1");
  ASSERT_THAT(sender.OnGrant(GrantOf(100)), IsOk());
  ASSERT_THAT(sender.OnGrant(GrantOf(99)), IsOk());
  EXPECT_THAT(sender.OnGrant(GrantOf(-1)), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(sender.OnGrant(GrantOf(std::numeric_limits<int64_t>::min())),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(sender.room(), 100);
  EXPECT_THAT(sender.OnGrant(GrantOf(kMaxGrantAheadBytes + 1)),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("at most")));
  EXPECT_THAT(sender.OnGrant(GrantOf(kMaxGrantAheadBytes)), IsOk());
}

TEST(BodyTransferTest, AReceiverGrantsAWindowBeyondWhatItHasUsedUp) {
  TransferReceiver receiver("r1", kNoLimit);
  EXPECT_EQ(receiver.NextGrant()->grant().offset(), kTransferWindowBytes);
  EXPECT_FALSE(receiver.NextGrant().has_value()) << "once";
  ASSERT_THAT(receiver.OnChunk(ChunkAt(0, 1000)), IsOk());
  EXPECT_FALSE(receiver.NextGrant().has_value()) << "what came is still in memory";
  receiver.Consumed(1000);
  EXPECT_EQ(receiver.NextGrant()->grant().offset(), kTransferWindowBytes + 1000);
}

struct HostileChunk {
  absl::string_view name;
  v1::TransferChunk chunk;
  absl::string_view message;
};

class HostileChunkTest : public testing::TestWithParam<HostileChunk> {};

TEST_P(HostileChunkTest, IsRefusedAndSaysWhy) {
  TransferReceiver receiver("r1", kNoLimit);
  ASSERT_TRUE(receiver.NextGrant().has_value());
  for (int64_t at = 0; at < 1'000'000; at += 100'000) ASSERT_THAT(receiver.OnChunk(ChunkAt(at, 100'000)), IsOk());
  EXPECT_THAT(receiver.OnChunk(GetParam().chunk),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr(std::string(GetParam().message))));
}

v1::TransferChunk Encoded(v1::TransferChunk chunk, int encoding) {
  chunk.set_encoding(static_cast<v1::TransferEncoding>(encoding));
  return chunk;
}

INSTANTIATE_TEST_SUITE_P(
    All, HostileChunkTest,
    testing::Values(HostileChunk{"Gap", ChunkAt(1'000'001, 1), "begins at byte 1000001"},
                    HostileChunk{"Overlap", ChunkAt(999'999, 1), "begins at byte 999999"},
                    HostileChunk{"Negative", ChunkAt(-1, 1), "begins at byte -1"},
                    HostileChunk{"Empty", ChunkAt(1'000'000, 0), "has 0 bytes"},
                    HostileChunk{"TooLarge", ChunkAt(1'000'000, kMaxChunkBytes + 1), "it must be from 1"},
                    HostileChunk{"NotGranted", ChunkAt(1'000'000, 50'000), "were granted"},
                    HostileChunk{"UnknownEncoding", Encoded(ChunkAt(1'000'000, 1), 77), "encoding 77"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(BodyTransferTest, ABodyOverTheLimitIsRefusedWithTheFirstByteTooMany) {
  TransferReceiver receiver("r1", 1000);
  EXPECT_EQ(receiver.NextGrant()->grant().offset(), 1001);
  ASSERT_THAT(receiver.OnChunk(ChunkAt(0, 1000)), IsOk());
  EXPECT_THAT(receiver.OnChunk(ChunkAt(1000, 1)),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("1000 bytes")));
}

TEST(BodyTransferTest, AnEndThatTellsOfAnotherBodyIsRefused) {
  TransferReceiver receiver("r1", kNoLimit);
  ASSERT_TRUE(receiver.NextGrant().has_value());
  ASSERT_THAT(receiver.OnChunk(ChunkAt(0, 3)), IsOk());
  EXPECT_THAT(receiver.OnEnd(EndOf("xxxx")), IsStatus(absl::StatusCode::kDataLoss, HasSubstr("3 bytes")));
  EXPECT_THAT(receiver.OnEnd(EndOf("xyx")), IsStatus(absl::StatusCode::kDataLoss, HasSubstr("SHA-256")));
  EXPECT_FALSE(receiver.complete());
  EXPECT_THAT(receiver.OnEnd(EndOf("xxx")), IsOk());
  EXPECT_THAT(receiver.OnEnd(EndOf("xxx")), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("twice")));
  EXPECT_THAT(receiver.OnChunk(ChunkAt(3, 1)), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("after")));
}

TEST(BodyTransferTest, ChunksThatShrinkAreCompressedWhenThatWasAgreedUpon) {
  TransferSender sender("r1", ChunkEncoding::kGzip);
  TransferReceiver receiver("r1", kNoLimit, ChunkEncoding::kGzip);
  ASSERT_THAT(sender.OnGrant(receiver.NextGrant()->grant()), IsOk());
  const std::string text(100'000, 'x');
  v1::Transfer step = sender.Chunk(text);
  EXPECT_EQ(step.chunk().encoding(), v1::TRANSFER_ENCODING_GZIP);
  EXPECT_LT(step.chunk().data().size(), 1000u);
  ASSERT_OK_AND_ASSIGN(const std::string bytes, receiver.OnChunk(std::move(*step.mutable_chunk())));
  EXPECT_EQ(bytes, text);
  step = sender.Chunk(Sha256("noise"));
  EXPECT_EQ(step.chunk().encoding(), v1::TRANSFER_ENCODING_UNSPECIFIED);
  ASSERT_THAT(receiver.OnChunk(std::move(*step.mutable_chunk())), IsOk());
  EXPECT_THAT(receiver.OnEnd(sender.End().end()), IsOk()) << "length and hash are those of what was packed";
}

TEST(BodyTransferTest, ACompressedChunkIsRefusedWhereItWasNotAgreedUponAndWhenItIsABomb) {
  v1::TransferChunk chunk;
  chunk.set_encoding(v1::TRANSFER_ENCODING_GZIP);
  chunk.set_data(Gzip("some"));
  TransferReceiver plain("r1", kNoLimit);
  ASSERT_TRUE(plain.NextGrant().has_value());
  EXPECT_THAT(plain.OnChunk(chunk), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("not agreed upon")));
  TransferReceiver receiver("r1", kNoLimit, ChunkEncoding::kGzip);
  ASSERT_TRUE(receiver.NextGrant().has_value());
  chunk.set_data(Gzip(std::string(kMaxChunkBytes + 1, 'x')));
  EXPECT_THAT(receiver.OnChunk(chunk), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("more than")));
  chunk.set_data("no gzip");
  EXPECT_THAT(receiver.OnChunk(chunk), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("damaged")));
}

TEST(BodyTransferTest, AChunkThatMayNotComeIsNotUnpacked) {
  v1::TransferChunk bomb;
  bomb.set_encoding(v1::TRANSFER_ENCODING_GZIP);
  bomb.set_data(Gzip(std::string(kMaxChunkBytes + 1, 'x')));
  TransferReceiver receiver("r1", kNoLimit, ChunkEncoding::kGzip);
  EXPECT_THAT(receiver.OnChunk(bomb), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("were granted")));
  ASSERT_TRUE(receiver.NextGrant().has_value());
  bomb.set_offset(1);
  EXPECT_THAT(receiver.OnChunk(bomb), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("begins at byte 1")));
}

TEST(BodyTransferTest, AnAbortCarriesItsReason) {
  const v1::Transfer step = AbortOf("r1", absl::CancelledError("gone"));
  EXPECT_EQ(step.request_id(), "r1");
  EXPECT_THAT(FromCommandError(step.abort().error()), IsStatus(absl::StatusCode::kCancelled, "gone"));
}

}  // namespace
}  // namespace specrelay
