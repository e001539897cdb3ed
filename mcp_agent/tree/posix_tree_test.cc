// PosixTree as a neighbour of other programs on one file system. The contract of every tree is in
// tree_contract_test.cc, hostile file types and races in posix_tree_hostile_test.cc, failing disks in
// posix_tree_disk_test.cc, the lock in posix_lock_test.cc.
#include "mcp_agent/tree/posix_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/posix_test_support.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class PosixTreeTest : public testing::Test {
 protected:
  PosixTreeTest() {
    auto tree = PosixTree::Open(project_.path());
    EXPECT_THAT(tree, IsOk());
    tree_ = *std::move(tree);
  }

  absl::Status Write(absl::string_view path, absl::string_view bytes) {
    absl::StatusOr<std::unique_ptr<TreeLock>> lock = tree_->Lock(absl::Seconds(60));
    if (!lock.ok()) return lock.status();
    return tree_->Write(**lock, path, bytes).status();
  }

  mode_t ModeOf(absl::string_view relative) {
    struct stat raw = {};
    EXPECT_EQ(::stat(project_.Join(relative).c_str(), &raw), 0);
    return raw.st_mode & 07777;
  }

  // Names in a directory, those included that no listing of the tree shows.
  std::vector<std::string> RawNames(absl::string_view relative) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(project_.Join(relative))) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  TempDir project_;
  std::unique_ptr<PosixTree> tree_;
};

TEST_F(PosixTreeTest, TheProjectDirectoryMustBeThereUnderItsRealPath) {
  EXPECT_THAT(PosixTree::Open("relative"), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(PosixTree::Open(""), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(PosixTree::Open(std::string("/tmp\0x", 6)), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(PosixTree::Open(project_.Join("missing")), HasCode(StatusCode::kFailedPrecondition));
  project_.WriteFile("file", "");
  EXPECT_THAT(PosixTree::Open(project_.Join("file")), HasCode(StatusCode::kFailedPrecondition));
  std::filesystem::create_symlink(project_.path(), project_.Join("link"));
  EXPECT_THAT(PosixTree::Open(project_.Join("link")),
              IsStatus(StatusCode::kFailedPrecondition, HasSubstr("symbolic link")));
}

TEST_F(PosixTreeTest, FilesOfOtherProgramsAreRead) {
  project_.WriteFile(".spec-context/specs/a/tasks.md", "- [ ] 1. Do it");
  ASSERT_OK_AND_ASSIGN(const FileContent content, tree_->Read("specs/a/tasks.md", 100));
  EXPECT_EQ(content.bytes, "- [ ] 1. Do it");
  EXPECT_LT(absl::AbsDuration(absl::Now() - content.stat.created), absl::Hours(1));
  EXPECT_LT(absl::AbsDuration(absl::Now() - content.stat.last_modified), absl::Hours(1));
}

TEST_F(PosixTreeTest, AFileOf64MiBGoesInAndOutAndOneByteMoreDoesNot) {
  const std::string large(kDefaultMaxFileBytes, 'x');
  ASSERT_THAT(Write("large", large), IsOk());
  ASSERT_OK_AND_ASSIGN(const FileContent content, tree_->Read("large", kDefaultMaxFileBytes));
  EXPECT_TRUE(content.bytes == large);
  EXPECT_THAT(Write("large", large + "x"), HasCode(StatusCode::kResourceExhausted));
}

TEST_F(PosixTreeTest, AHugeSparseFileIsRefusedWithoutBeingRead) {
  project_.WriteFile(".spec-context/huge", "");
  ASSERT_EQ(::truncate(project_.Join(".spec-context/huge").c_str(), off_t{1} << 40), 0);
  EXPECT_THAT(tree_->Read("huge", kDefaultMaxFileBytes),
              IsStatus(StatusCode::kResourceExhausted, HasSubstr("1099511627776 bytes")));
}

TEST_F(PosixTreeTest, HardLinksAreReadAndWrittenAsTheFilesTheyAre) {
  project_.WriteFile(".spec-context/a", "one");
  std::filesystem::create_hard_link(project_.Join(".spec-context/a"), project_.Join(".spec-context/b"));
  ASSERT_OK_AND_ASSIGN(const FileContent content, tree_->Read("b", 100));
  EXPECT_EQ(content.bytes, "one");
  ASSERT_THAT(Write("b", "two"), IsOk());
  EXPECT_EQ(project_.ReadFile(".spec-context/a"), "one") << "the other name's file was changed in place";
}

TEST_F(PosixTreeTest, AWriteKeepsThePermissionsOfTheFile) {
  project_.WriteFile(".spec-context/script", "old");
  std::filesystem::permissions(project_.Join(".spec-context/script"), std::filesystem::perms(0750));
  ASSERT_THAT(Write("script", "new"), IsOk());
  EXPECT_EQ(ModeOf(".spec-context/script"), 0750u);
}

TEST_F(PosixTreeTest, NewFilesAndDirectoriesObeyTheUmask) {
  const mode_t old_umask = ::umask(022);
  ASSERT_THAT(Write("specs/a/open", "x"), IsOk());
  ::umask(077);
  ASSERT_THAT(Write("specs/b/closed", "x"), IsOk());
  ::umask(old_umask);
  EXPECT_EQ(ModeOf(".spec-context/specs/a"), 0755u);
  EXPECT_EQ(ModeOf(".spec-context/specs/a/open"), 0644u);
  EXPECT_EQ(ModeOf(".spec-context/specs/b"), 0700u);
  EXPECT_EQ(ModeOf(".spec-context/specs/b/closed"), 0600u);
}

TEST_F(PosixTreeTest, AFileThatItsOwnerMadeReadOnlyIsNotReplaced) {
  project_.WriteFile(".spec-context/frozen", "old");
  std::filesystem::permissions(project_.Join(".spec-context/frozen"), std::filesystem::perms(0444));
  const WithoutRootPowers without_root_powers;
  EXPECT_THAT(Write("frozen", "new"),
              IsStatus(StatusCode::kPermissionDenied, AllOf(HasSubstr("frozen"), HasSubstr("Permission denied"))));
  EXPECT_EQ(project_.ReadFile(".spec-context/frozen"), "old");
}

TEST_F(PosixTreeTest, WhatTheSystemDeniesIsPermissionDenied) {
  project_.WriteFile(".spec-context/secret", "x");
  project_.WriteFile(".spec-context/closed/file", "x");
  project_.WriteFile(".spec-context/read-only/file", "x");
  ASSERT_THAT(Write("first", ""), IsOk());
  std::filesystem::permissions(project_.Join(".spec-context/secret"), std::filesystem::perms(0000));
  std::filesystem::permissions(project_.Join(".spec-context/closed"), std::filesystem::perms(0000));
  std::filesystem::permissions(project_.Join(".spec-context/read-only"), std::filesystem::perms(0555));
  {
    const WithoutRootPowers without_root_powers;
    EXPECT_THAT(tree_->Read("secret", 100), HasCode(StatusCode::kPermissionDenied));
    EXPECT_THAT(tree_->Read("closed/file", 100), HasCode(StatusCode::kPermissionDenied));
    EXPECT_THAT(tree_->List("closed"), HasCode(StatusCode::kPermissionDenied));
    EXPECT_THAT(Write("closed/file", "y"), HasCode(StatusCode::kPermissionDenied));
    EXPECT_THAT(Write("read-only/file", "y"), HasCode(StatusCode::kPermissionDenied));
    EXPECT_THAT(Write("read-only/sub/file", "y"), HasCode(StatusCode::kPermissionDenied));
  }
  std::filesystem::permissions(project_.Join(".spec-context/closed"), std::filesystem::perms(0755));
  std::filesystem::permissions(project_.Join(".spec-context/read-only"), std::filesystem::perms(0755));
  EXPECT_EQ(project_.ReadFile(".spec-context/closed/file"), "x");
  EXPECT_EQ(project_.ReadFile(".spec-context/read-only/file"), "x");
  EXPECT_THAT(RawNames(".spec-context/read-only"), ElementsAre("file"));
}

TEST_F(PosixTreeTest, NamesThatNoPathCanStateAreNotListed) {
  project_.WriteFile(".spec-context/good", "");
  project_.WriteFile(".spec-context/bad\xFF", "");
  ASSERT_OK_AND_ASSIGN(const std::vector<DirectoryEntry> entries, tree_->List(""));
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].name, "good");
}

TEST_F(PosixTreeTest, AProjectThatWasMovedAwayIsNotTakenForAnEmptyOne) {
  const TempDir parent;
  parent.WriteFile("project/.spec-context/a", "x");
  ASSERT_OK_AND_ASSIGN(const auto tree, PosixTree::Open(parent.Join("project")));
  ASSERT_OK_AND_ASSIGN(auto lock, tree->Lock(absl::Seconds(60)));
  std::filesystem::rename(parent.Join("project"), parent.Join("elsewhere"));

  const absl::Status statuses[] = {
      tree->Read("a", 10).status(),          tree->Stat("a").status(), tree->List("").status(),
      tree->Write(*lock, "a", "y").status(), tree->Remove(*lock, "a"),
  };
  for (const absl::Status& status : statuses) {
    EXPECT_THAT(status, IsStatus(StatusCode::kFailedPrecondition, HasSubstr("no project directory")));
  }
  lock.reset();
  EXPECT_THAT(tree->Lock(absl::ZeroDuration()), HasCode(StatusCode::kFailedPrecondition));
  EXPECT_EQ(parent.ReadFile("elsewhere/.spec-context/a"), "x");
}

TEST_F(PosixTreeTest, AProjectThatWasMadeAgainIsFoundAgain) {
  ASSERT_THAT(Write("a", "old"), IsOk());
  std::filesystem::rename(project_.path(), project_.path() + ".old");
  std::filesystem::create_directory(project_.path());
  EXPECT_THAT(tree_->Read("a", 10), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(Write("a", "new"), IsOk());
  EXPECT_EQ(project_.ReadFile(".spec-context/a"), "new");
  std::filesystem::remove_all(project_.path() + ".old");
}

TEST_F(PosixTreeTest, ATreeReplacedUnderTheLockIsNotWritten) {
  ASSERT_THAT(Write("a", "old"), IsOk());
  ASSERT_OK_AND_ASSIGN(auto lock, tree_->Lock(absl::Seconds(60)));
  project_.Remove(".spec-context");
  EXPECT_THAT(tree_->Write(*lock, "a", "x"), IsStatus(StatusCode::kFailedPrecondition, HasSubstr("replaced")));
  project_.MakeDirectory(".spec-context");
  EXPECT_THAT(tree_->Write(*lock, "a", "x"), IsStatus(StatusCode::kFailedPrecondition, HasSubstr("replaced")));
  EXPECT_FALSE(project_.Exists(".spec-context/a"));
  lock.reset();
  EXPECT_THAT(Write("a", "x"), IsOk());
}

TEST_F(PosixTreeTest, ATreeThatIsNoDirectoryIsSaidToBeNone) {
  project_.WriteFile(".spec-context", "a file");
  for (const absl::Status& status :
       {tree_->Read("a", 10).status(), tree_->List("").status(), tree_->Lock(absl::Seconds(1)).status()}) {
    EXPECT_THAT(status, IsStatus(StatusCode::kFailedPrecondition, HasSubstr("not a directory")));
  }
}

TEST_F(PosixTreeTest, TheAgentsOwnDirectoryIsPrivateAndKeepsOutOfRepositories) {
  ASSERT_THAT(Write("a", ""), IsOk());
  EXPECT_EQ(ModeOf(".spec-context/.specrelay"), 0700u);
  EXPECT_EQ(project_.ReadFile(".spec-context/.specrelay/.gitignore"), "*\n");
}

TEST_F(PosixTreeTest, ReadingCreatesNothing) {
  EXPECT_THAT(tree_->Read("a", 10), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(tree_->List(""), HasCode(StatusCode::kNotFound));
  EXPECT_FALSE(project_.Exists(".spec-context"));
}

TEST_F(PosixTreeTest, NoDescriptorIsLeftOpen) {
  const auto open_descriptors = [] {
    const auto entries = std::filesystem::directory_iterator("/proc/self/fd");
    return std::distance(begin(entries), end(entries));
  };
  ASSERT_THAT(Write("warm/up", ""), IsOk());
  const auto before = open_descriptors();
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(Write(absl::StrCat("d", i, "/f"), "x"), IsOk());
    EXPECT_THAT(Write("d0", "x"), HasCode(StatusCode::kInvalidArgument));
    EXPECT_THAT(tree_->Read("d0/f", 10), IsOk());
    EXPECT_THAT(tree_->Read("d0/missing", 10), HasCode(StatusCode::kNotFound));
    EXPECT_THAT(tree_->List("d0"), IsOk());
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace specrelay
