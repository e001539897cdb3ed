// What tree.h promises, for every implementation that can be written to. What it refuses is in
// tree_contract_refusal_test.cc.
#include "mcp_agent/tree/testing/tree_contract.h"

#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::IsEmpty;

INSTANTIATE_TEST_SUITE_P(Trees, TreeContractTest, testing::Values(TreeKind::kMemory, TreeKind::kPosix), TreeKindName);

TEST_P(TreeContractTest, ATreeThatDoesNotExistIsNotFound) {
  EXPECT_THAT(tree().Read("specs/a/tasks.md", 10), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(tree().Stat(""), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(tree().Stat("specs"), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(tree().List(""), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(tree().List("specs"), HasCode(StatusCode::kNotFound));
}

TEST_P(TreeContractTest, TheFirstLockCreatesAnEmptyTree) {
  LockTree();
  EXPECT_THAT(ListNames(""), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const FileStat stat, tree().Stat(""));
  EXPECT_TRUE(stat.is_directory);
}

TEST_P(TreeContractTest, WhatWasWrittenIsRead) {
  const std::string binary("a\0\r\n\xFF", 5);
  for (const std::string& bytes : {std::string("text"), std::string(), binary, std::string(kMaxFileBytes, 'x')}) {
    ASSERT_OK_AND_ASSIGN(const FileStat stat, tree().Write(*LockTree(), "specs/größe 1/tasks.md", bytes));
    ASSERT_OK_AND_ASSIGN(const FileContent content, tree().Read("specs/größe 1/tasks.md", kMaxFileBytes));
    EXPECT_EQ(content.bytes, bytes);
    EXPECT_EQ(content.hash, Sha256Hex(bytes));
    EXPECT_EQ(stat.size_bytes, static_cast<int64_t>(bytes.size()));
    EXPECT_FALSE(stat.is_directory);
    for (const FileStat& seen : {content.stat, *tree().Stat("specs/größe 1/tasks.md")}) {
      EXPECT_EQ(seen.size_bytes, stat.size_bytes);
      EXPECT_EQ(seen.inode, stat.inode);
      EXPECT_EQ(seen.device, stat.device);
      EXPECT_EQ(seen.created, stat.created);
      EXPECT_EQ(seen.last_modified, stat.last_modified);
      EXPECT_EQ(seen.changed, stat.changed);
    }
  }
}

TEST_P(TreeContractTest, StatEachSaysOfEachPathWhatStatSays) {
  const std::vector<std::string> paths = {"a/x",       "a/y",  "a/missing", "a", "b/z",  "a/x/z",
                                          "missing/x", "../a", "a//x",      "b", "",     "a/sub",
                                          "top",       "a/x",  "a/sub/w",   "a", "a/y/", "sub/w"};
  const auto expect_same = [&] {
    const std::vector<absl::StatusOr<FileStat>> stats = tree().StatEach(paths);
    ASSERT_EQ(stats.size(), paths.size());
    for (size_t i = 0; i < paths.size(); ++i) {
      const absl::StatusOr<FileStat> expected = tree().Stat(paths[i]);
      ASSERT_EQ(stats[i].status(), expected.status()) << paths[i];
      if (!expected.ok()) continue;
      EXPECT_EQ(stats[i]->is_directory, expected->is_directory) << paths[i];
      EXPECT_EQ(stats[i]->inode, expected->inode) << paths[i];
      EXPECT_EQ(stats[i]->changed, expected->changed) << paths[i];
    }
  };
  expect_same();  // there is no tree yet
  for (const char* path : {"a/x", "a/y", "a/sub/w", "b/z", "top"}) Write(path, path);
  expect_same();
  EXPECT_THAT(tree().StatEach({}), IsEmpty());
}

TEST_P(TreeContractTest, AWriteMakesTheDirectoriesAboveIt) {
  Write("a/b/c/d.md", "x");
  EXPECT_THAT(ListNames(""), ElementsAre("a/"));
  EXPECT_THAT(ListNames("a/b"), ElementsAre("c/"));
  EXPECT_THAT(ListNames("a/b/c"), ElementsAre("d.md"));
}

TEST_P(TreeContractTest, ListingsAreOrderedByNameAndLeaveOutTheAgentsOwnFiles) {
  for (const char* path : {"b", "a/x", "a-b", "a.md", "Z", ".hidden", ".specrelay/journal", ".tmp-x", "ä"}) {
    Write(path, "");
  }
  EXPECT_THAT(ListNames(""), ElementsAre(".hidden", "Z", "a/", "a-b", "a.md", "b", "ä"));
}

TEST_P(TreeContractTest, TheAgentItselfReachesItsOwnFiles) {
  Write(".specrelay/journal", "x");
  EXPECT_EQ(ReadBytes(".specrelay/journal"), "x");
}

TEST_P(TreeContractTest, AppendsAddUpAndMakeFileAndDirectories) {
  const auto lock = LockTree();
  ASSERT_THAT(tree().Append(*lock, "analytics/events.jsonl", "1\n"), IsOk());
  ASSERT_THAT(tree().Append(*lock, "analytics/events.jsonl", ""), IsOk());
  ASSERT_THAT(tree().Append(*lock, "analytics/events.jsonl", "2\n"), IsOk());
  EXPECT_EQ(ReadBytes("analytics/events.jsonl"), "1\n2\n");
}

TEST_P(TreeContractTest, RenameMovesADirectoryWithAllInIt) {
  Write("specs/a/tasks.md", "t");
  Write("specs/a/sub/x", "x");
  Write("specs/ab", "stays");
  ASSERT_THAT(tree().Rename(*LockTree(), "specs/a", "archive/specs/a"), IsOk());
  EXPECT_EQ(ReadBytes("archive/specs/a/tasks.md"), "t");
  EXPECT_EQ(ReadBytes("archive/specs/a/sub/x"), "x");
  EXPECT_THAT(ListNames("specs"), ElementsAre("ab"));
}

TEST_P(TreeContractTest, RemoveTakesFilesAndEmptyDirectories) {
  Write("a/x", "x");
  const auto lock = LockTree();
  EXPECT_THAT(tree().Remove(*lock, "a"), HasCode(StatusCode::kFailedPrecondition));
  EXPECT_THAT(tree().Remove(*lock, "a/x"), IsOk());
  EXPECT_THAT(tree().Remove(*lock, "a"), IsOk());
  EXPECT_THAT(tree().Remove(*lock, "a"), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(ListNames(""), IsEmpty());
}

TEST_P(TreeContractTest, WaitingForTheLockEndsWithTheTimeout) {
  auto lock = LockTree();
  EXPECT_THAT(tree().Lock(absl::ZeroDuration()), HasCode(StatusCode::kDeadlineExceeded));
  EXPECT_THAT(tree().Lock(absl::Milliseconds(20)), HasCode(StatusCode::kDeadlineExceeded));
  lock.reset();
  EXPECT_THAT(tree().Lock(absl::ZeroDuration()), IsOk());
}

TEST_P(TreeContractTest, ReadModifyWriteUnderTheLockLosesNothing) {
  Write("counter", "");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int j = 0; j < 25; ++j) {
        const auto lock = LockTree();
        EXPECT_THAT(tree().Write(*lock, "counter", ReadBytes("counter") + "x"), IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ReadBytes("counter").size(), 100u);
}

TEST_P(TreeContractTest, ReadersSeeWholeFilesOnly) {
  const std::string contents[] = {std::string(kMaxFileBytes, 'a'), std::string(kMaxFileBytes / 2, 'b')};
  Write("f", contents[0]);
  std::thread writer([&] {
    for (int i = 1; i <= 200; ++i) Write("f", contents[i % 2]);
  });
  for (int i = 0; i < 2000; ++i) {
    const std::string seen = ReadBytes("f");
    ASSERT_TRUE(seen == contents[0] || seen == contents[1]) << seen.size() << " bytes";
  }
  writer.join();
}

TEST_P(TreeContractTest, AStagedFileIsSeenOnlyOnceItIsPlaced) {
  const auto lock = LockTree();
  ASSERT_THAT(tree().Write(*lock, "specs/a/tasks.md", "old"), IsOk());
  ASSERT_OK_AND_ASSIGN(const StagedFile staged, tree().Stage(*lock, "specs/a/tasks.md", "new"));
  EXPECT_EQ(staged.stat.size_bytes, 3);
  EXPECT_EQ(tree().Read("specs/a/tasks.md", 10)->bytes, "old");
  EXPECT_THAT(ListNames("specs/a"), ElementsAre("tasks.md"));
  ASSERT_THAT(tree().Sync(*lock, {staged.path}), IsOk());
  ASSERT_THAT(tree().Place(*lock, staged.path, "specs/a/tasks.md"), IsOk());
  ASSERT_OK_AND_ASSIGN(const FileContent content, tree().Read("specs/a/tasks.md", 10));
  EXPECT_EQ(content.bytes, "new");
  EXPECT_EQ(content.stat.inode, staged.stat.inode);
  EXPECT_EQ(content.stat.last_modified, staged.stat.last_modified);
  EXPECT_THAT(tree().Place(*lock, staged.path, "specs/a/tasks.md"), HasCode(StatusCode::kNotFound));
}

TEST_P(TreeContractTest, AStagedFileTakesOtherContent) {
  const absl::Time time = absl::FromUnixSeconds(1'700'000'000) + absl::Nanoseconds(5);
  Write("specs/a/tasks.md", "old");
  const auto lock = LockTree();
  ASSERT_OK_AND_ASSIGN(const StagedFile staged, tree().Stage(*lock, "specs/a/tasks.md", "first"));
  for (const std::string bytes : {"longer than before", "new"}) {
    ASSERT_THAT(tree().Restage(*lock, staged.path, bytes, time), IsOk());
    EXPECT_EQ(ReadBytes(staged.path), bytes);
  }
  EXPECT_EQ(ReadBytes("specs/a/tasks.md"), "old");
  ASSERT_THAT(tree().Place(*lock, staged.path, "specs/a/tasks.md"), IsOk());
  EXPECT_EQ(ReadBytes("specs/a/tasks.md"), "new");
  ASSERT_OK_AND_ASSIGN(const FileStat stat, tree().Stat("specs/a/tasks.md"));
  EXPECT_EQ(stat.last_modified, time);
  EXPECT_EQ(stat.inode, staged.stat.inode);
  EXPECT_THAT(tree().Restage(*lock, staged.path, "x", time), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(tree().Restage(*lock, "specs/a/tasks.md", "x", time), HasCode(StatusCode::kInvalidArgument));
  ASSERT_OK_AND_ASSIGN(const StagedFile small, tree().Stage(*lock, "specs/a/tasks.md", "small"));
  const std::string large(size_t{kMaxFileBytes} + 1, 'x');
  EXPECT_THAT(tree().Restage(*lock, small.path, large, time), HasCode(StatusCode::kResourceExhausted));
  tree().Discard(*lock, small.path);
}

TEST_P(TreeContractTest, AStagedFileGoesOnlyWhereItWasStagedFor) {
  const auto lock = LockTree();
  ASSERT_THAT(tree().Write(*lock, "specs/a/tasks.md", "old"), IsOk());
  ASSERT_THAT(tree().Write(*lock, "specs/a/dir/x", "x"), IsOk());
  ASSERT_OK_AND_ASSIGN(const StagedFile staged, tree().Stage(*lock, "specs/a/tasks.md", "new"));
  EXPECT_THAT(tree().Place(*lock, staged.path, "specs/b/tasks.md"), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(tree().Place(*lock, "specs/a/tasks.md", "specs/a/other.md"), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(tree().Place(*lock, staged.path, "specs/a/dir"), HasCode(StatusCode::kInvalidArgument));
  EXPECT_EQ(tree().Read("specs/a/tasks.md", 10)->bytes, "old");
}

TEST_P(TreeContractTest, ADiscardedFileIsGoneAndNothingElseCanBeDiscarded) {
  const auto lock = LockTree();
  ASSERT_THAT(tree().Write(*lock, "specs/a/tasks.md", "old"), IsOk());
  ASSERT_OK_AND_ASSIGN(const StagedFile staged, tree().Stage(*lock, "specs/a/tasks.md", "new"));
  tree().Discard(*lock, staged.path);
  tree().Discard(*lock, "specs/a/tasks.md");
  EXPECT_THAT(tree().Place(*lock, staged.path, "specs/a/tasks.md"), HasCode(StatusCode::kNotFound));
  EXPECT_EQ(tree().Read("specs/a/tasks.md", 10)->bytes, "old");
}

TEST_P(TreeContractTest, FilesAndDirectoriesAreSyncedAndWhatIsGoneIsLeftOut) {
  const auto lock = LockTree();
  std::vector<std::string> paths = {"", "specs", "specs/a", "specs/none", "specs/a/0/below-a-file"};
  for (int i = 0; i < 20; ++i) {
    paths.push_back(absl::StrCat("specs/a/", i));
    ASSERT_THAT(tree().AppendLazily(*lock, paths.back(), "x"), IsOk());
  }
  EXPECT_THAT(tree().Sync(*lock, paths), IsOk());
  EXPECT_THAT(tree().Sync(*lock, {}), IsOk());
  EXPECT_THAT(tree().Sync(*lock, {"specs/a", "../outside"}), HasCode(StatusCode::kInvalidArgument));
}

TEST_P(TreeContractTest, APartOfAFileIsReadFromItsOffset) {
  const auto lock = LockTree();
  ASSERT_THAT(tree().Append(*lock, "log", "0123"), IsOk());
  ASSERT_THAT(tree().AppendLazily(*lock, "log", "456789"), IsOk());
  EXPECT_EQ(*tree().ReadFrom("log", 0, 100), "0123456789");
  EXPECT_EQ(*tree().ReadFrom("log", 3, 4), "3456");
  EXPECT_EQ(*tree().ReadFrom("log", 8, 100), "89");
  EXPECT_EQ(*tree().ReadFrom("log", 10, 100), "");
  EXPECT_EQ(*tree().ReadFrom("log", 99, 100), "");
  EXPECT_THAT(tree().ReadFrom("none", 0, 1), HasCode(StatusCode::kNotFound));
}

}  // namespace
}  // namespace specrelay
