// What a check reads and in what order it works; what it finds out is in tree_watcher_test.cc.
#include "mcp_agent/watch/tree_scanner.h"

#include <climits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/posix_tree.h"
#include "mcp_agent/tree/testing/observed_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class TreeScannerTest : public testing::Test {
 protected:
  void SetUp() override {
    temp_.MakeDirectory("project/.spec-context");
    ASSERT_OK_AND_ASSIGN(tree_, PosixTree::Open(temp_.Join("project")));
    observed_ = std::make_unique<ObservedTree>(*tree_);
    watches_ = std::make_unique<DirectoryWatches>(temp_.Join("project"), INT_MAX, queue_);
    TreeScanner::Hooks hooks;
    hooks.changed = [this](const v1::FileChanged& change) { changed_.push_back(change.path()); };
    hooks.failed = [this](absl::string_view path) { failed_.emplace_back(path); };
    hooks.outdated = [this](absl::string_view path) { outdated_.emplace_back(path); };
    hooks.read_in_parts = [this](absl::string_view path, int64_t size_bytes) {
      read_in_parts_.push_back(absl::StrCat(path, " ", size_bytes));
    };
    hooks.pause = [this] { ++pauses_; };
    scanner_ = std::make_unique<TreeScanner>(*observed_, clock_, ScanLimits(), *watches_, index_, std::move(hooks));
  }

  void Put(absl::string_view path, absl::string_view bytes) {
    temp_.WriteFile(absl::StrCat("project/.spec-context/", path), bytes);
  }

  std::vector<std::string> Check(absl::string_view path) {
    observed_->Reset();
    changed_.clear();
    scanner_->Check(path);
    return changed_;
  }

  TempDir temp_;
  // So late that all files have been at rest for long.
  FakeClock clock_{absl::Now() + absl::Hours(1)};
  std::unique_ptr<PosixTree> tree_;
  std::unique_ptr<ObservedTree> observed_;
  InotifyQueue queue_;
  std::unique_ptr<DirectoryWatches> watches_;
  TreeIndex index_;
  std::unique_ptr<TreeScanner> scanner_;
  std::vector<std::string> changed_;
  std::vector<std::string> failed_;
  std::vector<std::string> outdated_;
  std::vector<std::string> read_in_parts_;
  int pauses_ = 0;
};

TEST_F(TreeScannerTest, AScanReadsOnlyWhatMayHaveChanged) {
  for (int i = 0; i < 20; ++i) Put(absl::StrCat("specs/s", i, "/tasks.md"), "x");
  Check("");
  EXPECT_EQ(observed_->calls("Read"), 20);
  EXPECT_THAT(Check(""), IsEmpty());
  EXPECT_EQ(observed_->calls("Read"), 0);
  Put("specs/s7/tasks.md", "longer");
  EXPECT_THAT(Check("specs"), ElementsAre("specs/s7/tasks.md"));
  EXPECT_EQ(observed_->calls("Read"), 1);
}

TEST_F(TreeScannerTest, AFileThatIsNamedIsAlwaysRead) {
  Put("specs/a/tasks.md", "x");
  Check("");
  EXPECT_THAT(Check("specs/a/tasks.md"), IsEmpty());
  EXPECT_EQ(observed_->calls("Read"), 1);
}

TEST_F(TreeScannerTest, ADirectoryIsWatchedBeforeItIsListed) {
  Put("specs/a/tasks.md", "x");
  bool watched_first = true;
  observed_->set_hook([&](absl::string_view operation, absl::string_view path) {
    if (operation == "List") watched_first = watched_first && watches_->Contains(path);
    return absl::OkStatus();
  });
  Check("");
  EXPECT_EQ(observed_->calls("List"), 3);
  EXPECT_TRUE(watched_first);
}

TEST_F(TreeScannerTest, ThereIsAPauseAtEveryFile) {
  for (int i = 0; i < 20; ++i) Put(absl::StrCat("f", i), "x");
  Check("");
  EXPECT_GE(pauses_, 20);
}

TEST_F(TreeScannerTest, WhatCannotBeLookedAtIsReportedAsFailedAndStaysKnown) {
  Put("specs/a/tasks.md", "x");
  Put("specs/b/tasks.md", "x");
  Check("");
  observed_->set_hook([](absl::string_view operation, absl::string_view path) {
    return operation == "List" && path == "specs/a" ? absl::InternalError("the disk failed") : absl::OkStatus();
  });
  EXPECT_THAT(Check(""), IsEmpty());
  EXPECT_THAT(failed_, ElementsAre("specs/a"));
  EXPECT_TRUE(index_.Contains("specs/a/tasks.md"));
  EXPECT_TRUE(watches_->Contains("specs/a"));
}

TEST_F(TreeScannerTest, ForgettingTheTreeDeletesEverything) {
  Put("specs/a/tasks.md", "x");
  Check("");
  changed_.clear();
  scanner_->Forget("");
  EXPECT_THAT(changed_, ElementsAre("specs/a/tasks.md"));
  EXPECT_EQ(index_.size(), 0u);
  EXPECT_EQ(watches_->size(), 0u);
}

TEST_F(TreeScannerTest, SaysWhatIsMuchWorkToRead) {
  Put("short", std::string(1 << 20, 'x'));
  Put("long", std::string((1 << 20) + 1, 'x'));
  EXPECT_THAT(Check(""), ElementsAre("long", "short"));
  EXPECT_THAT(read_in_parts_, ElementsAre("long 1048577"));
  EXPECT_THAT(Check(""), IsEmpty());
  EXPECT_EQ(read_in_parts_.size(), 1u);
}

}  // namespace
}  // namespace specrelay
