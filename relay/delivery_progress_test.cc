#include "relay/delivery_progress.h"

#include <set>

#include "gtest/gtest.h"

namespace specrelay {
namespace {

constexpr absl::Time kNow = absl::UnixEpoch();

const std::set<v1::CommandState> kFinal = {v1::COMMAND_STATE_APPLIED,   v1::COMMAND_STATE_FAILED,
                                           v1::COMMAND_STATE_CONFLICT,  v1::COMMAND_STATE_EXPIRED,
                                           v1::COMMAND_STATE_CANCELLED, v1::COMMAND_STATE_UNKNOWN};

// States that a command may come to from where `progress` is.
std::set<v1::CommandState> NextOf(const DeliveryProgress& progress) {
  std::set<v1::CommandState> next;
  for (int i = 0; i < v1::CommandState_ARRAYSIZE; ++i) {
    DeliveryProgress copy = progress;
    if (copy.TransitionTo(static_cast<v1::CommandState>(i), "", kNow)) next.insert(static_cast<v1::CommandState>(i));
  }
  return next;
}

TEST(DeliveryProgressTest, AnAgentsWordIsNeededForWhatAnAgentDoes) {
  const DeliveryProgress accepted(kNow);
  const std::set<v1::CommandState> before = NextOf(accepted);
  EXPECT_EQ(before.count(v1::COMMAND_STATE_APPLIED), 0u);
  EXPECT_EQ(before.count(v1::COMMAND_STATE_CONFLICT), 0u);
  DeliveryProgress sent(kNow);
  ASSERT_TRUE(sent.TransitionTo(v1::COMMAND_STATE_SENT, "", kNow));
  EXPECT_EQ(NextOf(sent),
            (std::set<v1::CommandState>{v1::COMMAND_STATE_ACCEPTED, v1::COMMAND_STATE_QUEUED, v1::COMMAND_STATE_SENT,
                                        v1::COMMAND_STATE_APPLIED, v1::COMMAND_STATE_FAILED, v1::COMMAND_STATE_CONFLICT,
                                        v1::COMMAND_STATE_CANCELLED, v1::COMMAND_STATE_UNKNOWN}));
}

TEST(DeliveryProgressTest, WhatAnAgentMayHaveExecutedNeverEndsAsIfNothingHadHappened) {
  DeliveryProgress progress(kNow);
  ASSERT_TRUE(progress.TransitionTo(v1::COMMAND_STATE_SENT, "", kNow));
  progress.SetInDoubt();
  ASSERT_TRUE(progress.TransitionTo(v1::COMMAND_STATE_QUEUED, "the agent has gone", kNow));
  EXPECT_EQ(NextOf(progress),
            (std::set<v1::CommandState>{v1::COMMAND_STATE_QUEUED, v1::COMMAND_STATE_SENT, v1::COMMAND_STATE_UNKNOWN}));
}

TEST(DeliveryProgressTest, AnEndIsAnEnd) {
  for (const v1::CommandState end : kFinal) {
    for (const v1::CommandState before : {v1::COMMAND_STATE_QUEUED, v1::COMMAND_STATE_SENT}) {
      DeliveryProgress progress(kNow);
      ASSERT_TRUE(progress.TransitionTo(before, "", kNow));
      if (!progress.TransitionTo(end, "", kNow)) continue;
      EXPECT_TRUE(NextOf(progress).empty()) << v1::CommandState_Name(end);
    }
  }
}

TEST(DeliveryProgressTest, EveryStateIsFinalOrNot) {
  for (int i = 0; i < v1::CommandState_ARRAYSIZE; ++i) {
    const auto state = static_cast<v1::CommandState>(i);
    EXPECT_EQ(IsFinal(state), kFinal.count(state) == 1) << v1::CommandState_Name(state);
  }
}

TEST(DeliveryProgressTest, ARefusedTransitionChangesNothing) {
  DeliveryProgress progress(kNow);
  ASSERT_TRUE(progress.TransitionTo(v1::COMMAND_STATE_QUEUED, "the agent is away", kNow + absl::Seconds(1)));
  EXPECT_FALSE(progress.TransitionTo(v1::COMMAND_STATE_APPLIED, "by magic", kNow + absl::Seconds(2)));
  EXPECT_FALSE(progress.TransitionTo(v1::COMMAND_STATE_ACCEPTED, "again", kNow + absl::Seconds(2)));
  EXPECT_EQ(progress.state(), v1::COMMAND_STATE_QUEUED);
  EXPECT_EQ(progress.reason(), "the agent is away");
  EXPECT_EQ(progress.changed_at(), kNow + absl::Seconds(1));
}

}  // namespace
}  // namespace specrelay
