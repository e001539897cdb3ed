#include "mcp_agent/link/message_inbox.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/body_transfer.h"
#include "proto/support/message_body.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const absl::Time kNow = absl::UnixEpoch();

v1::CommandDelivery HeaderOf(absl::string_view request_id, absl::string_view transfer_id, int64_t size_bytes = 100) {
  v1::CommandDelivery header;
  header.set_request_id(std::string(request_id));
  header.set_body(v1::BODY_KIND_MESSAGE);
  header.mutable_message_body()->set_transfer_id(std::string(transfer_id));
  header.mutable_message_body()->set_size_bytes(size_bytes);
  *header.mutable_timeout() = ToProto(absl::Seconds(30));
  return header;
}

TEST(MessageInboxTest, ACommandComesTogetherAndTheTimeItTookIsGone) {
  v1::Command command;
  command.mutable_file_write()->set_content(std::string(3 * kTransferWindowBytes, 'x'));
  const std::string bytes = command.SerializeAsString();
  for (const ChunkEncoding encoding : {ChunkEncoding::kPlain, ChunkEncoding::kGzip}) {
    MessageInbox inbox;
    ASSERT_OK_AND_ASSIGN(const auto incoming, inbox.Begin(HeaderOf("r1", "relay 1", static_cast<int64_t>(bytes.size())),
                                                          ChunkEncoding::kGzip, kNow));
    TransferSender sender("relay 1", encoding);
    while (sender.sent_bytes() < static_cast<int64_t>(bytes.size())) {
      if (const auto grant = incoming->NextGrant()) ASSERT_THAT(sender.OnGrant(grant->grant()), IsOk());
      ASSERT_GT(sender.room(), 0);
      const auto at = static_cast<size_t>(sender.sent_bytes());
      ASSERT_THAT(incoming->Take(sender.Chunk(bytes.substr(at, static_cast<size_t>(sender.room())))), IsOk());
    }
    EXPECT_FALSE(incoming->whole());
    ASSERT_THAT(incoming->Take(sender.End()), IsOk());
    ASSERT_TRUE(incoming->whole());
    const v1::CommandDelivery whole = incoming->Release(kNow + absl::Seconds(10));
    EXPECT_EQ(whole.command().SerializeAsString(), bytes);
    EXPECT_EQ(whole.body(), v1::BODY_KIND_UNSPECIFIED);
    EXPECT_FALSE(whole.has_message_body());
    EXPECT_EQ(whole.timeout().seconds(), 20);
  }
}

TEST(MessageInboxTest, ThePatienceOfItsSenderBeginsWhenItIsWhole) {
  MessageInbox inbox;
  for (const int patience : {7, 70}) {
    v1::CommandDelivery header = HeaderOf("r1", absl::StrCat("relay ", patience));
    *header.mutable_message_body()->mutable_begin_within() = ToProto(absl::Seconds(patience));
    ASSERT_OK_AND_ASSIGN(const auto incoming, inbox.Begin(header, ChunkEncoding::kPlain, kNow));
    EXPECT_EQ(incoming->Release(kNow + absl::Seconds(10)).timeout().seconds(), std::min(patience, 20));
  }
}

TEST(MessageInboxTest, WhateverIsWrongWithABodyCanBeSentAgain) {
  MessageInbox inbox;
  const auto begin = [&](absl::string_view id) {
    return *inbox.Begin(HeaderOf("r1", id, 3), ChunkEncoding::kPlain, kNow);
  };
  TransferSender sender("relay 1");
  const auto gap = begin("relay 1");
  ASSERT_THAT(sender.OnGrant(gap->NextGrant()->grant()), IsOk());
  sender.Chunk("a");
  EXPECT_THAT(gap->Take(sender.Chunk("b")), HasCode(absl::StatusCode::kDataLoss));
  const auto ungranted = begin("relay 2");
  EXPECT_THAT(ungranted->Take(TransferSender("relay 2").Chunk("abc")), HasCode(absl::StatusCode::kDataLoss));
  const auto too_long = begin("relay 3");
  too_long->NextGrant();
  EXPECT_THAT(too_long->Take(TransferSender("relay 3").Chunk("abcd")), HasCode(absl::StatusCode::kDataLoss));
  const auto no_command = begin("relay 4");
  no_command->NextGrant();
  TransferSender third("relay 4");
  ASSERT_THAT(no_command->Take(third.Chunk("\xff\xff\xff")), IsOk());
  EXPECT_THAT(no_command->Take(third.End()), HasCode(absl::StatusCode::kDataLoss));
}

TEST(MessageInboxTest, AHeaderIsSmallAndNew) {
  MessageInbox inbox;
  v1::CommandDelivery full = HeaderOf("r1", "relay 1");
  full.mutable_command()->mutable_spec_list();
  v1::CommandDelivery large = HeaderOf("r1", "relay 1");
  large.mutable_actor()->set_client(std::string(size_t{65} << 10, 'x'));
  for (const v1::CommandDelivery& header : {full, large, HeaderOf("r1", "r1"), HeaderOf("r1", "relay 1", 0),
                                            HeaderOf("r1", "relay 1", MessageInbox::kMaxCommandBytes + 1)}) {
    EXPECT_THAT(inbox.Begin(header, ChunkEncoding::kPlain, kNow).status(), HasCode(absl::StatusCode::kInvalidArgument));
  }
  ASSERT_THAT(inbox.Begin(HeaderOf("r1", "relay 1"), ChunkEncoding::kPlain, kNow), IsOk());
  EXPECT_THAT(inbox.Begin(HeaderOf("r2", "relay 1"), ChunkEncoding::kPlain, kNow).status(),
              HasCode(absl::StatusCode::kInvalidArgument));
}

TEST(MessageInboxTest, BytesAndCommandsAreBounded) {
  MessageInbox inbox;
  const auto begin = [&](int number, int64_t bytes) {
    return inbox.Begin(HeaderOf("r", absl::StrCat("relay ", number), bytes), ChunkEncoding::kPlain, kNow).status();
  };
  ASSERT_THAT(begin(1, MessageInbox::kMaxCommandBytes), IsOk());
  ASSERT_THAT(begin(2, MessageInbox::kMaxCommandBytes), IsOk());
  EXPECT_THAT(begin(3, MessageInbox::kMaxCommandBytes), HasCode(absl::StatusCode::kResourceExhausted));
  inbox.Drop("relay 1");
  EXPECT_THAT(begin(3, MessageInbox::kMaxCommandBytes), IsOk());
  inbox.DropAll();
  for (int i = 0; i < static_cast<int>(MessageInbox::kMaxCommands); ++i) ASSERT_THAT(begin(i, 1), IsOk());
  EXPECT_THAT(begin(1000, 1), HasCode(absl::StatusCode::kResourceExhausted));
}

TEST(MessageInboxTest, WhatIsTakenBackOrOverdueIsForgotten) {
  MessageInbox inbox;
  for (const auto& [request_id, transfer_id, at] :
       {std::make_tuple("r1", "relay 1", kNow), std::make_tuple("r1", "relay 2", kNow),
        std::make_tuple("r2", "relay 3", kNow), std::make_tuple("r3", "relay 4", kNow + absl::Seconds(1))}) {
    ASSERT_THAT(inbox.Begin(HeaderOf(request_id, transfer_id), ChunkEncoding::kPlain, at), IsOk());
  }
  EXPECT_THAT(inbox.DropCommand("r1"), SizeIs(2));
  EXPECT_THAT(inbox.DropCommand("r1"), IsEmpty());
  EXPECT_NE(inbox.Find("relay 3"), nullptr);
  EXPECT_THAT(inbox.DropOverdue(kNow + absl::Seconds(30)), SizeIs(1));
  EXPECT_EQ(inbox.Find("relay 3"), nullptr);
  const MessageInbox::Dropped rest = inbox.DropAll();
  ASSERT_THAT(rest, SizeIs(1));
  EXPECT_EQ(rest[0]->request_id(), "r3");
}

}  // namespace
}  // namespace specrelay
