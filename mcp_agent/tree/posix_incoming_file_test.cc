// Content that comes in parts, and files that are read in parts, on a real disk.
#include "mcp_agent/tree/posix_incoming_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/file_hash.h"
#include "mcp_agent/tree/posix_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kMaxBytes = 1000;

// Both ways in which content may lie beside the tree.
class IncomingFileTest : public testing::TestWithParam<bool> {
 protected:
  IncomingFileTest() {
    PosixTree::Options options;
    options.unnamed_files = GetParam();
    tree_ = PosixTree::Open(directory_.path(), options).value();
  }

  std::unique_ptr<IncomingFile> Open(absl::string_view path) {
    absl::StatusOr<std::unique_ptr<IncomingFile>> opened = tree_->OpenIncoming(path, kMaxBytes);
    EXPECT_THAT(opened, IsOk());
    return *std::move(opened);
  }

  // Stages and places, as the ledger does.
  absl::Status Put(absl::string_view path, IncomingFile& content) {
    RETURN_IF_ERROR(content.Sync());
    ASSIGN_OR_RETURN(const std::unique_ptr<TreeLock> lock, tree_->Lock(absl::Seconds(60)));
    ASSIGN_OR_RETURN(const StagedFile staged, tree_->StageIncoming(*lock, path, content));
    return tree_->Place(*lock, staged.path, path);
  }

  // Temporary files anywhere in the project.
  std::vector<std::string> TemporaryFiles() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path())) {
      const std::string name = entry.path().filename().string();
      if (IsTempFileName(name)) found.push_back(name);
    }
    return found;
  }

  const TempDir directory_;
  std::unique_ptr<Tree> tree_;
};

INSTANTIATE_TEST_SUITE_P(Both, IncomingFileTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Unnamed" : "Named"; });

TEST_P(IncomingFileTest, PartsBecomeTheFileOnceTheyArePlaced) {
  const std::unique_ptr<IncomingFile> content = Open("specs/a/b.bin");
  ASSERT_THAT(content->Append("some "), IsOk());
  ASSERT_THAT(content->Append("bytes"), IsOk());
  EXPECT_EQ(content->size_bytes(), 10);
  EXPECT_EQ(content->hash(), Sha256Hex("some bytes"));
  EXPECT_FALSE(directory_.Exists(".spec-context/specs"));
  ASSERT_THAT(Put("specs/a/b.bin", *content), IsOk());
  EXPECT_EQ(directory_.ReadFile(".spec-context/specs/a/b.bin"), "some bytes");
  EXPECT_THAT(TemporaryFiles(), IsEmpty());
}

TEST_P(IncomingFileTest, WhatIsNotPlacedLeavesNothing) {
  {
    const std::unique_ptr<IncomingFile> content = Open("specs/a/b.bin");
    ASSERT_THAT(content->Append("some"), IsOk());
  }
  EXPECT_FALSE(directory_.Exists(".spec-context/specs"));
  EXPECT_THAT(TemporaryFiles(), IsEmpty());
  if (GetParam()) {
    EXPECT_FALSE(directory_.Exists(".spec-context"));
  }
}

TEST_P(IncomingFileTest, AFileThatIsReplacedKeepsItsPermissions) {
  directory_.WriteFile(".spec-context/a.sh", "old");
  ASSERT_EQ(::chmod(directory_.Join(".spec-context/a.sh").c_str(), 0750), 0);
  const std::unique_ptr<IncomingFile> content = Open("a.sh");
  ASSERT_THAT(content->Append("new"), IsOk());
  ASSERT_THAT(Put("a.sh", *content), IsOk());
  struct stat raw = {};
  ASSERT_EQ(::stat(directory_.Join(".spec-context/a.sh").c_str(), &raw), 0);
  EXPECT_EQ(raw.st_mode & 0777, 0750u);
  EXPECT_EQ(directory_.ReadFile(".spec-context/a.sh"), "new");
}

TEST_P(IncomingFileTest, MoreThanTheLimitIsRefused) {
  const std::unique_ptr<IncomingFile> content = Open("a");
  ASSERT_THAT(content->Append(std::string(kMaxBytes, 'x')), IsOk());
  EXPECT_THAT(content->Append("y"), HasCode(absl::StatusCode::kResourceExhausted));
}

TEST_P(IncomingFileTest, PathsThatLeaveTheTreeAreRefused) {
  std::filesystem::create_directory_symlink("/tmp", directory_.Join("link"));
  directory_.MakeDirectory(".spec-context");
  std::filesystem::create_directory_symlink("/tmp", directory_.Join(".spec-context/out"));
  EXPECT_THAT(tree_->OpenIncoming("../a", kMaxBytes).status(), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(tree_->OpenIncoming("", kMaxBytes).status(), HasCode(absl::StatusCode::kInvalidArgument));
  if (GetParam()) {
    EXPECT_THAT(tree_->OpenIncoming("out/a", kMaxBytes).status(), HasCode(absl::StatusCode::kPermissionDenied));
  }
  const std::unique_ptr<IncomingFile> content = Open("a");
  EXPECT_THAT(Put("out/a", *content), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST_P(IncomingFileTest, ADirectoryIsNotReplaced) {
  directory_.MakeDirectory(".spec-context/a");
  const std::unique_ptr<IncomingFile> content = Open("a");
  EXPECT_THAT(Put("a", *content), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(TemporaryFiles(), testing::SizeIs(GetParam() ? 0 : 1)) << "until the content goes";
}

class OpenFileTest : public testing::Test {
 protected:
  OpenFileTest() : tree_(PosixTree::Open(directory_.path()).value()) {}

  const TempDir directory_;
  const std::unique_ptr<Tree> tree_;
};

TEST_F(OpenFileTest, AFileIsReadInParts) {
  directory_.WriteFile(".spec-context/a", "0123456789");
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<OpenFile> file, tree_->OpenToRead("a"));
  EXPECT_EQ(file->stat().size_bytes, 10);
  std::vector<std::string> parts;
  for (int i = 0; i < 4; ++i) parts.push_back(file->ReadNext(4).value());
  EXPECT_THAT(parts, ElementsAre("0123", "4567", "89", ""));
  EXPECT_THAT(file->CheckUnchanged(), IsOk());
}

TEST_F(OpenFileTest, AFileThatAnotherReplacesIsReadAsItWas) {
  directory_.WriteFile(".spec-context/a", "old");
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<OpenFile> file, tree_->OpenToRead("a"));
  directory_.WriteFile(".spec-context/b", "newer");
  std::filesystem::rename(directory_.Join(".spec-context/b"), directory_.Join(".spec-context/a"));
  EXPECT_EQ(file->ReadNext(100).value(), "old");
  EXPECT_THAT(file->CheckUnchanged(), IsOk());
}

TEST_F(OpenFileTest, AFileThatIsChangedInPlaceIsNoticed) {
  directory_.WriteFile(".spec-context/a", "old");
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<OpenFile> file, tree_->OpenToRead("a"));
  directory_.WriteFile(".spec-context/a", "other");
  EXPECT_THAT(file->CheckUnchanged(), IsStatus(absl::StatusCode::kAborted, HasSubstr("read it again")));
}

TEST_F(OpenFileTest, OnlyRegularFilesInsideAreOpened) {
  directory_.MakeDirectory(".spec-context/dir");
  std::filesystem::create_symlink("/etc/passwd", directory_.Join(".spec-context/link"));
  EXPECT_THAT(tree_->OpenToRead("dir").status(), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(tree_->OpenToRead("link").status(), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(tree_->OpenToRead("../a").status(), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(tree_->OpenToRead("none").status(), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(OpenFileTest, TheHashOfALargeFileIsThatOfItsContent) {
  const std::string large(static_cast<size_t>(kReadAtOnceBytes) * 2 + 5, 'x');
  directory_.WriteFile(".spec-context/large", large);
  directory_.WriteFile(".spec-context/small", "x");
  const int64_t size_bytes = static_cast<int64_t>(large.size());
  EXPECT_EQ(HashFile(*tree_, "large", size_bytes)->hash, Sha256Hex(large));
  EXPECT_EQ(HashFile(*tree_, "small", size_bytes)->hash, Sha256Hex("x"));
  EXPECT_THAT(HashFile(*tree_, "large", size_bytes - 1).status(), HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(HashFile(*tree_, "none", size_bytes).status(), HasCode(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace specrelay
