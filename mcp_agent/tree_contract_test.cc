// What tree.h promises, for every implementation that can be written to.
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/posix_tree.h"
#include "mcp_agent/testing/memory_tree.h"
#include "mcp_agent/testing/temp_dir.h"
#include "mcp_agent/tree.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kMaxFileBytes = 1000;

// A tree that does not exist yet, with the limit above, and what it needs to live.
struct Subject {
  std::shared_ptr<void> environment;
  std::unique_ptr<Tree> tree;
};

struct Implementation {
  std::string name;
  std::function<Subject()> make;
};

Subject MakePosixTree() {
  auto directory = std::make_shared<TempDir>();
  PosixTree::Options options;
  options.max_file_bytes = kMaxFileBytes;
  auto tree = PosixTree::Open(directory->path(), options);
  EXPECT_THAT(tree, IsOk());
  return Subject{directory, *std::move(tree)};
}

const std::vector<Implementation>& Implementations() {
  static const auto* const kImplementations = new std::vector<Implementation>{
      {"Memory",
       [] {
         return Subject{nullptr, std::make_unique<MemoryTree>(nullptr, kMaxFileBytes)};
       }},
      {"Posix", MakePosixTree},
  };
  return *kImplementations;
}

class TreeContractTest : public testing::TestWithParam<Implementation> {
 protected:
  TreeContractTest() : subject_(GetParam().make()), other_(GetParam().make()) {}

  Tree& tree() { return *subject_.tree; }
  Tree& other_tree() { return *other_.tree; }

  std::unique_ptr<TreeLock> LockTree() {
    auto lock = tree().Lock(absl::Seconds(60));
    EXPECT_THAT(lock, IsOk());
    return *std::move(lock);
  }

  void Write(absl::string_view path, absl::string_view bytes) {
    ASSERT_THAT(tree().Write(*LockTree(), path, bytes), IsOk());
  }

  std::string ReadBytes(absl::string_view path) {
    auto content = tree().Read(path, kMaxFileBytes);
    EXPECT_THAT(content, IsOk());
    return content.ok() ? content->bytes : "";
  }

  // "name" for files, "name/" for directories.
  std::vector<std::string> ListNames(absl::string_view path) {
    auto entries = tree().List(path);
    EXPECT_THAT(entries, IsOk());
    std::vector<std::string> names;
    if (!entries.ok()) return names;
    for (const DirectoryEntry& entry : *entries)
      names.push_back(absl::StrCat(entry.name, entry.is_directory ? "/" : ""));
    return names;
  }

 private:
  Subject subject_;
  Subject other_;
};

INSTANTIATE_TEST_SUITE_P(Trees, TreeContractTest, testing::ValuesIn(Implementations()),
                         [](const auto& info) { return info.param.name; });

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

TEST_P(TreeContractTest, AFileOverTheCallersLimitIsNotRead) {
  Write("a", "12345");
  EXPECT_THAT(tree().Read("a", 5), IsOk());
  EXPECT_THAT(tree().Read("a", 4),
              IsStatus(StatusCode::kResourceExhausted, testing::AllOf(HasSubstr("5 bytes"), HasSubstr("limit of 4"))));
}

TEST_P(TreeContractTest, AFileOverTheTreesLimitIsNotWritten) {
  Write("a", "old");
  const std::string large(kMaxFileBytes + 1, 'x');
  const auto lock = LockTree();
  EXPECT_THAT(tree().Write(*lock, "a", large), HasCode(StatusCode::kResourceExhausted));
  EXPECT_THAT(tree().Write(*lock, "new/b", large), HasCode(StatusCode::kResourceExhausted));
  EXPECT_THAT(tree().Append(*lock, "a", large.substr(3)), HasCode(StatusCode::kResourceExhausted));
  EXPECT_EQ(ReadBytes("a"), "old");
  EXPECT_THAT(ListNames(""), ElementsAre("a"));
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

TEST_P(TreeContractTest, RenameNeverReplaces) {
  Write("a", "a");
  Write("b", "b");
  Write("c/x", "x");
  const auto lock = LockTree();
  EXPECT_THAT(tree().Rename(*lock, "a", "b"), HasCode(StatusCode::kAlreadyExists));
  EXPECT_THAT(tree().Rename(*lock, "a", "c"), HasCode(StatusCode::kAlreadyExists));
  EXPECT_THAT(tree().Rename(*lock, "c", "b"), HasCode(StatusCode::kAlreadyExists));
  EXPECT_EQ(ReadBytes("a"), "a");
  EXPECT_EQ(ReadBytes("b"), "b");
}

TEST_P(TreeContractTest, RenameOfWhatIsNotThereMakesNoDirectories) {
  const auto lock = LockTree();
  EXPECT_THAT(tree().Rename(*lock, "missing", "new/place"), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(tree().Rename(*lock, "missing/too", "new/place"), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(ListNames(""), IsEmpty());
}

TEST_P(TreeContractTest, ADirectoryIsNotMovedIntoItself) {
  Write("a/x", "x");
  EXPECT_THAT(tree().Rename(*LockTree(), "a", "a/b"), HasCode(StatusCode::kInvalidArgument));
  EXPECT_EQ(ReadBytes("a/x"), "x");
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

TEST_P(TreeContractTest, DirectoriesAreNotFiles) {
  Write("dir/x", "x");
  const auto lock = LockTree();
  EXPECT_THAT(tree().Read("dir", 10), IsStatus(StatusCode::kInvalidArgument, HasSubstr("is a directory")));
  EXPECT_THAT(tree().Read("", 10), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(tree().Write(*lock, "dir", "x"), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(tree().Append(*lock, "dir", "x"), HasCode(StatusCode::kInvalidArgument));
  EXPECT_EQ(ReadBytes("dir/x"), "x");
}

TEST_P(TreeContractTest, FilesAreNotDirectories) {
  Write("file", "x");
  const auto lock = LockTree();
  EXPECT_THAT(tree().List("file"), IsStatus(StatusCode::kInvalidArgument, HasSubstr("not a directory")));
  EXPECT_THAT(tree().Read("file/x", 10), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(tree().Stat("file/x"), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(tree().Remove(*lock, "file/x"), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(tree().Write(*lock, "file/x", "x"), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(tree().Write(*lock, "file/x/y", "x"), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(tree().Append(*lock, "file/x", "x"), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(tree().Rename(*lock, "file", "file/x"), HasCode(StatusCode::kInvalidArgument));
  EXPECT_EQ(ReadBytes("file"), "x");
}

TEST_P(TreeContractTest, TheTreeItselfIsNotWrittenMovedOrRemoved) {
  Write("a", "x");
  const auto lock = LockTree();
  for (const absl::Status& status :
       {tree().Write(*lock, "", "x").status(), tree().Append(*lock, "", "x"), tree().Rename(*lock, "", "b"),
        tree().Rename(*lock, "a", ""), tree().Remove(*lock, "")}) {
    EXPECT_THAT(status, HasCode(StatusCode::kInvalidArgument));
  }
  EXPECT_EQ(ReadBytes("a"), "x");
}

TEST_P(TreeContractTest, MalformedPathsAreRefusedByEveryMethodAndChangeNothing) {
  Write("a", "x");
  const auto lock = LockTree();
  for (const std::string& path : {
           std::string(".."),
           std::string("."),
           std::string("../a"),
           std::string("a/../a"),
           std::string("./a"),
           std::string("/a"),
           std::string("/etc/passwd"),
           std::string("a/"),
           std::string("a//b"),
           std::string("a\0b", 3),
           std::string("a\xFF"),
           std::string("\xC0\xAE\xC0\xAE/a"),
           std::string("\xED\xA0\x80"),
           std::string(256, 'x'),
           std::string("a/") + std::string(5000, 'x'),
           std::string(100, 'x') + std::string(4000, '/'),
       }) {
    const absl::Status statuses[] = {
        tree().Read(path, 10).status(),         tree().Stat(path).status(),     tree().List(path).status(),
        tree().Write(*lock, path, "").status(), tree().Append(*lock, path, ""), tree().Rename(*lock, path, "b"),
        tree().Rename(*lock, "a", path),        tree().Remove(*lock, path),
    };
    for (const absl::Status& status : statuses) {
      EXPECT_THAT(status, IsStatus(StatusCode::kInvalidArgument, HasSubstr("the path "))) << path;
    }
  }
  EXPECT_THAT(ListNames(""), ElementsAre("a"));
}

TEST_P(TreeContractTest, ALockOfAnotherTreeDoesNotCount) {
  Write("a", "x");
  ASSERT_OK_AND_ASSIGN(const auto foreign, other_tree().Lock(absl::Seconds(60)));
  for (const absl::Status& status : {tree().Write(*foreign, "a", "y").status(), tree().Append(*foreign, "a", "y"),
                                     tree().Rename(*foreign, "a", "b"), tree().Remove(*foreign, "a")}) {
    EXPECT_THAT(status, HasCode(StatusCode::kFailedPrecondition));
  }
  EXPECT_EQ(ReadBytes("a"), "x");
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

TEST_P(TreeContractTest, EveryMessageNamesThePath) {
  Write("specs/a/x", "12345");
  const auto lock = LockTree();
  const absl::Status statuses[] = {
      tree().Read("specs/a/missing", 10).status(),
      tree().Read("specs/a", 10).status(),
      tree().Read("specs/a/x", 1).status(),
      tree().List("specs/a/x").status(),
      tree().Remove(*lock, "specs/a"),
      tree().Rename(*lock, "specs/a/x", "specs/a"),
      tree().Write(*lock, "specs/a/x/y", "").status(),
  };
  for (const absl::Status& status : statuses) {
    EXPECT_THAT(std::string(status.message()), HasSubstr(".spec-context/specs/a"));
  }
}

}  // namespace
}  // namespace specrelay
