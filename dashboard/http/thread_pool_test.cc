#include "dashboard/http/thread_pool.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

ThreadPoolOptions OptionsOf(int max_threads) {
  ThreadPoolOptions options;
  options.max_threads = max_threads;
  options.idle_timeout = absl::Milliseconds(20);
  return options;
}

TEST(ThreadPoolTest, WorkThatBlocksDoesNotHoldUpOtherWork) {
  absl::Notification release;
  ThreadPool pool(OptionsOf(50));
  absl::BlockingCounter running(50);
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(pool.TryRun([&] {
      running.DecrementCount();
      release.WaitForNotification();
    }));
  }
  running.Wait();
  EXPECT_EQ(pool.busy_threads(), 50);
  release.Notify();
}

TEST(ThreadPoolTest, RefusesWhatWouldHaveToWait) {
  absl::Notification release;
  ThreadPool pool(OptionsOf(1));
  ASSERT_TRUE(pool.TryRun([&] { release.WaitForNotification(); }));
  EXPECT_FALSE(pool.TryRun([] { FAIL() << "ran"; }));
  release.Notify();
}

TEST(ThreadPoolTest, IdleThreadsEndAndComeBack) {
  ThreadPool pool(OptionsOf(8));
  for (int round = 0; round < 3; ++round) {
    absl::BlockingCounter done(8);
    for (int i = 0; i < 8; ++i) {
      while (!pool.TryRun([&done] { done.DecrementCount(); })) std::this_thread::yield();
    }
    done.Wait();
    while (pool.threads() > 0) std::this_thread::yield();
  }
}

TEST(ThreadPoolTest, AThreadWorksAgain) {
  ThreadPoolOptions options = OptionsOf(1);
  options.idle_timeout = absl::InfiniteDuration();
  ThreadPool pool(options);
  std::atomic<int> done{0};
  for (int i = 0; i < 1000; ++i) {
    while (!pool.TryRun([&done] { ++done; })) std::this_thread::yield();
  }
  pool.Close(absl::InfiniteDuration());
  EXPECT_EQ(done, 1000);
}

TEST(ThreadPoolTest, ClosingWaitsForWorkAndRefusesMore) {
  absl::Notification release;
  ThreadPool pool(OptionsOf(2));
  std::atomic<bool> done{false};
  ASSERT_TRUE(pool.TryRun([&] {
    release.WaitForNotification();
    done = true;
  }));
  EXPECT_FALSE(pool.Close(absl::ZeroDuration()));
  EXPECT_FALSE(pool.TryRun([] {}));
  release.Notify();
  EXPECT_TRUE(pool.Close(absl::InfiniteDuration()));
  EXPECT_TRUE(done);
}

TEST(ThreadPoolTest, WorkIsDestroyedWhenItIsDone) {
  ThreadPool pool(OptionsOf(1));
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = held;
  ASSERT_TRUE(pool.TryRun([held = std::move(held)] {}));
  while (!watched.expired()) std::this_thread::yield();
}

}  // namespace
}  // namespace specrelay
