#include "mcp_agent/watch/directory_watches.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using Outcome = DirectoryWatches::Outcome;

const char* Name(WatchEvent::Kind kind) {
  switch (kind) {
    case WatchEvent::Kind::kChanged:
      return "changed";
    case WatchEvent::Kind::kUnfinished:
      return "unfinished";
    case WatchEvent::Kind::kOverflow:
      return "overflow";
    case WatchEvent::Kind::kUnmounted:
      return "unmounted";
    case WatchEvent::Kind::kTreeLost:
      return "tree lost";
    case WatchEvent::Kind::kProjectLost:
      return "project lost";
  }
  return "?";
}

class DirectoryWatchesTest : public testing::Test {
 protected:
  DirectoryWatchesTest() { temp_.MakeDirectory("project/.spec-context/specs/a"); }

  std::string Tree(const std::string& path) const { return temp_.Join(absl::StrCat("project/.spec-context/", path)); }

  void AddAll(DirectoryWatches& watches, const std::vector<std::string>& dirs) {
    watches.BeginCheck();
    for (const std::string& dir : dirs) EXPECT_EQ(watches.Add(dir), Outcome::kWatched) << dir;
    watches.EndCheck("");
  }

  // What has been reported. inotify queues an event before the call that caused it returns, so nothing need be waited
  // for.
  std::vector<std::string> Events(DirectoryWatches& watches) {
    std::vector<std::string> events;
    watches.Read(
        [&](const WatchEvent& event) {
          std::string text = absl::StrCat(Name(event.kind), " ", event.path);
          if (events.empty() || events.back() != text) events.push_back(std::move(text));
        },
        [] { return true; });
    return events;
  }

  TempDir temp_;
  InotifyQueue queue_;
  DirectoryWatches watches_{temp_.Join("project"), INT_MAX, queue_};
};

TEST_F(DirectoryWatchesTest, FilesAreUnfinishedUntilTheyAreClosed) {
  AddAll(watches_, {"", "specs", "specs/a"});
  temp_.WriteFile("project/.spec-context/specs/a/f", "x");
  EXPECT_THAT(Events(watches_), ElementsAre("unfinished specs/a/f", "changed specs/a/f"));
  fs::permissions(Tree("specs/a/f"), fs::perms::owner_all);
  EXPECT_THAT(Events(watches_), ElementsAre("unfinished specs/a/f"));
  fs::create_hard_link(Tree("specs/a/f"), Tree("specs/g"));
  EXPECT_THAT(Events(watches_), ElementsAre("unfinished specs/g"));
  fs::rename(Tree("specs/g"), Tree("h"));
  EXPECT_THAT(Events(watches_), ElementsAre("changed specs/g", "changed h"));
  fs::remove(Tree("h"));
  EXPECT_THAT(Events(watches_), ElementsAre("changed h"));
}

TEST_F(DirectoryWatchesTest, WhatIsMovedAwayOrRemovedIsGone) {
  AddAll(watches_, {"", "specs"});
  temp_.WriteFile("project/.spec-context/specs/f", "x");
  fs::rename(Tree("specs/f"), Tree("g"));
  fs::remove(Tree("g"));
  std::vector<std::string> gone;
  watches_.Read(
      [&](const WatchEvent& event) {
        EXPECT_TRUE(event.written || !event.gone);
        if (event.gone) gone.push_back(event.path);
      },
      [] { return true; });
  EXPECT_THAT(gone, ElementsAre("specs/f", "g"));
}

TEST_F(DirectoryWatchesTest, ReadingEndsThoughSomethingHappensAllTheTime) {
  AddAll(watches_, {""});
  temp_.WriteFile("project/.spec-context/f", "x");
  int events = 0;
  watches_.Read(
      [&](const WatchEvent&) {
        ASSERT_LT(++events, 10'000);
        fs::permissions(Tree("f"), events % 2 == 0 ? fs::perms::owner_all : fs::perms::owner_read);
      },
      [] { return true; });
  EXPECT_GT(events, 1);
  EXPECT_FALSE(Events(watches_).empty()) << "the rest is reported by the next call";
}

TEST_F(DirectoryWatchesTest, ADirectoryThatMayNotBeListedIsUnwatchedAndThatIsSaid) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may list everything";
  fs::permissions(Tree("specs"), fs::perms::owner_exec);
  testing::internal::CaptureStderr();
  EXPECT_EQ(watches_.Add("specs"), Outcome::kUnwatched);
  EXPECT_EQ(watches_.Add("specs"), Outcome::kUnwatched);
  const std::string log = testing::internal::GetCapturedStderr();
  fs::permissions(Tree("specs"), fs::perms::owner_all);
  EXPECT_THAT(log, testing::HasSubstr("may not list '.spec-context/specs'"));
  EXPECT_THAT(log, testing::HasSubstr("let the user that the agent runs as read it"));
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << "once";
}

TEST_F(DirectoryWatchesTest, AnotherFileSystemAboveTheTreeCountsAsWell) {
  AddAll(watches_, {"", "specs"});
  EXPECT_EQ(watches_.WatchProject(), Outcome::kWatched);
  EXPECT_FALSE(watches_.met_other_file_system());
  InotifyQueue queue;
  DirectoryWatches elsewhere("/proc", INT_MAX, queue);
  elsewhere.WatchProject();
  EXPECT_TRUE(elsewhere.met_other_file_system());
  EXPECT_FALSE(elsewhere.reports_all());
}

TEST_F(DirectoryWatchesTest, DirectoriesAreReportedByTheirParent) {
  AddAll(watches_, {"", "specs"});
  fs::create_directory(Tree("specs/b"));
  EXPECT_THAT(Events(watches_), ElementsAre("changed specs/b"));
  fs::rename(Tree("specs/b"), Tree("b"));
  EXPECT_THAT(Events(watches_), ElementsAre("changed specs/b", "changed b"));
  fs::remove(Tree("b"));
  EXPECT_THAT(Events(watches_), ElementsAre("changed b"));
}

TEST_F(DirectoryWatchesTest, TheAgentsOwnNamesAndThoseOfNoPathAreNotReported) {
  AddAll(watches_, {""});
  temp_.WriteFile("project/.spec-context/.tmp-0123456789abcdefghij", "x");
  fs::create_directory(Tree(".specrelay"));
  fs::create_directory(Tree("\xff"));
  EXPECT_THAT(Events(watches_), IsEmpty());
}

TEST_F(DirectoryWatchesTest, NothingOutsideTheTreeIsWatched) {
  temp_.MakeDirectory("outside/inner");
  fs::create_directory_symlink(temp_.Join("outside"), Tree("link"));
  temp_.WriteFile("project/.spec-context/file", "x");
  watches_.BeginCheck();
  for (const char* dir : {"link", "link/inner", "..", "../..", "specs/../..", "file", "missing", "specs/missing"}) {
    EXPECT_EQ(watches_.Add(dir), Outcome::kGone) << dir;
  }
  EXPECT_EQ(watches_.size(), 0u);
  temp_.WriteFile("outside/inner/f", "x");
  EXPECT_THAT(Events(watches_), IsEmpty());
}

TEST_F(DirectoryWatchesTest, ATreeOrProjectThatIsASymbolicLinkIsNotWatched) {
  fs::rename(temp_.Join("project/.spec-context"), temp_.Join("elsewhere"));
  fs::create_directory_symlink(temp_.Join("elsewhere"), temp_.Join("project/.spec-context"));
  EXPECT_EQ(watches_.Add(""), Outcome::kGone);
  EXPECT_EQ(watches_.Add("specs"), Outcome::kGone);
  fs::rename(temp_.Join("project"), temp_.Join("moved"));
  fs::create_directory_symlink(temp_.Join("moved"), temp_.Join("project"));
  EXPECT_EQ(watches_.WatchProject(), Outcome::kGone);
  EXPECT_FALSE(watches_.project_watched());
}

TEST_F(DirectoryWatchesTest, AMovedDirectoryKeepsItsWatchUnderItsNewPath) {
  AddAll(watches_, {"", "specs", "specs/a"});
  fs::rename(Tree("specs/a"), Tree("specs/b"));
  AddAll(watches_, {"", "specs", "specs/b"});
  EXPECT_FALSE(watches_.Contains("specs/a"));
  Events(watches_);
  temp_.WriteFile("project/.spec-context/specs/b/f", "x");
  EXPECT_THAT(Events(watches_), Contains("changed specs/b/f"));
}

TEST_F(DirectoryWatchesTest, ADirectoryInPlaceOfAnotherTakesItsPathOver) {
  temp_.MakeDirectory("project/.spec-context/specs/b");
  AddAll(watches_, {"", "specs", "specs/a", "specs/b"});
  fs::rename(Tree("specs/a"), temp_.Join("aside"));
  fs::rename(Tree("specs/b"), Tree("specs/a"));
  AddAll(watches_, {"", "specs", "specs/a"});
  EXPECT_EQ(watches_.size(), 3u);
  Events(watches_);
  temp_.WriteFile("aside/f", "x");
  EXPECT_THAT(Events(watches_), IsEmpty());
  temp_.WriteFile("project/.spec-context/specs/a/f", "x");
  EXPECT_THAT(Events(watches_), Contains("changed specs/a/f"));
}

TEST_F(DirectoryWatchesTest, WhatACheckDidNotAddIsForgottenUnlessItIsKept) {
  temp_.MakeDirectory("project/.spec-context/specs/b/c");
  AddAll(watches_, {"", "specs", "specs/a", "specs/b", "specs/b/c"});
  watches_.BeginCheck();
  watches_.Add("specs");
  watches_.Keep("specs/b");
  watches_.EndCheck("specs");
  EXPECT_FALSE(watches_.Contains("specs/a"));
  EXPECT_TRUE(watches_.Contains("specs/b/c"));
  EXPECT_TRUE(watches_.Contains(""));
  temp_.WriteFile("project/.spec-context/specs/a/f", "x");
  EXPECT_THAT(Events(watches_), IsEmpty());
}

TEST_F(DirectoryWatchesTest, ARemovedDirectoryIsForgottenAndReported) {
  AddAll(watches_, {"", "specs", "specs/a"});
  fs::remove(Tree("specs/a"));
  EXPECT_THAT(Events(watches_), Contains("changed specs/a"));
  EXPECT_FALSE(watches_.Contains("specs/a"));
}

TEST_F(DirectoryWatchesTest, BeyondTheLimitDirectoriesAreKnownButUnwatched) {
  temp_.MakeDirectory("project/.spec-context/specs/b/c");
  temp_.MakeDirectory("project/.spec-context/specs/b-2");
  InotifyQueue queue;
  DirectoryWatches watches(temp_.Join("project"), /*max_watches=*/2, queue);
  AddAll(watches, {"", "specs"});
  watches.BeginCheck();
  EXPECT_EQ(watches.Add("specs"), Outcome::kWatched) << "it has its watch already";
  for (const char* dir : {"specs/a", "specs/b", "specs/b/c", "specs/b-2"}) {
    EXPECT_EQ(watches.Add(dir), Outcome::kUnwatched) << dir;
  }
  watches.EndCheck("specs");
  EXPECT_TRUE(watches.has_unwatched());
  EXPECT_THAT(watches.Unwatched(), ElementsAre("specs/a", "specs/b", "specs/b-2"));
  EXPECT_EQ(watches.size(), 6u);

  watches.BeginCheck();
  watches.EndCheck("specs");
  EXPECT_FALSE(watches.has_unwatched());
  watches.BeginCheck();
  EXPECT_EQ(watches.Add("specs/b"), Outcome::kWatched) << "there is room again";
}

TEST_F(DirectoryWatchesTest, AnUnwatchedTreeStandsForAllBelow) {
  InotifyQueue queue;
  DirectoryWatches watches(temp_.Join("project"), /*max_watches=*/0, queue);
  for (const char* dir : {"", "specs", "specs/a"}) EXPECT_EQ(watches.Add(dir), Outcome::kUnwatched);
  EXPECT_THAT(watches.Unwatched(), ElementsAre(""));
}

TEST_F(DirectoryWatchesTest, TheProjectTellsWhenTheTreeComesAndGoes) {
  EXPECT_EQ(watches_.WatchProject(), Outcome::kWatched);
  temp_.WriteFile("project/README.md", "x");
  EXPECT_THAT(Events(watches_), IsEmpty());
  fs::rename(temp_.Join("project/.spec-context"), temp_.Join("aside"));
  EXPECT_THAT(Events(watches_), ElementsAre("tree lost "));
  fs::rename(temp_.Join("aside"), temp_.Join("project/.spec-context"));
  EXPECT_THAT(Events(watches_), ElementsAre("changed "));
  fs::remove_all(temp_.Join("project/.spec-context"));
  EXPECT_THAT(Events(watches_), ElementsAre("tree lost "));
}

TEST_F(DirectoryWatchesTest, AProjectThatMovesIsLostAndWatchedAgainByItsPath) {
  EXPECT_EQ(watches_.WatchProject(), Outcome::kWatched);
  fs::rename(temp_.Join("project"), temp_.Join("aside"));
  EXPECT_THAT(Events(watches_), ElementsAre("project lost "));
  EXPECT_EQ(watches_.WatchProject(), Outcome::kGone);
  EXPECT_FALSE(watches_.project_watched());
  fs::remove_all(temp_.Join("aside/.spec-context"));
  EXPECT_THAT(Events(watches_), IsEmpty());
  temp_.MakeDirectory("project");
  EXPECT_EQ(watches_.WatchProject(), Outcome::kWatched);
  temp_.MakeDirectory("project/.spec-context");
  EXPECT_THAT(Events(watches_), ElementsAre("changed "));
  fs::remove_all(temp_.Join("project"));
  EXPECT_THAT(Events(watches_), Contains("project lost "));
  EXPECT_FALSE(watches_.project_watched());
}

TEST_F(DirectoryWatchesTest, ReadingStopsWhenNoMoreIsWanted) {
  AddAll(watches_, {""});
  temp_.WriteFile("project/.spec-context/f", "x");
  int events = 0;
  watches_.Read([&](const WatchEvent&) { ++events; }, [] { return false; });
  EXPECT_EQ(events, 0);
  pollfd readable = {queue_.fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&readable, 1, 0), 1);
  EXPECT_THAT(Events(watches_), Contains("changed f"));
  EXPECT_EQ(::poll(&readable, 1, 0), 0);
}

}  // namespace
}  // namespace specrelay
