#include "mcp_agent/watch/pending_checks.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1000);

absl::Time At(int milliseconds) { return kStart + absl::Milliseconds(milliseconds); }

class PendingChecksTest : public testing::Test {
 protected:
  PendingChecks pending_{PendingChecks::Timing(), /*max_paths=*/4};
};

TEST_F(PendingChecksTest, NothingIsDueAtFirst) {
  EXPECT_EQ(pending_.NextDue(), absl::InfiniteFuture());
  EXPECT_FALSE(pending_.InBurst());
  EXPECT_THAT(pending_.TakeDue(At(0)), IsEmpty());
}

TEST_F(PendingChecksTest, ABurstIsTakenWholeWhenItsWindowEnds) {
  pending_.Changed("b", At(0));
  pending_.Changed("a", At(14));
  pending_.Changed("b", At(14));
  EXPECT_TRUE(pending_.InBurst());
  EXPECT_EQ(pending_.NextDue(), At(15));
  EXPECT_THAT(pending_.TakeDue(At(14)), IsEmpty());
  EXPECT_THAT(pending_.TakeDue(At(15)), ElementsAre("a", "b"));
  EXPECT_FALSE(pending_.InBurst());
  EXPECT_EQ(pending_.NextDue(), absl::InfiniteFuture());
}

TEST_F(PendingChecksTest, AStreamOfChangesDoesNotPutTheEndOfTheWindowOff) {
  for (int t = 0; t < 15; ++t) pending_.Changed("a", At(t));
  EXPECT_THAT(pending_.TakeDue(At(15)), ElementsAre("a"));
  pending_.Changed("a", At(16));
  EXPECT_EQ(pending_.NextDue(), At(31));
}

TEST_F(PendingChecksTest, AnUnfinishedFileIsLookedAtAfterTheGrace) {
  pending_.Unfinished("a", At(0));
  EXPECT_FALSE(pending_.InBurst());
  EXPECT_EQ(pending_.NextDue(), At(100));
  EXPECT_THAT(pending_.TakeDue(At(99)), IsEmpty());
  EXPECT_THAT(pending_.TakeDue(At(100)), ElementsAre("a"));
  EXPECT_THAT(pending_.TakeDue(At(1000)), IsEmpty());
}

TEST_F(PendingChecksTest, APathThatRestsIsLookedAtOnceWhenItHasRested) {
  pending_.Rest("large", At(200));
  for (int t = 0; t < 200; ++t) pending_.Changed("large", At(t));
  EXPECT_FALSE(pending_.InBurst());
  pending_.Changed("a", At(150));
  EXPECT_THAT(pending_.TakeDue(At(165)), ElementsAre("a"));
  EXPECT_EQ(pending_.NextDue(), At(200));
  EXPECT_THAT(pending_.TakeDue(At(199)), IsEmpty());
  EXPECT_THAT(pending_.TakeDue(At(200)), ElementsAre("large"));
  pending_.Changed("large", At(201));
  EXPECT_THAT(pending_.TakeDue(At(216)), ElementsAre("large"));
}

TEST_F(PendingChecksTest, APathThatRestsIsNotLookedAtBecauseItIsTouched) {
  pending_.Unfinished("large", At(0));
  pending_.Rest("large", At(500));
  for (int t = 1; t < 500; ++t) pending_.Unfinished("large", At(t));
  EXPECT_THAT(pending_.TakeDue(At(499)), IsEmpty());
  EXPECT_THAT(pending_.TakeDue(At(500)), ElementsAre("large"));
  pending_.Unfinished("large", At(501));
  EXPECT_THAT(pending_.TakeDue(At(601)), ElementsAre("large")) << "it has rested";
}

TEST_F(PendingChecksTest, APathThatRestsAndIsGoneIsLookedAtWithItsBurst) {
  pending_.Rest("large", At(500));
  pending_.Changed("large", At(0));
  pending_.Gone("large", At(1));
  EXPECT_THAT(pending_.TakeDue(At(16)), ElementsAre("large"));
  EXPECT_THAT(pending_.TakeDue(At(500)), IsEmpty());
  EXPECT_TRUE(pending_.Empty());
}

TEST_F(PendingChecksTest, AFileTouchedOverAndOverIsNotPutOffForEver) {
  for (int t = 0; t < 100; ++t) pending_.Unfinished("a", At(t));
  EXPECT_THAT(pending_.TakeDue(At(100)), ElementsAre("a"));
}

TEST_F(PendingChecksTest, AFileThatWasClosedIsLookedAtWithItsBurstAndOnlyThen) {
  pending_.Unfinished("a", At(0));
  pending_.Changed("a", At(3));
  EXPECT_THAT(pending_.TakeDue(At(18)), ElementsAre("a"));
  EXPECT_THAT(pending_.TakeDue(At(1000)), IsEmpty());
  EXPECT_EQ(pending_.NextDue(), absl::InfiniteFuture());
}

TEST_F(PendingChecksTest, WhatIsInTheBurstAlreadyNeedsNoSecondLook) {
  pending_.Changed("a", At(0));
  pending_.Unfinished("a", At(1));
  pending_.Failed("a", At(2));
  EXPECT_THAT(pending_.TakeDue(At(15)), ElementsAre("a"));
  EXPECT_EQ(pending_.NextDue(), absl::InfiniteFuture());
}

TEST_F(PendingChecksTest, AFailedCheckIsRepeatedAfterAWhile) {
  pending_.Failed("a", At(0));
  EXPECT_EQ(pending_.NextDue(), At(5000));
  EXPECT_THAT(pending_.TakeDue(At(4999)), IsEmpty());
  EXPECT_THAT(pending_.TakeDue(At(5000)), ElementsAre("a"));
}

TEST_F(PendingChecksTest, TheTreeItselfIsAPathLikeOthers) {
  pending_.Changed("", At(0));
  pending_.Changed("a", At(0));
  EXPECT_THAT(pending_.TakeDue(At(15)), ElementsAre("", "a"));
}

TEST_F(PendingChecksTest, AFullBurstIsDueAtOnce) {
  for (int i = 0; i < 4; ++i) {
    EXPECT_FALSE(pending_.Full());
    pending_.Changed(absl::StrCat(i), At(0));
  }
  EXPECT_TRUE(pending_.Full());
  EXPECT_THAT(pending_.TakeDue(At(0)), ElementsAre("0", "1", "2", "3"));
}

TEST_F(PendingChecksTest, BeyondTheBoundUnfinishedFilesAreLookedAtEarly) {
  for (int i = 0; i < 5; ++i) pending_.Unfinished(absl::StrCat(i), At(0));
  EXPECT_THAT(pending_.TakeDue(At(15)), ElementsAre("4"));
  EXPECT_THAT(pending_.TakeDue(At(100)), ElementsAre("0", "1", "2", "3"));
}

TEST_F(PendingChecksTest, BeyondTheBoundTheWholeTreeStandsForFailedPaths) {
  for (int i = 0; i < 1000; ++i) pending_.Failed(absl::StrCat(i), At(0));
  EXPECT_THAT(pending_.TakeDue(At(5000)), ElementsAre("", "0", "1", "2", "3"));
}

}  // namespace
}  // namespace specrelay
