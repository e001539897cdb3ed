// What a watcher tells of links, of what is no regular file or cannot be read, and beyond its limits.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/unique_fd.h"
#include "mcp_agent/watch/testing/watched_tree.h"
#include "mcp_agent/watch/tree_watcher.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class TreeWatcherHostileTest : public testing::Test {
 protected:
  TreeWatcherHostileTest() { watched_.MakeDirectory("specs/a"); }

  WatchedTree watched_;
};

TEST_F(TreeWatcherHostileTest, AHardLinkIsAFileOfItsOwn) {
  watched_.Put("one", "1");
  watched_.Start();
  fs::create_hard_link(watched_.TreePath("one"), watched_.TreePath("two"));
  watched_.temp().WriteFile("outside", "linked in");
  fs::create_hard_link(watched_.temp().Join("outside"), watched_.TreePath("three"));
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), UnorderedElementsAre("created two", "created three"));
  watched_.Remove("one");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherHostileTest, AFileWithSeveralNamesIsToldUnderAllOfThem) {
  watched_.Put("specs/a/one", "1");
  fs::create_hard_link(watched_.TreePath("specs/a/one"), watched_.TreePath("specs/two"));
  watched_.Start();
  fs::create_hard_link(watched_.TreePath("specs/two"), watched_.TreePath("three"));
  watched_.ExpectStateEqualsDisk();
  watched_.Put("specs/two", "2");
  watched_.ExpectStateEqualsDisk();
  watched_.Settle();
  EXPECT_THAT(watched_.Told(),
              UnorderedElementsAre("created three", "modified specs/a/one", "modified specs/two", "modified three"));
}

TEST_F(TreeWatcherHostileTest, AFileMadeByLinkAndUnlinkIsTold) {
  watched_.Start();
  watched_.Put("draft", "text");
  fs::create_hard_link(watched_.TreePath("draft"), watched_.TreePath("final.md"));
  watched_.Remove("draft");
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), testing::Contains("created final.md"));
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherHostileTest, SymbolicLinksAreNeitherToldNorFollowed) {
  watched_.temp().WriteFile("outside/secret.md", "secret");
  watched_.Put("specs/a/real.md", "x");
  fs::create_symlink(watched_.temp().Join("outside"), watched_.TreePath("specs/there-at-the-start"));
  watched_.Start();
  fs::create_symlink(watched_.temp().Join("outside/secret.md"), watched_.TreePath("specs/a/link.md"));
  fs::create_symlink(watched_.temp().Join("outside"), watched_.TreePath("specs/directory"));
  fs::create_symlink("real.md", watched_.TreePath("specs/a/inside.md"));
  fs::create_symlink("nowhere", watched_.TreePath("specs/a/dangling.md"));
  watched_.Settle();
  watched_.temp().WriteFile("outside/secret.md", "changed");
  watched_.temp().WriteFile("outside/new.md", "new");
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), IsEmpty());
}

TEST_F(TreeWatcherHostileTest, WhatIsReplacedByASymbolicLinkIsDeleted) {
  watched_.temp().WriteFile("outside/f", "secret");
  watched_.Put("file", "x");
  watched_.Put("swapped", "x");
  watched_.Put("directory/f", "x");
  watched_.Start();
  watched_.Remove("file");
  fs::create_symlink(watched_.temp().Join("outside/f"), watched_.TreePath("file"));
  fs::create_symlink(watched_.temp().Join("outside/f"), watched_.temp().Join("link"));
  fs::rename(watched_.temp().Join("link"), watched_.TreePath("swapped"));
  watched_.Remove("directory");
  fs::create_symlink(watched_.temp().Join("outside"), watched_.TreePath("directory"));
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), UnorderedElementsAre("deleted file", "deleted swapped", "deleted directory/f"));
}

TEST_F(TreeWatcherHostileTest, SpecialFilesAreNeitherToldNorOpened) {
  watched_.Put("file", "x");
  watched_.Start();
  ASSERT_EQ(::mkfifo(watched_.TreePath("fifo").c_str(), 0600), 0);
  // A socket's path must be short.
  const UniqueFd tree(::open(watched_.TreePath("").c_str(), O_PATH | O_DIRECTORY));
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  absl::SNPrintF(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/socket", tree.get());
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  watched_.Remove("file");
  ASSERT_EQ(::mkfifo(watched_.TreePath("file").c_str(), 0600), 0);
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), ElementsAre("deleted file"));
}

TEST_F(TreeWatcherHostileTest, NamesThatNoPathCanStateAreLeftOut) {
  watched_.Start();
  const std::string bad = watched_.TreePath("specs/a/bad-\xff.md");
  const int fd = ::open(bad.c_str(), O_WRONLY | O_CREAT, 0600);
  ASSERT_GE(fd, 0);
  ::close(fd);
  ASSERT_EQ(::mkdir(watched_.TreePath("specs/\xc0\xaf").c_str(), 0700), 0);
  watched_.Put("specs/a/größe\n\x01.md", "odd, but a name");
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), ElementsAre("created specs/a/größe\n\x01.md"));
}

TEST_F(TreeWatcherHostileTest, AFileThatMayNotBeReadIsNotThere) {
  std::atomic<bool> denied{true};
  watched_.observed().set_hook([&](absl::string_view operation, absl::string_view path) {
    return denied && operation == "Read" && path == "closed.md" ? absl::PermissionDeniedError("closed")
                                                                : absl::OkStatus();
  });
  watched_.Put("closed.md", "x");
  watched_.Start();
  watched_.Put("closed.md", "y");
  watched_.Put("open.md", "z");
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), ElementsAre("created open.md"));
  denied = false;
  fs::permissions(watched_.TreePath("closed.md"), fs::perms::owner_all);
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), ElementsAre("created open.md", "created closed.md"));
  denied = true;
  fs::permissions(watched_.TreePath("closed.md"), fs::perms::none);
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), ElementsAre("created open.md", "created closed.md", "deleted closed.md"));
}

TEST_F(TreeWatcherHostileTest, APassingFailureDeletesNothingAndIsTriedAgain) {
  std::atomic<bool> failing{false};
  watched_.observed().set_hook([&](absl::string_view operation, absl::string_view path) {
    return failing && operation == "Read" ? absl::InternalError("the disk failed") : absl::OkStatus();
  });
  watched_.Put("specs/a/tasks.md", "1");
  TreeWatcherOptions options;
  options.timing.retry_interval = absl::Milliseconds(20);
  watched_.Start(options);
  failing = true;
  watched_.observed().Reset();
  watched_.Put("specs/a/tasks.md", "2");
  while (watched_.observed().calls("Read") < 3) std::this_thread::yield();
  EXPECT_THAT(watched_.Told(), IsEmpty());
  failing = false;
  watched_.ExpectStateEqualsDisk();
  EXPECT_THAT(watched_.Told(), ElementsAre("modified specs/a/tasks.md"));
}

TEST_F(TreeWatcherHostileTest, ADirectoryThatCannotBeListedForAPassingReasonKeepsItsFiles) {
  std::atomic<bool> failing{false};
  watched_.observed().set_hook([&](absl::string_view operation, absl::string_view path) {
    return failing && operation == "List" && path == "specs/a" ? absl::ResourceExhaustedError("no descriptors left")
                                                               : absl::OkStatus();
  });
  watched_.Put("specs/a/tasks.md", "1");
  TreeWatcherOptions options;
  options.timing.retry_interval = absl::Milliseconds(20);
  watched_.Start(options);
  failing = true;
  watched_.observed().Reset();
  fs::permissions(watched_.TreePath("specs"), fs::perms::owner_all);
  while (watched_.observed().calls("List") < 5) std::this_thread::yield();
  EXPECT_THAT(watched_.Told(), IsEmpty());
  failing = false;
  watched_.Put("specs/a/tasks.md", "2");
  watched_.ExpectStateEqualsDisk();
}

TEST_F(TreeWatcherHostileTest, ContentOver64KiBIsLeftOut) {
  watched_.Start();
  watched_.Put("fits", std::string(64 << 10, 'x'));
  watched_.Put("large", std::string((64 << 10) + 1, 'x'));
  watched_.Settle();
  ASSERT_THAT(watched_.Told(), ElementsAre("created fits", "created large"));
  EXPECT_EQ(watched_.Changes()[0].content().size(), size_t{64 << 10});
  EXPECT_TRUE(watched_.Changes()[1].content_omitted());
  EXPECT_EQ(watched_.Changes()[1].hash(), Sha256Hex(std::string((64 << 10) + 1, 'x')));
}

TEST_F(TreeWatcherHostileTest, AFileOverTheLimitIsToldWithoutHash) {
  TreeWatcherOptions options;
  options.limits.max_file_bytes = 1000;
  watched_.Start(options);
  watched_.Put("huge", std::string(1001, 'x'));
  watched_.Settle();
  watched_.Put("huge", std::string(1002, 'x'));
  watched_.Settle();
  watched_.Put("huge", std::string(1000, 'x'));
  watched_.Settle();
  ASSERT_THAT(watched_.Told(), ElementsAre("created huge", "modified huge", "modified huge"));
  EXPECT_EQ(watched_.Changes()[0].hash(), "");
  EXPECT_EQ(watched_.Changes()[0].size_bytes(), 1001);
  EXPECT_TRUE(watched_.Changes()[0].content_omitted());
  EXPECT_EQ(watched_.Changes()[1].size_bytes(), 1002);
  EXPECT_EQ(watched_.Changes()[2].content(), std::string(1000, 'x'));
}

TEST_F(TreeWatcherHostileTest, BeyondTheLimitsDirectoriesAreLeftOut) {
  TreeWatcherOptions options;
  options.limits.max_directories = 4;
  options.limits.max_depth = 3;
  watched_.Start(options);  // the tree, specs and specs/a
  watched_.Put("specs/a/1", "x");
  watched_.Put("specs/a/too/deep", "x");
  watched_.Settle();
  watched_.Put("b/2", "x");
  watched_.Put("c/too-many", "x");
  watched_.Settle();
  EXPECT_THAT(watched_.Told(), ElementsAre("created specs/a/1", "created b/2"));
  watched_.Remove("b");
  watched_.Put("c/d", "x");
  watched_.Move("c", "room-again");
  watched_.Settle();
  EXPECT_EQ(watched_.Reported().count("room-again/d"), 1u);
}

TEST_F(TreeWatcherHostileTest, BeyondTheLimitFilesAreLeftOutAndTheOthersStayWatched) {
  TreeWatcherOptions options;
  options.limits.max_files = 2;
  watched_.Put("known-1", "x");
  watched_.Start(options);
  watched_.Put("known-2", "x");
  ASSERT_TRUE(watched_.WaitFor([&] { return watched_.Told().size() == 1; }));
  // Changes are looked at in order of path.
  watched_.Put("a-third", "x");
  watched_.Put("known-1", "y");
  ASSERT_TRUE(watched_.WaitFor([&] { return watched_.Told().size() == 2; }));
  watched_.Remove("known-2");
  ASSERT_TRUE(watched_.WaitFor([&] { return watched_.Told().size() == 3; }));
  watched_.Put("a-third", "room for it now");
  ASSERT_TRUE(watched_.WaitFor([&] { return watched_.Told().size() == 4; }));
  EXPECT_THAT(watched_.Told(),
              ElementsAre("created known-2", "modified known-1", "deleted known-2", "created a-third"));
}

}  // namespace
}  // namespace specrelay
