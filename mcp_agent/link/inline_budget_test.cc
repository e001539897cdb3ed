#include "mcp_agent/link/inline_budget.h"

#include "gtest/gtest.h"

namespace specrelay {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1000);

class InlineBudgetTest : public testing::Test {
 protected:
  // Executes a command that takes so long.
  void Execute(absl::Duration takes) {
    const absl::Time begun = now_;
    now_ += takes;
    budget_.Took(begun, now_);
  }

  // Of a message that has just been read.
  bool Allows(absl::Duration later = absl::ZeroDuration()) { return budget_.Allows(now_ + later, now_ + later); }

  InlineBudget budget_;
  absl::Time now_ = kStart;
};

TEST_F(InlineBudgetTest, AllowsCommandsAsLongAsTheyAreQuick) {
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(Allows());
    Execute(absl::Microseconds(500));
  }
}

TEST_F(InlineBudgetTest, OneThatWasNotQuickClosesItForTwentyTimesAsLong) {
  Execute(absl::Milliseconds(1));
  EXPECT_FALSE(Allows());
  EXPECT_FALSE(Allows(absl::Milliseconds(19)));
  EXPECT_TRUE(Allows(absl::Milliseconds(20)));
}

TEST_F(InlineBudgetTest, NotForLongerThanFiveMinutes) {
  Execute(absl::Hours(1));
  EXPECT_FALSE(Allows(absl::Minutes(5) - absl::Milliseconds(1)));
  EXPECT_TRUE(Allows(absl::Minutes(5)));
}

TEST_F(InlineBudgetTest, AMessageThatHasBeenHandledForLongKeepsTheRestOfItsCommandsOff) {
  EXPECT_TRUE(budget_.Allows(kStart, kStart + absl::Microseconds(4999)));
  EXPECT_FALSE(budget_.Allows(kStart, kStart + absl::Milliseconds(5)));
  EXPECT_TRUE(budget_.Allows(kStart + absl::Milliseconds(5), kStart + absl::Milliseconds(5)));
}

TEST_F(InlineBudgetTest, AClockThatIsSetBackClosesNothing) {
  EXPECT_TRUE(budget_.Allows(kStart, kStart - absl::Hours(1)));
}

}  // namespace
}  // namespace specrelay
