#include "mcp_agent/link/worker_pool.h"

#include <atomic>
#include <memory>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

constexpr absl::Duration kGenerous = absl::Seconds(30);

TEST(WorkerPoolTest, AnIdlePoolHasNoThreads) {
  WorkerPool pool;
  EXPECT_EQ(pool.thread_count(), 0);
  EXPECT_TRUE(pool.Drain(kGenerous));
}

TEST(WorkerPoolTest, RunsTasksAtTheSameTimeUpToItsThreads) {
  WorkerPool pool(WorkerPoolOptions{/*max_threads=*/3});
  absl::BlockingCounter all_running(3);
  absl::Notification release;
  std::atomic<int> ran{0};
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(pool.TrySubmit(1, [&, i] {
      if (i < 3) {
        all_running.DecrementCount();
        release.WaitForNotification();
      }
      ++ran;
    }));
  }
  all_running.Wait();
  EXPECT_EQ(pool.thread_count(), 3);
  EXPECT_EQ(ran, 0) << "a fourth thread would have run the others";
  release.Notify();
  EXPECT_TRUE(pool.Drain(kGenerous));
  EXPECT_EQ(ran, 10);
}

TEST(WorkerPoolTest, OneTaskAfterAnotherNeedsOneThread) {
  WorkerPool pool(WorkerPoolOptions{/*max_threads=*/20});
  for (int i = 0; i < 20; ++i) {
    absl::Notification done;
    ASSERT_TRUE(pool.TrySubmit(1, [&] { done.Notify(); }));
    ASSERT_TRUE(done.WaitForNotificationWithTimeout(kGenerous));
  }
  EXPECT_LE(pool.thread_count(), 5) << "another one only when those before were not yet back";
}

class BlockedPoolTest : public testing::Test {
 protected:
  void Block(WorkerPool& pool) {
    absl::Notification blocked;
    ASSERT_TRUE(pool.TrySubmit(0, [&] {
      blocked.Notify();
      release_.WaitForNotification();
    }));
    ASSERT_TRUE(blocked.WaitForNotificationWithTimeout(kGenerous));
  }

  absl::Notification release_;
};

TEST_F(BlockedPoolTest, AFullQueueRefuses) {
  WorkerPool pool(WorkerPoolOptions{/*max_threads=*/1, /*max_queued=*/2});
  Block(pool);
  EXPECT_TRUE(pool.TrySubmit(1, [] {}));
  EXPECT_TRUE(pool.TrySubmit(1, [] {}));
  EXPECT_FALSE(pool.TrySubmit(1, [] {}));
  release_.Notify();
}

TEST_F(BlockedPoolTest, TooManyBytesAreRefusedButNeverAnEmptyQueue) {
  WorkerPool pool(WorkerPoolOptions{/*max_threads=*/1, /*max_queued=*/100, /*max_queued_bytes=*/10});
  Block(pool);
  EXPECT_TRUE(pool.TrySubmit(50, [] {}));
  EXPECT_FALSE(pool.TrySubmit(1, [] {}));
  release_.Notify();
}

TEST_F(BlockedPoolTest, BytesAreFreeAgainOnceTheTaskRuns) {
  WorkerPool pool(WorkerPoolOptions{/*max_threads=*/1, /*max_queued=*/100, /*max_queued_bytes=*/10});
  Block(pool);
  absl::Notification second_runs, second_release;
  ASSERT_TRUE(pool.TrySubmit(10, [&] {
    second_runs.Notify();
    second_release.WaitForNotification();
  }));
  release_.Notify();
  ASSERT_TRUE(second_runs.WaitForNotificationWithTimeout(kGenerous));
  EXPECT_TRUE(pool.TrySubmit(10, [] {}));
  second_release.Notify();
}

TEST_F(BlockedPoolTest, UrgentTasksGoFirstEvenWhenTheQueueIsFull) {
  WorkerPool pool(WorkerPoolOptions{/*max_threads=*/1, /*max_queued=*/1});
  std::vector<int> order;
  Block(pool);
  ASSERT_TRUE(pool.TrySubmit(1, [&] { order.push_back(2); }));
  pool.SubmitUrgent([&] { order.push_back(1); });
  release_.Notify();
  EXPECT_TRUE(pool.Drain(kGenerous));
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST_F(BlockedPoolTest, DrainRefusesNewTasksRunsTheQueuedOnesAndEndsTheThreads) {
  WorkerPool pool(WorkerPoolOptions{/*max_threads=*/1});
  std::atomic<bool> queued_ran{false};
  Block(pool);
  ASSERT_TRUE(pool.TrySubmit(1, [&] { queued_ran = true; }));
  EXPECT_FALSE(pool.Drain(absl::ZeroDuration())) << "a task still runs";
  EXPECT_FALSE(pool.TrySubmit(1, [] {}));
  pool.SubmitUrgent([] { ADD_FAILURE() << "ran after Drain"; });
  release_.Notify();
  EXPECT_TRUE(pool.Drain(kGenerous));
  EXPECT_TRUE(queued_ran);
  EXPECT_TRUE(pool.Drain(absl::ZeroDuration())) << "idempotent";
}

TEST_F(BlockedPoolTest, ARefusedTaskIsDestroyed) {
  WorkerPool pool(WorkerPoolOptions{/*max_threads=*/1, /*max_queued=*/0});
  auto held = std::make_shared<int>(1);
  EXPECT_FALSE(pool.TrySubmit(1, [held] {}));
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(BlockedPoolTest, DestructionWaitsForTasks) {
  std::atomic<bool> ran{false};
  {
    WorkerPool pool;
    ASSERT_TRUE(pool.TrySubmit(1, [&] { ran = true; }));
  }
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace specrelay
