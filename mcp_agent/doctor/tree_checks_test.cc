#include "mcp_agent/doctor/tree_checks.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/doctor/testing/check_matchers.h"
#include "mcp_agent/tree/posix_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::Contains;
using testing::ElementsAre;

using State = Check::State;

class TreeChecksTest : public testing::Test {
 protected:
  TreeChecksTest() { dir_.MakeDirectory("project"); }

  Checks Run(bool share_main_tree = false) { return CheckProject(dir_.Join("project"), share_main_tree, path_); }

  TempDir dir_;
  std::string path_;
};

TEST_F(TreeChecksTest, AGoodTreePassesAndStaysAsItIs) {
  dir_.WriteFile("project/.spec-context/specs/a/tasks.md", "x");
  chmod(dir_.Join("project/.spec-context").c_str(), 0755);
  EXPECT_THAT(Run(), ElementsAre(IsOkCheck("project"), IsOkCheck("openat2"), IsOkCheck("tree"), IsOkCheck("reading"),
                                 IsOkCheck("writing")));
  EXPECT_EQ(path_, dir_.Join("project"));
  for (const auto& entry : std::filesystem::directory_iterator(dir_.Join("project/.spec-context"))) {
    EXPECT_TRUE(entry.is_directory()) << entry.path();
  }
}

TEST_F(TreeChecksTest, AProjectWithoutATreeIsAWarningAndGetsNone) {
  EXPECT_THAT(Run(), ElementsAre(IsOkCheck("project"), IsOkCheck("openat2"),
                                 IsCheck("tree", State::kWarning, "there is no .spec-context yet")));
  EXPECT_FALSE(dir_.Exists("project/.spec-context"));
}

TEST_F(TreeChecksTest, AProjectThatIsNotThereFails) {
  EXPECT_THAT(CheckProject(dir_.Join("nowhere"), false, path_),
              ElementsAre(IsCheck("project", State::kFailed, "nowhere")));
  EXPECT_EQ(path_, "");
}

TEST_F(TreeChecksTest, ATreeThatIsASymbolicLinkFails) {
  dir_.MakeDirectory("elsewhere");
  std::filesystem::create_directory_symlink(dir_.Join("elsewhere"), dir_.Join("project/.spec-context"));
  EXPECT_THAT(Run(), Contains(IsCheck("tree", State::kFailed, "is no directory")));
}

TEST_F(TreeChecksTest, ATreeThatEverybodyWritesToIsAWarning) {
  dir_.MakeDirectory("project/.spec-context");
  chmod(dir_.Join("project/.spec-context").c_str(), 0777);
  EXPECT_THAT(Run(), Contains(IsCheck("tree", State::kWarning, "everybody on this machine can write")));
}

TEST_F(TreeChecksTest, ATreeWithoutPermissionsFails) {
  if (geteuid() == 0) GTEST_SKIP() << "the superuser may do anything";
  dir_.MakeDirectory("project/.spec-context");
  chmod(dir_.Join("project/.spec-context").c_str(), 0);
  const Checks checks = Run();
  chmod(dir_.Join("project/.spec-context").c_str(), 0700);
  EXPECT_THAT(checks, Contains(IsCheck("reading", State::kFailed, "")));
  EXPECT_THAT(checks, Contains(IsCheck("writing", State::kFailed, "")));
}

TEST_F(TreeChecksTest, SomethingInTheWayOfADirectoryFails) {
  dir_.WriteFile("project/.spec-context/specs", "a file");
  EXPECT_THAT(Run(), Contains(IsCheck("reading", State::kFailed, "specs")));
}

TEST_F(TreeChecksTest, ALockThatIsHeldForLongFails) {
  dir_.MakeDirectory("project/.spec-context");
  ASSERT_OK_AND_ASSIGN(const auto tree, PosixTree::Open(dir_.Join("project")));
  ASSERT_OK_AND_ASSIGN(const auto lock, tree->Lock(absl::Seconds(10)));
  EXPECT_THAT(Run(), Contains(IsCheck("writing", State::kFailed, "holds the tree's lock")));
}

TEST_F(TreeChecksTest, AWorktreeIsRecognised) {
  dir_.WriteFile("main/.git/worktrees/side/gitdir", dir_.Join("project/.git\n"));
  dir_.WriteFile("project/.git", absl::StrCat("gitdir: ", dir_.Join("main/.git/worktrees/side"), "\n"));
  EXPECT_THAT(Run(), Contains(IsCheck("project", State::kOk, "--share_main_tree would use")));
  EXPECT_EQ(path_, dir_.Join("project"));
  EXPECT_THAT(Run(/*share_main_tree=*/true), Contains(IsCheck("project", State::kOk, "shared by the git worktree")));
  EXPECT_EQ(path_, dir_.Join("main"));
}

TEST_F(TreeChecksTest, ABrokenWorktreeFailsOnlyWhereItShallShare) {
  dir_.WriteFile("project/.git", absl::StrCat("gitdir: ", dir_.Join("gone/.git/worktrees/side"), "\n"));
  EXPECT_THAT(Run(), Contains(IsCheck("project", State::kWarning, "git worktree repair")));
  EXPECT_THAT(Run(/*share_main_tree=*/true), ElementsAre(IsCheck("project", State::kFailed, "git worktree repair")));
}

TEST_F(TreeChecksTest, DirectoriesAreCountedUpToALimit) {
  dir_.MakeDirectory("project/.spec-context/specs/a/b");
  dir_.WriteFile("project/.spec-context/specs/a/tasks.md", "x");
  ASSERT_OK_AND_ASSIGN(const auto tree, PosixTree::Open(dir_.Join("project")));
  EXPECT_EQ(CountDirectories(*tree, 100), 4);
  EXPECT_EQ(CountDirectories(*tree, 2), 2);
}

}  // namespace
}  // namespace specrelay
