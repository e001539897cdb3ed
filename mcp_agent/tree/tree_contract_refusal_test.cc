// What every tree refuses: it says so, names the path, and changes nothing.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/tree_contract.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

INSTANTIATE_TEST_SUITE_P(Trees, TreeContractTest, testing::Values(TreeKind::kMemory, TreeKind::kPosix), TreeKindName);

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
