#include "relay/ticker.h"

#include <atomic>

#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

TEST(TickerTest, ItTicksUntilItIsStopped) {
  std::atomic<int> ticks{0};
  absl::Notification several;
  Ticker ticker(absl::Milliseconds(1), [&] {
    if (++ticks == 5) several.Notify();
  });
  EXPECT_TRUE(several.WaitForNotificationWithTimeout(absl::Seconds(30)));
  ticker.Stop();
  const int at_stop = ticks;
  ticker.Stop();
  EXPECT_EQ(ticks, at_stop);
}

TEST(TickerTest, StoppingDoesNotWaitForTheInterval) {
  std::atomic<int> ticks{0};
  {
    Ticker ticker(absl::Hours(1), [&] { ++ticks; });
  }
  EXPECT_EQ(ticks, 0);
}

}  // namespace
}  // namespace specrelay
