// What the watcher's generation says while a real tree changes.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/types/optional.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/unique_fd.h"
#include "mcp_agent/watch/testing/watched_tree.h"
#include "mcp_agent/watch/tree_watcher.h"

namespace specrelay {
namespace {

class TreeWatcherGenerationTest : public testing::Test {
 protected:
  absl::optional<uint64_t> Generation() { return tree_.watcher().Generation(); }

  // The number as soon as there is one. Each snapshot waits for the watcher's thread.
  uint64_t AtRest() {
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    while (absl::Now() < deadline) {
      if (const auto generation = Generation(); generation.has_value()) return *generation;
      tree_.Snapshot();
    }
    ADD_FAILURE() << "the watcher never comes to rest";
    return 0;
  }

  // Whether the watcher says nothing also when it has had the time to look at everything.
  void ExpectNeverSaid() {
    tree_.Settle();
    tree_.Snapshot();
    EXPECT_FALSE(Generation().has_value());
  }

  WatchedTree tree_;
};

TEST_F(TreeWatcherGenerationTest, StaysTheSameWhileNothingChanges) {
  tree_.Put("specs/a/tasks.md", "x");
  tree_.Start();
  const uint64_t before = AtRest();
  tree_.Snapshot();
  EXPECT_EQ(Generation(), before);
  EXPECT_TRUE(tree_.watcher().on_local_file_systems());
}

TEST_F(TreeWatcherGenerationTest, EveryChangeCountsWhenItReturns) {
  tree_.Put("specs/a/tasks.md", "x");
  tree_.MakeDirectory("specs/b");
  tree_.Start();
  UniqueFd open(::open(tree_.TreePath("specs/a/tasks.md").c_str(), O_WRONLY | O_CLOEXEC));
  const std::vector<std::function<void()>> changes = {
      [&] { tree_.PutInPlace("specs/a/tasks.md", "y"); },
      [&] { EXPECT_EQ(::write(open.get(), "z", 1), 1); },  // and stays open
      [&] { EXPECT_EQ(::ftruncate(open.get(), 0), 0); },
      [&] { open.reset(); },
      [&] { tree_.Put("specs/a/design.md", "x"); },
      [&] { tree_.Move("specs/a/design.md", "specs/a/tasks.md"); },
      [&] { std::filesystem::permissions(tree_.TreePath("specs/a/tasks.md"), std::filesystem::perms::owner_all); },
      [&] { tree_.Remove("specs/a/tasks.md"); },
      [&] { tree_.MakeDirectory("specs/c"); },
      [&] { tree_.MakeDirectory("specs/c/deep"); },
      [&] { tree_.Put("specs/c/deep/f", "x"); },
      [&] { tree_.Move("specs/c", "specs/d"); },
      [&] { tree_.PutInPlace("specs/d/deep/f", "y"); },
      [&] { tree_.Remove("specs/d"); },
      [&] { std::filesystem::permissions(tree_.TreePath("specs/b"), std::filesystem::perms::owner_all); },
      [&] { std::filesystem::rename(tree_.TreePath(""), tree_.temp().Join("elsewhere")); }};
  for (size_t i = 0; i < changes.size(); ++i) {
    const uint64_t before = AtRest();
    changes[i]();
    EXPECT_NE(Generation(), before) << "change " << i;
  }
}

TEST_F(TreeWatcherGenerationTest, SaysNothingWithoutATreeAndComesToRestWithOne) {
  tree_.Start();
  tree_.Snapshot();
  EXPECT_FALSE(Generation().has_value());
  tree_.Put("specs/a/tasks.md", "x");
  const uint64_t before = AtRest();
  tree_.PutInPlace("specs/a/tasks.md", "y");
  EXPECT_NE(Generation(), before);
}

TEST_F(TreeWatcherGenerationTest, SaysNothingWhileWhatHappenedIsNotLookedAt) {
  tree_.Put("specs/a/tasks.md", "x");
  tree_.Start();
  const uint64_t before = AtRest();
  tree_.Block();
  tree_.MakeDirectory("specs/b");
  tree_.PutInPlace("specs/a/tasks.md", "y");
  tree_.WaitUntilBlocked();
  EXPECT_FALSE(Generation().has_value());
  tree_.Unblock();
  EXPECT_NE(AtRest(), before);
}

TEST_F(TreeWatcherGenerationTest, WhatCameWhileTheQueueOverflowedIsWatchedBeforeItSaysAnything) {
  tree_.Put("specs/a/tasks.md", "x");
  tree_.Start();
  AtRest();
  tree_.Block();
  tree_.PutInPlace("specs/a/tasks.md", "y");
  tree_.WaitUntilBlocked();
  int queue_length = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> queue_length;
  ASSERT_GT(queue_length, 0);
  // Two events each.
  for (int i = 0; i <= queue_length / 2; ++i)
    tree_.Move(i % 2 == 0 ? "specs/a" : "specs/b", i % 2 == 0 ? "specs/b" : "specs/a");
  tree_.MakeDirectory("specs/late");
  EXPECT_FALSE(Generation().has_value());
  tree_.Unblock();
  const uint64_t before = AtRest();
  EXPECT_THAT(tree_.Resyncs(), testing::Contains(testing::HasSubstr("more changed at once")));
  tree_.PutInPlace("specs/late/tasks.md", "x");
  EXPECT_NE(Generation(), before);
}

TEST_F(TreeWatcherGenerationTest, SaysNothingWhileADirectoryIsNotWatched) {
  tree_.Put("specs/a/tasks.md", "x");
  TreeWatcherOptions options;
  options.max_watches = 2;
  tree_.Start(options);
  ExpectNeverSaid();
}

TEST_F(TreeWatcherGenerationTest, SaysNothingOnceADirectoryWasLeftOut) {
  tree_.Put("specs/a/tasks.md", "x");
  tree_.Put("specs/b/tasks.md", "x");
  TreeWatcherOptions options;
  options.limits.max_directories = 3;
  tree_.Start(options);
  ExpectNeverSaid();
  EXPECT_FALSE(tree_.watcher().on_local_file_systems()) << "nobody has looked";
}

TEST_F(TreeWatcherGenerationTest, SaysNothingOnceADirectoryLayTooDeep) {
  tree_.Put("specs/a/tasks.md", "x");
  TreeWatcherOptions options;
  options.limits.max_depth = 2;
  tree_.Start(options);
  ExpectNeverSaid();
}

}  // namespace
}  // namespace specrelay
