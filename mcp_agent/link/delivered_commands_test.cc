#include "mcp_agent/link/delivered_commands.h"

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

const absl::Time kNow = absl::UnixEpoch() + absl::Hours(1);

v1::CommandDelivery Delivery(absl::string_view request_id, absl::Duration timeout = absl::ZeroDuration()) {
  v1::CommandDelivery delivery;
  delivery.set_request_id(std::string(request_id));
  *delivery.mutable_timeout() = ToProto(timeout);
  return delivery;
}

class DeliveredCommandsTest : public testing::Test {
 protected:
  // The request id of what begins, or "" when it is gone.
  std::string Begin(DeliveryToken token, absl::Time now = kNow) {
    const auto delivery = commands_.Begin(token, now, expired_);
    return delivery == nullptr ? "" : delivery->request_id();
  }

  DeliveredCommands commands_;
  bool expired_ = false;
};

TEST_F(DeliveredCommandsTest, ACommandWaitsBeginsAndEnds) {
  const DeliveryToken token = commands_.Add(Delivery("r1"), kNow);
  EXPECT_EQ(commands_.size(), 1);
  EXPECT_EQ(Begin(token), "r1");
  EXPECT_EQ(commands_.size(), 1) << "until it ends";
  EXPECT_TRUE(commands_.Finish(token));
  EXPECT_FALSE(commands_.Finish(token));
  EXPECT_EQ(commands_.size(), 0);
}

TEST_F(DeliveredCommandsTest, CancelTakesBackWhatWaitsAndNothingElse) {
  const DeliveryToken begun = commands_.Add(Delivery("r1"), kNow);
  Begin(begun);
  EXPECT_FALSE(commands_.Cancel("r1"));
  const DeliveryToken waiting = commands_.Add(Delivery("r1"), kNow);
  const DeliveryToken other = commands_.Add(Delivery("r2"), kNow);
  EXPECT_TRUE(commands_.Cancel("r1"));
  EXPECT_EQ(Begin(waiting), "");
  EXPECT_EQ(Begin(other), "r2");
  EXPECT_TRUE(commands_.Finish(begun));
}

TEST_F(DeliveredCommandsTest, WhatIsPutBackWaitsAgain) {
  const DeliveryToken token = commands_.Add(Delivery("r1", absl::Seconds(5)), kNow);
  EXPECT_TRUE(commands_.PutBack(token, commands_.Begin(token, kNow, expired_)));
  EXPECT_EQ(Begin(token, kNow + absl::Seconds(5)), "r1");
  EXPECT_TRUE(expired_) << "its time goes on";
  EXPECT_TRUE(commands_.PutBack(token, std::make_unique<v1::CommandDelivery>(Delivery("r1"))));
  EXPECT_TRUE(commands_.Cancel("r1"));
  EXPECT_FALSE(commands_.PutBack(token, std::make_unique<v1::CommandDelivery>(Delivery("r1"))));
}

TEST_F(DeliveredCommandsTest, CancelWaitingNamesWhatItTookBack) {
  Begin(commands_.Add(Delivery("r1"), kNow));
  commands_.Add(Delivery("r2"), kNow);
  commands_.Add(Delivery("r3"), kNow);
  EXPECT_THAT(commands_.CancelWaiting(), testing::ElementsAre("r2", "r3"));
  EXPECT_EQ(commands_.size(), 1);
}

TEST_F(DeliveredCommandsTest, ATokenOfAnEarlierStreamMeetsNothing) {
  const DeliveryToken old_token = commands_.Add(Delivery("r1"), kNow);
  commands_.Clear();
  commands_.Add(Delivery("r2"), kNow);
  EXPECT_EQ(Begin(old_token), "");
  EXPECT_FALSE(commands_.Finish(old_token));
}

TEST_F(DeliveredCommandsTest, ItTellsWhenTheTimeIsOver) {
  const DeliveryToken in_time = commands_.Add(Delivery("r1", absl::Seconds(5)), kNow);
  const DeliveryToken late = commands_.Add(Delivery("r2", absl::Seconds(5)), kNow);
  const DeliveryToken timeless = commands_.Add(Delivery("r3"), kNow);
  Begin(in_time, kNow + absl::Seconds(4));
  EXPECT_FALSE(expired_);
  Begin(late, kNow + absl::Seconds(5));
  EXPECT_TRUE(expired_);
  Begin(timeless, kNow + absl::Hours(100));
  EXPECT_FALSE(expired_);
}

}  // namespace
}  // namespace specrelay
