#include "relay/wire_message.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

grpc::ByteBuffer Bytes(const std::string& text) {
  const grpc::Slice slice(text);
  return grpc::ByteBuffer(&slice, 1);
}

TEST(WireMessageTest, AMessageSurvivesTheTrip) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{100}, size_t{3} << 20}) {
    v1::WatchRequest sent;
    sent.set_cursor(std::string(size, 'c'));
    v1::WatchRequest received;
    ASSERT_THAT(ParseMessage(SerializeMessage(sent), received), IsOk());
    EXPECT_TRUE(received.cursor() == sent.cursor());
  }
}

TEST(WireMessageTest, BytesCanBeReadMoreThanOnce) {
  v1::WatchRequest sent;
  sent.set_cursor("here");
  const grpc::ByteBuffer bytes = SerializeMessage(sent);
  for (int i = 0; i < 2; ++i) {
    v1::WatchRequest received;
    ASSERT_THAT(ParseMessage(bytes, received), IsOk());
    EXPECT_EQ(received.cursor(), "here");
  }
}

TEST(WireMessageTest, NoBytesAreAnEmptyMessage) {
  v1::WatchRequest received;
  EXPECT_THAT(ParseMessage(grpc::ByteBuffer(), received), IsOk());
  EXPECT_TRUE(received.cursor().empty());
}

TEST(WireMessageTest, DamagedBytesAreInvalidAndTheTypeIsNamed) {
  for (const std::string& text : {std::string("\x0a\x7f", 2), std::string("\x0a\x01\xff", 3), std::string("\xff")}) {
    v1::WatchRequest received;
    EXPECT_THAT(ParseMessage(Bytes(text), received),
                IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("specrelay.v1.WatchRequest")));
  }
}

}  // namespace
}  // namespace specrelay
