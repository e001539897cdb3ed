// A watcher that loses what it stands on: the tree, the project directory, its watches, events of the kernel.
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/watch/testing/watched_tree.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

TreeWatcherOptions QuickRescans() {
  TreeWatcherOptions options;
  options.rescan_interval = absl::Milliseconds(20);
  options.timing.retry_interval = absl::Milliseconds(20);
  return options;
}

int KernelQueueLength() {
  int length = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> length;
  return length;
}

class TreeWatcherLossTest : public testing::Test {
 protected:
  // Waits until the watcher has found out about a loss or a return that nothing on disk shows.
  void WaitForResync() {
    ASSERT_TRUE(watched_.WaitFor([this] { return !watched_.Resyncs().empty(); }));
  }

  WatchedTree watched_;
};

TEST_F(TreeWatcherLossTest, ATreeThatDoesNotExistYetIsWatchedFromItsFirstFileOn) {
  watched_.Start();
  EXPECT_THAT(watched_.Snapshot(), IsEmpty());
  watched_.Put("specs/a/tasks.md", "x");
  watched_.ExpectStateEqualsDisk();
  watched_.Put("specs/a/tasks.md", "y");
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), ElementsAre("created specs/a/tasks.md", "modified specs/a/tasks.md"));
  EXPECT_THAT(watched_.Resyncs(), IsEmpty());
}

TEST_F(TreeWatcherLossTest, ATreeThatIsMovedInIsWatched) {
  watched_.Start();
  watched_.temp().WriteFile("elsewhere/specs/a/tasks.md", "x");
  fs::rename(watched_.temp().Join("elsewhere"), watched_.TreePath(""));
  watched_.ExpectStateEqualsDisk();
  watched_.Put("specs/a/tasks.md", "y");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherLossTest, ATreeThatIsDeletedAndMadeAgainIsToldWithAResync) {
  watched_.Put("specs/a/tasks.md", "x");
  watched_.Start();
  fs::remove_all(watched_.TreePath(""));
  ASSERT_TRUE(watched_.WaitFor([&] { return watched_.Reported().empty() && !watched_.Resyncs().empty(); }));
  EXPECT_THAT(watched_.Resyncs()[0], HasSubstr("the tree was moved or deleted"));
  watched_.Put("specs/a/tasks.md", "x");
  watched_.ExpectStateEqualsDisk();
  watched_.Put("specs/a/tasks.md", "y");
  watched_.Settle();
  EXPECT_THAT(watched_.Told(),
              ElementsAre("deleted specs/a/tasks.md", "created specs/a/tasks.md", "modified specs/a/tasks.md"));
}

TEST_F(TreeWatcherLossTest, ATreeThatIsDeletedAndMadeAgainManyTimesEndsUpWatched) {
  watched_.Start(QuickRescans());
  for (int round = 0; round < 50; ++round) {
    fs::remove_all(watched_.TreePath(""));
    watched_.Put("specs/a/tasks.md", absl::StrCat(round));
    watched_.Put(absl::StrCat("f", round), "x");
  }
  watched_.ExpectStateEqualsDisk();
  watched_.Put("specs/a/tasks.md", "last");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherLossTest, ATreeThatIsReplacedByAnotherIsToldByItsDifferences) {
  watched_.Put("specs/a/tasks.md", "x");
  watched_.Put("same", "same");
  watched_.Put("old", "x");
  watched_.temp().WriteFile("other/specs/a/tasks.md", "y");
  watched_.temp().WriteFile("other/same", "same");
  watched_.temp().WriteFile("other/new", "x");
  watched_.Start();
  fs::rename(watched_.TreePath(""), watched_.temp().Join("aside"));
  fs::rename(watched_.temp().Join("other"), watched_.TreePath(""));
  watched_.ExpectStateEqualsDisk();
  WaitForResync();
  watched_.temp().WriteFile("aside/specs/a/tasks.md", "not in the tree");
  watched_.Put("specs/a/tasks.md", "z");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherLossTest, ATreeThatIsASymbolicLinkIsNotWatched) {
  watched_.temp().WriteFile("elsewhere/secret", "x");
  fs::create_symlink(watched_.temp().Join("elsewhere"), watched_.TreePath(""));
  watched_.Start(QuickRescans());
  watched_.temp().WriteFile("elsewhere/more", "x");
  EXPECT_THAT(watched_.Snapshot(), IsEmpty());
  fs::remove(watched_.TreePath(""));
  watched_.Put("f", "x");
  watched_.ExpectStateEqualsDisk();
  EXPECT_THAT(watched_.Told(), ElementsAre("created f"));
}

TEST_F(TreeWatcherLossTest, ATreeThatBecomesAFileOrASymbolicLinkHasNoFiles) {
  watched_.Put("f", "x");
  watched_.temp().WriteFile("elsewhere/secret", "x");
  watched_.Start(QuickRescans());
  fs::remove_all(watched_.TreePath(""));
  watched_.temp().WriteFile("project/.spec-context", "a file");
  ASSERT_TRUE(watched_.WaitFor([&] { return watched_.Reported().empty(); }));
  fs::remove(watched_.TreePath(""));
  watched_.Put("f", "y");
  watched_.ExpectStateEqualsDisk();
  fs::remove_all(watched_.TreePath(""));
  fs::create_symlink(watched_.temp().Join("elsewhere"), watched_.TreePath(""));
  ASSERT_TRUE(watched_.WaitFor([&] { return watched_.Reported().empty(); }));
}

TEST_F(TreeWatcherLossTest, AProjectThatIsDeletedAndMadeAgainIsFoundAgain) {
  watched_.Put("specs/a/tasks.md", "x");
  watched_.Start(QuickRescans());
  for (int round = 0; round < 3; ++round) {
    fs::remove_all(watched_.project());
    watched_.observed().Reset();
    while (watched_.observed().calls("Stat") < 5) std::this_thread::yield();
    watched_.Put(absl::StrCat("specs/b/", round), "y");
    watched_.ExpectStateEqualsDisk();
    watched_.Put(absl::StrCat("specs/b/", round), "z");
    watched_.ExpectStateEqualsDisk();
  }
  EXPECT_THAT(watched_.Resyncs(), Not(IsEmpty()));
}

TEST_F(TreeWatcherLossTest, AProjectThatIsMovedAwayKeepsItsStateUntilItIsBack) {
  watched_.Put("specs/a/tasks.md", "x");
  watched_.Put("specs/a/design.md", "x");
  watched_.Start(QuickRescans());
  fs::rename(watched_.project(), watched_.temp().Join("aside"));
  watched_.observed().Reset();
  while (watched_.observed().calls("Stat") < 3) std::this_thread::yield();
  watched_.temp().WriteFile("aside/.spec-context/specs/a/tasks.md", "y");
  watched_.observed().Reset();
  while (watched_.observed().calls("Stat") < 3) std::this_thread::yield();
  EXPECT_THAT(watched_.Told(), IsEmpty());
  EXPECT_EQ(watched_.Snapshot().size(), 2u);

  fs::rename(watched_.temp().Join("aside"), watched_.project());
  watched_.ExpectStateEqualsDisk();
  EXPECT_THAT(watched_.Told(), ElementsAre("modified specs/a/tasks.md"));
  EXPECT_THAT(watched_.Resyncs(), ElementsAre(HasSubstr("the project directory")));
  watched_.Put("specs/a/design.md", "watched again");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherLossTest, AProjectThatIsReplacedAtOnceIsToldByItsDifferences) {
  watched_.Put("old", "x");
  watched_.temp().WriteFile("other/.spec-context/new", "x");
  watched_.Start();
  fs::rename(watched_.project(), watched_.temp().Join("aside"));
  fs::rename(watched_.temp().Join("other"), watched_.project());
  ASSERT_TRUE(watched_.WaitFor([&] { return watched_.Told().size() == 2; }));
  EXPECT_THAT(watched_.Told(), UnorderedElementsAre("created new", "deleted old"));
  EXPECT_THAT(watched_.Resyncs(), ElementsAre(HasSubstr("the project directory")));
  watched_.temp().WriteFile("aside/.spec-context/old", "not in the project");
  watched_.Put("new", "y");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherLossTest, MoreEventsThanTheKernelHoldsAreAResyncAndNothingIsMissed) {
  for (int i = 0; i < 10; ++i) watched_.Put(absl::StrCat("specs/", i), "x");
  watched_.Start();
  watched_.Block();
  watched_.Put("first", "x");
  watched_.WaitUntilBlocked();
  const int events = KernelQueueLength() + 1000;
  ASSERT_GT(events, 1000);
  for (int i = 0; i < events; i += 2) {
    fs::create_hard_link(watched_.TreePath("specs/0"), watched_.TreePath("specs/link"));
    fs::remove(watched_.TreePath("specs/link"));
  }
  for (int i = 0; i < 10; i += 2) watched_.Put(absl::StrCat("specs/", i), "y");
  watched_.Put("new/a/b", "x");
  watched_.Remove("specs/3");
  watched_.Unblock();
  watched_.ExpectStateEqualsDisk();
  WaitForResync();
  EXPECT_THAT(watched_.Resyncs()[0], HasSubstr("more changed at once"));
  watched_.Put("new/a/b", "still watched");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherLossTest, WithoutAnyWatchTheTreeIsLookedThroughFromTimeToTime) {
  watched_.Put("specs/a/tasks.md", "x");
  TreeWatcherOptions options = QuickRescans();
  options.max_watches = 0;
  watched_.Start(options);
  watched_.Put("specs/a/tasks.md", "y");
  watched_.ExpectStateEqualsDisk();
  watched_.Put("specs/b/c/d", "new");
  watched_.ExpectStateEqualsDisk();
  watched_.Remove("specs/a");
  watched_.ExpectStateEqualsDisk();
  fs::remove_all(watched_.TreePath(""));
  ASSERT_TRUE(watched_.WaitFor([&] { return watched_.Reported().empty(); }));
  watched_.Put("again", "x");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherLossTest, DirectoriesWithoutAWatchAreLookedThroughUntilThereIsOneForThem) {
  for (int i = 0; i < 5; ++i) watched_.Put(absl::StrCat("specs/s", i, "/tasks.md"), "x");
  TreeWatcherOptions options = QuickRescans();
  options.max_watches = 4;  // the tree, specs and two more
  watched_.Start(options);
  for (int i = 0; i < 5; ++i) watched_.Put(absl::StrCat("specs/s", i, "/tasks.md"), "y");
  watched_.ExpectStateEqualsDisk();
  for (int i = 0; i < 3; ++i) watched_.Remove(absl::StrCat("specs/s", i));
  watched_.ExpectStateEqualsDisk();
  // Both are watched now: looking through ends.
  int calls;
  do {
    calls = watched_.observed().calls("List");
    watched_.Settle();
  } while (watched_.observed().calls("List") != calls);
  watched_.Put("specs/s4/tasks.md", "z");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherLossTest, AnUnmountedFileSystemIsAResync) {
  watched_.MakeDirectory("mounted");
  const std::string path = watched_.TreePath("mounted");
  if (::mount("none", path.c_str(), "tmpfs", 0, nullptr) != 0) {
    GTEST_SKIP() << "this user may not mount file systems";
  }
  watched_.PutInPlace("mounted/f", "x");
  watched_.Start();
  watched_.PutInPlace("mounted/f", "y");
  watched_.PutInPlace("mounted/d/g", "z");
  watched_.ExpectStateEqualsDisk();
  // The watcher may be looking at a file there.
  while (::umount2(path.c_str(), 0) != 0) ASSERT_EQ(errno, EBUSY);
  watched_.ExpectStateEqualsDisk();
  WaitForResync();
  EXPECT_THAT(watched_.Resyncs(), Contains(HasSubstr("unmounted")));
  watched_.PutInPlace("mounted/f", "beneath");
  watched_.ExpectStateEqualsDisk();
}

}  // namespace
}  // namespace specrelay
