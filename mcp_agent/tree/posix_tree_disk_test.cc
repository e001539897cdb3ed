// A full disk, a read-only disk and a file size limit: the old content stays whole and nothing is left behind.
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/posix_tree.h"
#include "mcp_agent/tree/testing/posix_test_support.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr int64_t kDiskBytes = 256 << 10;

// Caps the size of files that this process writes, as a disk that runs full in the middle of a write does.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    old_handler_ = ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_limit_);
    const rlimit limit = {bytes, old_limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_limit_);
    ::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_limit_ = {};
  sighandler_t old_handler_ = nullptr;
};

class PosixTreeDiskTest : public testing::Test {
 protected:
  void OpenTree() {
    auto tree = PosixTree::Open(project_.path());
    ASSERT_THAT(tree, IsOk());
    tree_ = *std::move(tree);
    auto lock = tree_->Lock(absl::Seconds(60));
    ASSERT_THAT(lock, IsOk());
    lock_ = *std::move(lock);
    ASSERT_THAT(tree_->Write(*lock_, "specs/a/tasks.md", "old"), IsOk());
  }

  std::vector<std::string> RawNames(absl::string_view relative) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(project_.Join(relative))) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  void ExpectOldContent() {
    EXPECT_EQ(project_.ReadFile(".spec-context/specs/a/tasks.md"), "old");
    EXPECT_THAT(RawNames(".spec-context/specs/a"), UnorderedElementsAre("tasks.md"));
  }

  TempDir project_;
  std::unique_ptr<PosixTree> tree_;
  std::unique_ptr<TreeLock> lock_;
};

TEST_F(PosixTreeDiskTest, AFullDiskLeavesTheOldContentAndNoTemporaryFile) {
  const TmpfsMount disk(project_.path(), kDiskBytes);
  if (!disk.mounted()) GTEST_SKIP() << "this machine allows no mounts";
  OpenTree();
  const std::string too_large(kDiskBytes, 'x');
  EXPECT_THAT(tree_->Write(*lock_, "specs/a/tasks.md", too_large),
              IsStatus(StatusCode::kResourceExhausted, HasSubstr("specs/a/tasks.md")));
  EXPECT_THAT(tree_->Write(*lock_, "specs/a/new.md", too_large), HasCode(StatusCode::kResourceExhausted));
  EXPECT_THAT(tree_->Append(*lock_, "specs/a/tasks.md", too_large), HasCode(StatusCode::kResourceExhausted));
  ExpectOldContent();
  EXPECT_THAT(tree_->Write(*lock_, "specs/a/tasks.md", "new"), IsOk()) << "the space was not given back";
}

TEST_F(PosixTreeDiskTest, AReadOnlyDiskIsReadAndNotWritten) {
  TmpfsMount disk(project_.path(), kDiskBytes);
  if (!disk.mounted()) GTEST_SKIP() << "this machine allows no mounts";
  OpenTree();
  // A held lock has its file open for writing, which keeps a disk from becoming read-only.
  lock_.reset();
  disk.MakeReadOnly();
  EXPECT_THAT(tree_->Lock(absl::Seconds(1)), IsStatus(StatusCode::kPermissionDenied, HasSubstr("ead-only")));
  ASSERT_OK_AND_ASSIGN(const FileContent content, tree_->Read("specs/a/tasks.md", 100));
  EXPECT_EQ(content.bytes, "old");
}

TEST_F(PosixTreeDiskTest, AWriteThatFailsHalfwayLeavesTheOldContentAndNoTemporaryFile) {
  OpenTree();
  const FileSizeLimit limit(1000);
  const std::string too_large(5000, 'x');
  EXPECT_THAT(tree_->Write(*lock_, "specs/a/tasks.md", too_large), HasCode(StatusCode::kResourceExhausted));
  EXPECT_THAT(tree_->Write(*lock_, "specs/a/new.md", too_large), HasCode(StatusCode::kResourceExhausted));
  ExpectOldContent();
}

TEST_F(PosixTreeDiskTest, AnAppendThatFailsHalfwayIsUndone) {
  OpenTree();
  const FileSizeLimit limit(1000);
  EXPECT_THAT(tree_->Append(*lock_, "specs/a/tasks.md", std::string(5000, 'x')),
              HasCode(StatusCode::kResourceExhausted));
  ExpectOldContent();
  EXPECT_THAT(tree_->Append(*lock_, "specs/a/tasks.md", " more"), IsOk());
  EXPECT_EQ(project_.ReadFile(".spec-context/specs/a/tasks.md"), "old more");
}

}  // namespace
}  // namespace specrelay
