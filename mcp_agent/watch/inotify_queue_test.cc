#include "mcp_agent/watch/inotify_queue.h"

#include <sys/inotify.h>

#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"

namespace specrelay {
namespace {

class InotifyQueueTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_GE(::inotify_add_watch(queue_.fd(), temp_.path().c_str(), IN_CREATE), 0); }

  ssize_t Take() { return queue_.Take(buffer_, sizeof(buffer_)); }

  const TempDir temp_;
  InotifyQueue queue_;
  char buffer_[4096];
};

TEST_F(InotifyQueueTest, SaysNothingBeforeAllIsWatched) {
  EXPECT_FALSE(queue_.Generation().has_value());
  queue_.SetComplete(true);
  EXPECT_TRUE(queue_.Generation().has_value());
  queue_.SetComplete(false);
  EXPECT_FALSE(queue_.Generation().has_value());
}

TEST_F(InotifyQueueTest, TheNumberStaysWhileNothingHappensAndNothingIsTaken) {
  queue_.SetComplete(true);
  const auto before = queue_.Generation();
  EXPECT_LT(Take(), 0);
  EXPECT_EQ(queue_.Generation(), before);
}

TEST_F(InotifyQueueTest, WhatIsQueuedCountsBeforeItIsTaken) {
  queue_.SetComplete(true);
  temp_.WriteFile("f", "x");
  EXPECT_FALSE(queue_.Generation().has_value());
}

TEST_F(InotifyQueueTest, WhatWasTakenCountsAsSoonAsAllIsWatchedAgain) {
  queue_.SetComplete(true);
  const auto before = queue_.Generation();
  temp_.WriteFile("f", "x");
  EXPECT_GT(Take(), 0);
  EXPECT_FALSE(queue_.Generation().has_value());
  queue_.SetComplete(true);
  ASSERT_TRUE(queue_.Generation().has_value());
  EXPECT_NE(queue_.Generation(), before);
}

}  // namespace
}  // namespace specrelay
