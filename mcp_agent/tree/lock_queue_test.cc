#include "mcp_agent/tree/lock_queue.h"

#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

TEST(LockQueueTest, OnlyOneIsInsideAtATime) {
  LockQueue queue;
  int unguarded_count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 1000; ++j) {
        ASSERT_TRUE(queue.Enter(absl::Seconds(60)));
        ++unguarded_count;
        queue.Leave();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(unguarded_count, 8000);
}

TEST(LockQueueTest, WaitingEndsWithTheTimeout) {
  LockQueue queue;
  ASSERT_TRUE(queue.Enter(absl::ZeroDuration()));
  EXPECT_FALSE(queue.Enter(absl::ZeroDuration()));
  EXPECT_FALSE(queue.Enter(absl::Milliseconds(5)));
  queue.Leave();
  EXPECT_TRUE(queue.Enter(absl::ZeroDuration())) << "one that gave up still stands in the queue";
  queue.Leave();
}

TEST(LockQueueTest, OneThatGivesUpDoesNotHoldUpTheNext) {
  LockQueue queue;
  ASSERT_TRUE(queue.Enter(absl::ZeroDuration()));
  absl::Notification gave_up;
  std::thread impatient([&] {
    EXPECT_FALSE(queue.Enter(absl::Milliseconds(5)));
    gave_up.Notify();
  });
  std::thread patient([&] {
    EXPECT_TRUE(queue.Enter(absl::Seconds(60)));
    queue.Leave();
  });
  gave_up.WaitForNotification();
  queue.Leave();
  impatient.join();
  patient.join();
}

}  // namespace
}  // namespace specrelay
