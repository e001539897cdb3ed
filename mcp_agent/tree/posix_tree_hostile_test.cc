// Symbolic links, special files and races: nothing outside the tree is read or written, and nothing blocks.
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/posix_tree.h"
#include "mcp_agent/tree/testing/posix_test_support.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::AllOf;
using testing::HasSubstr;

constexpr char kSecret[] = "SECRET";

class PosixTreeHostileTest : public testing::Test {
 protected:
  PosixTreeHostileTest() {
    outside_.WriteFile("file", kSecret);
    outside_.WriteFile("dir/file", kSecret);
    project_.WriteFile(".spec-context/specs/inside.md", "inside");
    auto tree = PosixTree::Open(project_.path());
    EXPECT_THAT(tree, IsOk());
    tree_ = *std::move(tree);
    auto lock = tree_->Lock(absl::Seconds(60));
    EXPECT_THAT(lock, IsOk());
    lock_ = *std::move(lock);
  }

  std::string InTree(absl::string_view path) { return project_.Join(absl::StrCat(".spec-context/", path)); }

  void Link(const std::string& target, absl::string_view path) {
    std::filesystem::create_symlink(target, InTree(path));
  }

  // What each method says of `path`, by name of the method.
  std::map<std::string, absl::Status> CallAll(const std::string& path) {
    return {
        {"Read", tree_->Read(path, 1 << 20).status()},
        {"Stat", tree_->Stat(path).status()},
        {"StatEach", tree_->StatEach({path})[0].status()},
        {"List", tree_->List(path).status()},
        {"Write", tree_->Write(*lock_, path, "overwritten").status()},
        {"Append", tree_->Append(*lock_, path, "appended")},
        {"Rename", tree_->Rename(*lock_, path, "moved")},
        {"RenameTo", tree_->Rename(*lock_, "specs/inside.md", absl::StrCat(path, "/moved"))},
        {"Remove", tree_->Remove(*lock_, path)},
    };
  }

  // `link` is the symbolic link in `path`.
  void ExpectAllDenied(const std::string& path, const std::string& link) {
    for (const auto& [method, status] : CallAll(path)) {
      EXPECT_THAT(status, IsStatus(StatusCode::kPermissionDenied, AllOf(HasSubstr(link), HasSubstr("symbolic link"))))
          << method << " " << path;
    }
  }

  void ExpectOutsideUntouched() {
    EXPECT_EQ(outside_.ReadFile("file"), kSecret);
    EXPECT_EQ(outside_.ReadFile("dir/file"), kSecret);
    int entries = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(outside_.path())) {
      ++entries;
      EXPECT_THAT(entry.path().filename().string(), testing::AnyOf("file", "dir"));
    }
    EXPECT_EQ(entries, 3);
  }

  TempDir project_;
  TempDir outside_;
  std::unique_ptr<PosixTree> tree_;
  std::unique_ptr<TreeLock> lock_;
};

TEST_F(PosixTreeHostileTest, SymbolicLinksAreRefusedWhereverTheyPoint) {
  Link(outside_.Join("file"), "to-file");
  Link(outside_.Join("dir"), "to-dir");
  Link(outside_.Join("nothing"), "dangling");
  Link("loop", "loop");
  Link("specs", "to-own-dir");
  Link("specs/inside.md", "to-own-file");
  Link("/proc/self/root", "magic");
  for (const char* path : {"to-file", "to-dir", "dangling", "loop", "to-own-dir", "to-own-file", "magic"}) {
    ExpectAllDenied(path, path);
  }
  ExpectOutsideUntouched();
  EXPECT_FALSE(outside_.Exists("nothing"));
  EXPECT_EQ(project_.ReadFile(".spec-context/specs/inside.md"), "inside");
}

TEST_F(PosixTreeHostileTest, NoPathLeadsThroughASymbolicLink) {
  Link(outside_.path(), "specs/link");
  Link("/proc/self/root", "specs/magic");
  Link("..", "specs/up");
  for (const char* path : {"specs/link/file", "specs/link/dir", "specs/link/dir/file", "specs/link/new"}) {
    ExpectAllDenied(path, "specs/link");
  }
  ExpectAllDenied("specs/magic/etc/passwd", "specs/magic");
  for (const char* path : {"specs/up/up", "specs/up/specs/inside.md"}) ExpectAllDenied(path, "specs/up");
  ExpectOutsideUntouched();
}

TEST_F(PosixTreeHostileTest, ATreeThatIsASymbolicLinkIsRefused) {
  lock_.reset();
  project_.Remove(".spec-context");
  outside_.MakeDirectory("dir");
  std::filesystem::create_directory_symlink(outside_.Join("dir"), project_.Join(".spec-context"));
  for (const absl::Status& status :
       {tree_->Read("file", 100).status(), tree_->Stat("").status(), tree_->StatEach({"file"})[0].status(),
        tree_->List("").status(), tree_->Lock(absl::Seconds(1)).status()}) {
    EXPECT_THAT(status, IsStatus(StatusCode::kPermissionDenied, HasSubstr("'.spec-context' is a symbolic link")));
  }
  ExpectOutsideUntouched();
}

TEST_F(PosixTreeHostileTest, TheLockFollowsNoSymbolicLink) {
  lock_.reset();
  project_.Remove(".spec-context/.specrelay");
  Link(outside_.path(), ".specrelay");
  EXPECT_THAT(tree_->Lock(absl::Seconds(1)), IsStatus(StatusCode::kPermissionDenied, HasSubstr("symbolic link")));
  project_.Remove(".spec-context/.specrelay");
  project_.MakeDirectory(".spec-context/.specrelay");
  Link(outside_.Join("new"), ".specrelay/lock");
  EXPECT_THAT(tree_->Lock(absl::Seconds(1)), IsStatus(StatusCode::kPermissionDenied, HasSubstr("symbolic link")));
  ExpectOutsideUntouched();
}

TEST_F(PosixTreeHostileTest, AFifoIsRefusedAtOnce) {
  ASSERT_EQ(::mkfifo(InTree("specs/fifo").c_str(), 0666), 0);
  for (const auto& [method, status] : CallAll("specs/fifo")) {
    if (method == "RenameTo") continue;
    EXPECT_THAT(status, IsStatus(StatusCode::kPermissionDenied, HasSubstr("is a FIFO"))) << method;
  }
}

TEST_F(PosixTreeHostileTest, ALockFileThatIsAFifoIsRefusedAtOnce) {
  lock_.reset();
  project_.Remove(".spec-context/.specrelay/lock");
  ASSERT_EQ(::mkfifo(InTree(".specrelay/lock").c_str(), 0666), 0);
  EXPECT_THAT(tree_->Lock(absl::Seconds(60)), IsStatus(StatusCode::kPermissionDenied, HasSubstr("no regular file")));
}

TEST_F(PosixTreeHostileTest, ASocketIsRefused) {
  ASSERT_TRUE(MakeSocket(InTree("specs/socket")));
  for (const auto& [method, status] : CallAll("specs/socket")) {
    if (method == "RenameTo") continue;
    EXPECT_THAT(status, IsStatus(StatusCode::kPermissionDenied, HasSubstr("is a socket"))) << method;
  }
}

TEST_F(PosixTreeHostileTest, ADeviceIsRefused) {
  if (::mknod(InTree("specs/zero").c_str(), S_IFCHR | 0666, makedev(1, 5)) != 0) {
    GTEST_SKIP() << "this machine allows no device nodes";
  }
  for (const auto& [method, status] : CallAll("specs/zero")) {
    if (method == "RenameTo") continue;
    EXPECT_THAT(status, IsStatus(StatusCode::kPermissionDenied, HasSubstr("is a device"))) << method;
  }
}

TEST_F(PosixTreeHostileTest, DevicesOfTheSystemAreNeitherReadNorListed) {
  ASSERT_OK_AND_ASSIGN(const auto devices, PosixTree::OpenProjectReader("/dev"));
  for (const char* name : {"null", "zero", "random"}) {
    EXPECT_THAT(devices->Read(name, 100), IsStatus(StatusCode::kPermissionDenied, HasSubstr("is a device"))) << name;
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<DirectoryEntry> entries, devices->List(""));
  for (const DirectoryEntry& entry : entries) EXPECT_NE(entry.name, "null");
}

TEST_F(PosixTreeHostileTest, ListingsShowRegularFilesAndDirectoriesOnly) {
  ASSERT_EQ(::mkfifo(InTree("specs/fifo").c_str(), 0666), 0);
  ASSERT_TRUE(MakeSocket(InTree("specs/socket")));
  Link(outside_.Join("file"), "specs/to-file");
  Link(outside_.Join("dir"), "specs/to-dir");
  ASSERT_OK_AND_ASSIGN(const std::vector<DirectoryEntry> entries, tree_->List("specs"));
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].name, "inside.md");
}

// The race: while `attacks` go on, two names of the tree change places as fast as they can.
class PosixTreeRaceTest : public PosixTreeHostileTest {
 protected:
  // Returns how many calls succeeded and how many were refused; any other outcome is a failure.
  struct Outcome {
    int succeeded = 0;
    int refused = 0;
  };

  Outcome Race(const std::string& a, const std::string& b,
               const std::function<std::vector<absl::Status>(int)>& attack) {
    std::atomic<bool> done{false};
    std::thread swapper([&] {
      while (!done) ::renameat2(AT_FDCWD, InTree(a).c_str(), AT_FDCWD, InTree(b).c_str(), RENAME_EXCHANGE);
    });
    Outcome outcome;
    const absl::Time end = absl::Now() + absl::Seconds(1);
    for (int i = 0; absl::Now() < end; ++i) {
      for (const absl::Status& status : attack(i)) {
        ++(status.ok() ? outcome.succeeded : outcome.refused);
        EXPECT_THAT(status, testing::AnyOf(IsOk(), HasCode(StatusCode::kPermissionDenied),
                                           HasCode(StatusCode::kNotFound), HasCode(StatusCode::kUnavailable)));
      }
    }
    done = true;
    swapper.join();
    // Else there was no race.
    EXPECT_GT(outcome.succeeded, 0);
    EXPECT_GT(outcome.refused, 0);
    return outcome;
  }

  absl::Status ReadInside(absl::string_view path) {
    const absl::StatusOr<FileContent> content = tree_->Read(path, 1 << 20);
    EXPECT_FALSE(content.ok() && absl::StrContains(content->bytes, kSecret)) << "read outside the tree";
    return content.status();
  }

  absl::Status StatInside(const std::string& path) {
    // Twice, the second time from the directory that the first has opened.
    const std::vector<absl::StatusOr<FileStat>> stats = tree_->StatEach({path, path});
    const ino_t outside = InodeOf(outside_.Join("file"));
    for (const absl::StatusOr<FileStat>& stat : stats) {
      EXPECT_FALSE(stat.ok() && stat->inode == outside) << "looked outside the tree";
    }
    return stats[1].status();
  }

  static ino_t InodeOf(const std::string& path) {
    struct stat raw = {};
    EXPECT_EQ(::stat(path.c_str(), &raw), 0);
    return raw.st_ino;
  }
};

TEST_F(PosixTreeRaceTest, ADirectorySwappedForASymbolicLinkLetsNothingOut) {
  project_.WriteFile(".spec-context/specs/a/file", "inside");
  Link(outside_.path(), "specs/link");
  Race("specs/a", "specs/link", [this](int i) {
    const std::string fresh = absl::StrCat("specs/a/", i);
    std::vector<absl::Status> statuses = {
        ReadInside("specs/a/file"),
        StatInside("specs/a/file"),
        tree_->Write(*lock_, "specs/a/file", "inside").status(),
        tree_->Append(*lock_, "specs/a/file", "x"),
        tree_->Write(*lock_, absl::StrCat("specs/a/sub", i % 10, "/new"), "inside").status(),
        tree_->Append(*lock_, fresh, "inside"),
        tree_->Rename(*lock_, fresh, fresh + ".moved"),
        tree_->Remove(*lock_, fresh + ".moved"),
        tree_->Remove(*lock_, "specs/a/dir/file"),
    };
    const absl::StatusOr<std::vector<DirectoryEntry>> entries = tree_->List("specs/a");
    statuses.push_back(entries.status());
    if (entries.ok()) {
      for (const DirectoryEntry& entry : *entries) EXPECT_NE(entry.name, "dir") << "listed outside the tree";
    }
    return statuses;
  });
  ExpectOutsideUntouched();
}

TEST_F(PosixTreeRaceTest, AFileSwappedForASymbolicLinkLetsNothingOut) {
  project_.WriteFile(".spec-context/specs/a", "inside");
  Link(outside_.Join("file"), "specs/link");
  Race("specs/a", "specs/link", [this](int) {
    return std::vector<absl::Status>{
        ReadInside("specs/a"),
        tree_->Append(*lock_, "specs/a", "x"),
        tree_->Stat("specs/a").status(),
        StatInside("specs/a"),
    };
  });
  ExpectOutsideUntouched();
}

}  // namespace
}  // namespace specrelay
