// What a watcher tells of ordinary life in a tree. Links, files that are none and limits are in
// tree_watcher_hostile_test.cc; what happens when the tree itself, its watches or the kernel's queue get lost is in
// tree_watcher_loss_test.cc.
#include "mcp_agent/watch/tree_watcher.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/unique_fd.h"
#include "mcp_agent/watch/testing/watched_tree.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class TreeWatcherTest : public testing::Test {
 protected:
  TreeWatcherTest() { watched_.MakeDirectory("specs/a"); }

  WatchedTree watched_;
};

TEST_F(TreeWatcherTest, WhatIsThereAtTheStartIsKnownButNotTold) {
  watched_.Put("specs/a/tasks.md", "- [ ] 1. Do it\n");
  watched_.Put("steering/product.md", "x");
  watched_.Start();
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), IsEmpty());
  EXPECT_EQ(watched_.Snapshot().size(), 2u);
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherTest, AFileIsCreatedModifiedAndDeleted) {
  watched_.Start();
  watched_.Put("specs/a/tasks.md", "- [ ] 1. Do it\n");
  watched_.Settle();
  watched_.Put("specs/a/tasks.md", "- [x] 1. Do it\n");
  watched_.Settle();
  watched_.Remove("specs/a/tasks.md");
  watched_.Settle();

  const std::vector<v1::FileChanged> changes = watched_.Changes();
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[0].change(), v1::FILE_CHANGE_TYPE_CREATED);
  EXPECT_EQ(changes[0].path(), "specs/a/tasks.md");
  EXPECT_EQ(changes[0].category(), v1::FILE_CATEGORY_TASKS);
  EXPECT_EQ(changes[0].content(), "- [ ] 1. Do it\n");
  EXPECT_EQ(changes[0].hash(), Sha256Hex("- [ ] 1. Do it\n"));
  EXPECT_TRUE(changes[0].has_last_modified());
  EXPECT_EQ(changes[1].change(), v1::FILE_CHANGE_TYPE_MODIFIED);
  EXPECT_EQ(changes[1].content(), "- [x] 1. Do it\n");
  EXPECT_EQ(changes[2].change(), v1::FILE_CHANGE_TYPE_DELETED);
  EXPECT_EQ(changes[2].hash(), "");
}

TEST_F(TreeWatcherTest, TheAgentsOwnWritesAreToldOnceAndNothingOfHowTheyAreMade) {
  watched_.Put("analytics/task-events.jsonl", "{}\n");
  watched_.Start();
  {
    ASSERT_OK_AND_ASSIGN(const auto lock, watched_.tree().Lock(absl::Seconds(10)));
    ASSERT_THAT(watched_.tree().Write(*lock, "specs/a/tasks.md", "one"), IsOk());
  }
  watched_.Settle();
  {
    ASSERT_OK_AND_ASSIGN(const auto lock, watched_.tree().Lock(absl::Seconds(10)));
    ASSERT_THAT(watched_.tree().Write(*lock, "specs/a/tasks.md", "two"), IsOk());
    ASSERT_THAT(watched_.tree().Append(*lock, "analytics/task-events.jsonl", "{}\n"), IsOk());
  }
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), UnorderedElementsAre("created specs/a/tasks.md", "modified analytics/task-events.jsonl",
                                                    "modified specs/a/tasks.md"));
}

TEST_F(TreeWatcherTest, AFileThatWasChangedAndChangedBackIsToldBecauseItMayHaveBeenReadInBetween) {
  watched_.Put("specs/a/tasks.md", "one");
  watched_.Start();
  {
    ASSERT_OK_AND_ASSIGN(const auto lock, watched_.tree().Lock(absl::Seconds(10)));
    ASSERT_THAT(watched_.tree().Write(*lock, "specs/a/tasks.md", "two"), IsOk());
    ASSERT_THAT(watched_.tree().Write(*lock, "specs/a/tasks.md", "one"), IsOk());
  }
  watched_.Settle();
  const std::vector<v1::FileChanged> changes = watched_.ChangesOf("specs/a/tasks.md");
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(changes.back().content(), "one");
}

TEST_F(TreeWatcherTest, TheAgentsOwnFilesAndTemporaryFilesAreNotTold) {
  watched_.Start();
  watched_.Put(".specrelay/journal", "x");
  watched_.Put("specs/a/.tmp-0123456789abcdefghij", "x");
  watched_.Settle();
  watched_.Put(".specrelay/journal", "y");
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), IsEmpty());
}

TEST_F(TreeWatcherTest, AnEditorThatSavesByRenameMakesOneModification) {
  watched_.Put("specs/a/design.md", "old");
  watched_.Start();
  watched_.Put("specs/a/.design.md.swp", "new");
  watched_.Move("specs/a/.design.md.swp", "specs/a/design.md");
  watched_.Settle();
  EXPECT_EQ(watched_.ChangesOf("specs/a/design.md").size(), 1u);
  EXPECT_EQ(watched_.ChangesOf("specs/a/design.md")[0].content(), "new");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherTest, AnEditorThatKeepsABackupMakesOneModification) {
  watched_.Put("specs/a/design.md", "old");
  watched_.Start();
  watched_.Move("specs/a/design.md", "specs/a/design.md~");
  watched_.Put("specs/a/design.md", "new");
  watched_.Remove("specs/a/design.md~");
  watched_.Settle();
  EXPECT_EQ(watched_.ChangesOf("specs/a/design.md").back().content(), "new");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherTest, AFileThatIsRewrittenInStepsIsToldWhenItIsClosed) {
  watched_.Put("specs/a/design.md", "old");
  watched_.Start();
  const int fd = ::open(watched_.TreePath("specs/a/design.md").c_str(), O_WRONLY | O_TRUNC);
  ASSERT_GE(fd, 0);
  watched_.Settle();
  ASSERT_EQ(::write(fd, "half", 4), 4);
  watched_.Settle();
  ASSERT_EQ(::write(fd, " and half", 9), 9);
  ASSERT_EQ(::close(fd), 0);
  watched_.Settle();
  ASSERT_THAT(watched_.Told(), ElementsAre("modified specs/a/design.md"));
  EXPECT_EQ(watched_.Changes()[0].content(), "half and half");
}

TEST_F(TreeWatcherTest, AFileThatIsBeingCreatedIsNotToldBeforeItIsClosed) {
  TreeWatcherOptions options;
  options.timing.unfinished_grace = absl::Hours(1);
  watched_.Start(options);
  UniqueFd fd(::open(watched_.TreePath("specs/a/design.md").c_str(), O_WRONLY | O_CREAT, 0600));
  ASSERT_EQ(::write(fd.get(), "half", 4), 4);
  ASSERT_EQ(::fchmod(fd.get(), 0644), 0);
  watched_.Put("specs/a/later.md", "x");
  ASSERT_TRUE(watched_.WaitFor([&] { return !watched_.Told().empty(); }));
  ASSERT_EQ(::write(fd.get(), " and half", 9), 9);
  fd.reset();
  ASSERT_TRUE(watched_.WaitFor([&] { return watched_.Told().size() >= 2; }));
  EXPECT_THAT(watched_.Told(), ElementsAre("created specs/a/later.md", "created specs/a/design.md"));
  EXPECT_EQ(watched_.Changes()[1].content(), "half and half");
}

TEST_F(TreeWatcherTest, WhatLeavesTheContentAsItIsIsNotTold) {
  watched_.Put("specs/a/design.md", "same");
  watched_.Put("specs/a/requirements.md", "same");
  watched_.Start();
  watched_.Put("specs/a/design.md", "same");
  fs::permissions(watched_.TreePath("specs/a/design.md"), fs::perms::owner_all);
  fs::last_write_time(watched_.TreePath("specs/a/design.md"), fs::file_time_type::clock::now());
  watched_.Put("specs/a/copy", "same");
  watched_.Move("specs/a/copy", "specs/a/requirements.md");
  watched_.Settle();
  EXPECT_THAT(watched_.ChangesOf("specs/a/design.md"), IsEmpty());
  EXPECT_THAT(watched_.ChangesOf("specs/a/requirements.md"), IsEmpty());
  EXPECT_THAT(watched_.Resyncs(), IsEmpty());
}

TEST_F(TreeWatcherTest, AFileThatComesAndGoesAtOnceLeavesNoTrace) {
  watched_.Start();
  for (int i = 0; i < 200; ++i) {
    const std::string path = absl::StrCat("specs/a/", i);
    watched_.PutInPlace(path, path);
    watched_.Remove(path);
  }
  watched_.Settle();
  watched_.ExpectStateEqualsDisk();
  EXPECT_THAT(watched_.Reported(), IsEmpty());
}

TEST_F(TreeWatcherTest, DirectoriesThatAreMadeAndFilledInOneGoAreToldWhole) {
  watched_.Start();
  for (int i = 0; i < 200; ++i) watched_.PutInPlace(absl::StrCat("new", i, "/a/b/c/f"), absl::StrCat(i));
  watched_.ExpectStateEqualsDisk();
  EXPECT_EQ(watched_.Reported().size(), 200u);
  for (int i = 0; i < 200; ++i) watched_.Put(absl::StrCat("new", i, "/a/b/c/f"), absl::StrCat("again ", i));
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherTest, DirectoriesThatComeAndGoLeaveNothingBehind) {
  watched_.Start();
  for (int round = 0; round < 50; ++round) {
    watched_.PutInPlace("new/a/b/f", absl::StrCat(round));
    watched_.Remove("new");
  }
  watched_.ExpectStateEqualsDisk();
  watched_.Put("new/a/b/f", "last");
  watched_.ExpectStateEqualsDisk();
  EXPECT_EQ(watched_.Reported().size(), 1u);
  EXPECT_THAT(watched_.Resyncs(), IsEmpty());
}

TEST_F(TreeWatcherTest, FiveThousandFilesAtOnceAreAllTold) {
  watched_.Start();
  for (int i = 0; i < 5000; ++i) watched_.PutInPlace(absl::StrCat("specs/s", i % 50, "/", i, ".md"), absl::StrCat(i));
  watched_.ExpectStateEqualsDisk();
  EXPECT_EQ(watched_.Reported().size(), 5000u);
  fs::remove_all(watched_.TreePath("specs"));
  watched_.ExpectStateEqualsDisk();
  EXPECT_THAT(watched_.Reported(), IsEmpty());
}

TEST_F(TreeWatcherTest, DeliveriesAreBounded) {
  watched_.Start();
  watched_.Block();
  watched_.Put("first", "x");
  watched_.WaitUntilBlocked();
  for (int i = 0; i < 1000; ++i) watched_.Put(absl::StrCat("f", i), absl::StrCat(i));
  const int before = watched_.deliveries();
  watched_.Unblock();
  watched_.ExpectStateEqualsDisk();
  EXPECT_GE(watched_.deliveries() - before, 4);
}

TEST_F(TreeWatcherTest, ASteadyStreamOfChangesIsToldWhileItLasts) {
  watched_.Start();
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) watched_.Put(absl::StrCat("specs/a/", i % 10), absl::StrCat(i));
  });
  const bool told = watched_.WaitFor([&] { return watched_.deliveries() >= 20; });
  stop = true;
  writer.join();
  EXPECT_TRUE(told);
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherTest, ARenamedFileIsDeletedAndCreated) {
  watched_.Put("specs/a/old.md", "text");
  watched_.Start();
  watched_.Move("specs/a/old.md", "specs/a/new.md");
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), UnorderedElementsAre("deleted specs/a/old.md", "created specs/a/new.md"));
  EXPECT_EQ(watched_.ChangesOf("specs/a/new.md")[0].content(), "text");
}

TEST_F(TreeWatcherTest, AFileRenamedOverAnotherModifiesIt) {
  watched_.Put("specs/a/one.md", "1");
  watched_.Put("specs/a/two.md", "2");
  watched_.Start();
  watched_.Move("specs/a/one.md", "specs/a/two.md");
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), UnorderedElementsAre("deleted specs/a/one.md", "modified specs/a/two.md"));
}

TEST_F(TreeWatcherTest, AnArchivedSpecMovesFileByFileAndIsStillWatched) {
  watched_.Put("specs/a/tasks.md", "t");
  watched_.Put("specs/a/Implementation Logs/1.md", "l");
  watched_.Start();
  {
    ASSERT_OK_AND_ASSIGN(const auto lock, watched_.tree().Lock(absl::Seconds(10)));
    ASSERT_THAT(watched_.tree().Rename(*lock, "specs/a", "archive/specs/a"), IsOk());
  }
  watched_.Settle();
  EXPECT_THAT(
      watched_.Told(),
      UnorderedElementsAre("deleted specs/a/tasks.md", "deleted specs/a/Implementation Logs/1.md",
                           "created archive/specs/a/tasks.md", "created archive/specs/a/Implementation Logs/1.md"));
  EXPECT_EQ(watched_.ChangesOf("archive/specs/a/tasks.md")[0].category(), v1::FILE_CATEGORY_ARCHIVE);

  watched_.ForgetChanges();
  watched_.Put("archive/specs/a/tasks.md", "t2");
  watched_.Put("archive/specs/a/Implementation Logs/1.md", "l2");
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), UnorderedElementsAre("modified archive/specs/a/tasks.md",
                                                    "modified archive/specs/a/Implementation Logs/1.md"));

  watched_.Move("archive/specs/a", "specs/a");
  watched_.Settle();
  watched_.ForgetChanges();
  watched_.Put("specs/a/Implementation Logs/1.md", "l3");
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), ElementsAre("modified specs/a/Implementation Logs/1.md"));
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherTest, DirectoriesThatSwapPlacesAreToldApart) {
  watched_.Put("specs/a/sub/f", "in a");
  watched_.Put("specs/b/sub/f", "in b");
  watched_.Put("specs/b/only-b", "x");
  watched_.Start();
  watched_.Move("specs/a", "specs/c");
  watched_.Move("specs/b", "specs/a");
  watched_.Move("specs/c", "specs/b");
  watched_.ExpectStateEqualsDisk();
  watched_.Put("specs/a/sub/f", "now in a");
  watched_.Put("specs/b/sub/f", "now in b");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherTest, ADirectoryThatLeavesTheTreeIsDeletedAndNoLongerWatched) {
  watched_.Put("specs/a/sub/f", "1");
  watched_.Start();
  fs::rename(watched_.TreePath("specs/a"), watched_.temp().Join("elsewhere"));
  watched_.Settle();
  watched_.temp().WriteFile("elsewhere/sub/f", "secret");
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), ElementsAre("deleted specs/a/sub/f"));

  fs::rename(watched_.temp().Join("elsewhere"), watched_.TreePath("specs/b"));
  watched_.ExpectStateEqualsDisk();
  watched_.Put("specs/b/sub/f", "back");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherTest, AFileAndADirectoryTakeEachOthersPlace) {
  watched_.Put("x", "a file");
  watched_.Start();
  watched_.Remove("x");
  watched_.Put("x/y/z", "in a directory");
  watched_.ExpectStateEqualsDisk();
  watched_.Remove("x");
  watched_.Put("x", "a file again");
  watched_.ExpectStateEqualsDisk();
  watched_.Remove("x");
  watched_.MakeDirectory("x");
  watched_.ExpectStateEqualsDisk();
  watched_.Put("x/y", "still watched");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherTest, ASnapshotIsTakenBetweenDeliveries) {
  watched_.Start();
  watched_.Block();
  for (int i = 0; i < 10; ++i) watched_.Put(absl::StrCat("f", i), absl::StrCat(i));
  watched_.WaitUntilBlocked();
  absl::Notification done;
  WatchedTree::State snapshot;
  WatchedTree::State reported;
  ASSERT_THAT(watched_.watcher().Snapshot([&](const std::vector<v1::FileState>& files) {
    for (const v1::FileState& file : files) snapshot[file.path()] = file.hash();
    reported = watched_.Reported();
    done.Notify();
  }),
              IsOk());
  EXPECT_FALSE(done.HasBeenNotified());
  watched_.Unblock();
  done.WaitForNotification();
  EXPECT_EQ(snapshot, reported);
  EXPECT_FALSE(snapshot.empty());
}

TEST_F(TreeWatcherTest, SnapshotsThatWaitAreBoundedAndDroppedAtTheEnd) {
  watched_.Start();
  watched_.Block();
  watched_.Put("f", "x");
  watched_.WaitUntilBlocked();
  auto alive = std::make_shared<int>();
  const auto request = [&] { return watched_.watcher().Snapshot([alive](const std::vector<v1::FileState>&) {}); };
  absl::Status status = absl::OkStatus();
  int accepted = 0;
  while ((status = request()).ok()) ASSERT_LT(++accepted, 1000);
  EXPECT_THAT(status, HasCode(absl::StatusCode::kResourceExhausted));
  watched_.Stop();
  EXPECT_EQ(alive.use_count(), 1);
}

TEST_F(TreeWatcherTest, ItStopsInTheMiddleOfABurst) {
  for (int round = 0; round < 20; ++round) {
    WatchedTree watched;
    watched.Start();
    for (int i = 0; i < 20; ++i) watched.Put(absl::StrCat("d", i, "/f"), absl::StrCat(i));
    watched.Stop();
  }
}

}  // namespace
}  // namespace specrelay
