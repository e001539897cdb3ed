#include "mcp_agent/link/backoff.h"

#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace specrelay {
namespace {

const absl::Time kStart = absl::UnixEpoch() + absl::Hours(1);

class BackoffTest : public testing::Test {
 protected:
  // The largest of the delays that many agents would get as their `n`th one (from 0).
  absl::Duration LargestDelay(int n) {
    absl::Duration largest = absl::ZeroDuration();
    for (int agent = 0; agent < 5000; ++agent) {
      Backoff backoff(random_);
      absl::Time now = kStart;
      absl::Duration delay;
      for (int i = 0; i <= n; ++i) {
        delay = backoff.AfterLoss(now);
        now += delay;
      }
      largest = std::max(largest, delay);
    }
    return largest;
  }

  // Six failures in a row.
  static absl::Time Fail(Backoff& backoff) {
    absl::Time now = kStart;
    for (int i = 0; i < 6; ++i) now += absl::Seconds(10) + backoff.AfterLoss(now);
    return now;
  }

  std::mt19937_64 random_{20240607};
};

TEST_F(BackoffTest, BoundsDoubleFromHalfASecondToThirty) {
  const std::vector<double> bounds_s = {0.5, 1, 2, 4, 8, 16, 30, 30};
  for (size_t n = 0; n < bounds_s.size(); ++n) {
    const absl::Duration largest = LargestDelay(static_cast<int>(n));
    EXPECT_LE(largest, absl::Seconds(bounds_s[n])) << n;
    EXPECT_GT(largest, absl::Seconds(bounds_s[n]) * 0.95) << n;
  }
}

TEST_F(BackoffTest, JitterIsFullSoThatAgentsSpreadOut) {
  int early = 0;
  for (int agent = 0; agent < 1000; ++agent) {
    Backoff backoff(random_);
    if (backoff.AfterLoss(kStart) < absl::Milliseconds(250)) ++early;
  }
  EXPECT_GT(early, 400);
  EXPECT_LT(early, 600);
}

TEST_F(BackoffTest, AThousandFailuresStayUnderTheCap) {
  Backoff backoff(random_);
  for (int i = 0; i < 1000; ++i) EXPECT_LE(backoff.AfterLoss(kStart), absl::Seconds(30));
}

TEST_F(BackoffTest, AConnectionThatEndsWithinAMinuteDoesNotForgive) {
  absl::Duration largest = absl::ZeroDuration();
  for (int agent = 0; agent < 2000; ++agent) {
    Backoff backoff(random_);
    const absl::Time connected = Fail(backoff);
    backoff.Connected(connected);
    largest = std::max(largest, backoff.AfterLoss(connected + absl::Seconds(59)));
  }
  EXPECT_GT(largest, absl::Seconds(25));
}

TEST_F(BackoffTest, AStableMinuteForgivesAllFailures) {
  for (int agent = 0; agent < 2000; ++agent) {
    Backoff backoff(random_);
    const absl::Time connected = Fail(backoff);
    backoff.Connected(connected);
    EXPECT_LE(backoff.AfterLoss(connected + absl::Minutes(1)), absl::Milliseconds(500));
    EXPECT_LE(backoff.AfterLoss(connected + absl::Minutes(2)), absl::Seconds(1));
  }
}

TEST_F(BackoffTest, RetryAfterIsHonouredWithJitterOnTop) {
  absl::Duration smallest = absl::InfiniteDuration();
  absl::Duration largest = absl::ZeroDuration();
  for (int agent = 0; agent < 2000; ++agent) {
    Backoff backoff(random_);
    const absl::Duration delay = backoff.AfterDrain(kStart, absl::Seconds(5));
    smallest = std::min(smallest, delay);
    largest = std::max(largest, delay);
  }
  EXPECT_GE(smallest, absl::Seconds(5));
  EXPECT_LE(largest, absl::Milliseconds(5500));
  EXPECT_GT(largest - smallest, absl::Milliseconds(400));
}

TEST_F(BackoffTest, AnAbsurdRetryAfterIsCut) {
  Backoff backoff(random_);
  EXPECT_LE(backoff.AfterDrain(kStart, absl::Hours(10000)), absl::Minutes(11));
  EXPECT_GE(backoff.AfterDrain(kStart, -absl::Hours(1)), absl::ZeroDuration());
}

TEST_F(BackoffTest, ARefusalIsRetriedSlowlyEachTime) {
  Backoff backoff(random_);
  for (int i = 0; i < 100; ++i) {
    const absl::Duration delay = backoff.AfterRefusal();
    EXPECT_GE(delay, absl::Seconds(60));
    EXPECT_LE(delay, absl::Seconds(75));
  }
  EXPECT_LE(backoff.AfterLoss(kStart), absl::Milliseconds(500)) << "a refusal is no failure of the network";
}

TEST_F(BackoffTest, AnOldConnectionForgivesOnlyOnce) {
  absl::Duration largest = absl::ZeroDuration();
  for (int agent = 0; agent < 2000; ++agent) {
    Backoff backoff(random_);
    backoff.Connected(kStart);
    largest = std::max(largest, Fail(backoff) - kStart);
  }
  EXPECT_GT(largest, absl::Seconds(60 + 16));
}

TEST_F(BackoffTest, ARelayThatRestartsQuicklyIsFoundWithinFiveSecondsOfItsReturn) {
  for (const absl::Duration away : {absl::Milliseconds(300), absl::Seconds(1), absl::Milliseconds(2500)}) {
    for (int agent = 0; agent < 5000; ++agent) {
      Backoff backoff(random_);
      absl::Time now = kStart;
      while (now < kStart + away) now += backoff.AfterLoss(now);
      EXPECT_LE(now, kStart + away + absl::Seconds(5));
    }
  }
}

}  // namespace
}  // namespace specrelay
