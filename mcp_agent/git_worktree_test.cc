#include "mcp_agent/git_worktree.h"

#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

// A repository in `main` and a worktree of it in `side`, as git makes them.
class GitWorktreeTest : public testing::Test {
 protected:
  GitWorktreeTest() {
    dir_.MakeDirectory("main/.git/worktrees/side");
    dir_.WriteFile("main/.git/worktrees/side/gitdir", dir_.Join("side/.git\n"));
    dir_.WriteFile("main/.git/worktrees/side/commondir", "../..\n");
    dir_.WriteFile("side/.git", absl::StrCat("gitdir: ", dir_.Join("main/.git/worktrees/side"), "\n"));
  }

  absl::StatusOr<std::string> Shared(const std::string& relative) const {
    return SharedProjectPath(dir_.Join(relative));
  }

  void ExpectItself(const std::string& relative) const {
    ASSERT_OK_AND_ASSIGN(const std::string path, Shared(relative));
    EXPECT_EQ(path, dir_.Join(relative));
  }

  void ExpectRefused(const std::string& message) const {
    EXPECT_THAT(Shared("side"), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr(message)));
  }

  TempDir dir_;
};

TEST_F(GitWorktreeTest, AWorktreeSharesTheMainOne) {
  ASSERT_OK_AND_ASSIGN(const std::string path, Shared("side"));
  EXPECT_EQ(path, dir_.Join("main"));
}

TEST_F(GitWorktreeTest, LinksMayBeRelative) {
  dir_.WriteFile("side/.git", "gitdir: ../main/.git/worktrees/side\n");
  dir_.WriteFile("main/.git/worktrees/side/gitdir", "../../../../side/.git\n");
  ASSERT_OK_AND_ASSIGN(const std::string path, Shared("side"));
  EXPECT_EQ(path, dir_.Join("main"));
}

TEST_F(GitWorktreeTest, ADirectoryOfAWorktreeSharesItsCounterpart) {
  dir_.MakeDirectory("side/services/api");
  dir_.MakeDirectory("main/services/api");
  ASSERT_OK_AND_ASSIGN(const std::string path, Shared("side/services/api"));
  EXPECT_EQ(path, dir_.Join("main/services/api"));
}

TEST_F(GitWorktreeTest, ACounterpartThatIsMissingIsRefused) {
  dir_.MakeDirectory("side/services");
  EXPECT_THAT(Shared("side/services"),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("has no directory 'services'")));
}

TEST_F(GitWorktreeTest, ACounterpartBehindASymbolicLinkIsRefused) {
  dir_.MakeDirectory("side/services");
  dir_.MakeDirectory("elsewhere");
  std::filesystem::create_symlink(dir_.Join("elsewhere"), dir_.Join("main/services"));
  EXPECT_THAT(Shared("side/services"), HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(GitWorktreeTest, TheMainWorktreeIsItself) { ExpectItself("main"); }

TEST_F(GitWorktreeTest, ADirectoryOutsideOfGitIsItself) {
  dir_.MakeDirectory("plain");
  ExpectItself("plain");
}

TEST_F(GitWorktreeTest, ASubmoduleIsItself) {
  dir_.MakeDirectory("main/.git/modules/lib");
  dir_.WriteFile("main/lib/.git", "gitdir: ../.git/modules/lib\n");
  ExpectItself("main/lib");
}

TEST_F(GitWorktreeTest, AFileThatIsNoLinkIsNothing) {
  for (const std::string& content :
       {std::string(), std::string("hello"), std::string("gitdir:"), std::string(1 << 20, 'x'),
        std::string("gitdir: /worktrees\0/x", 21), std::string("gitdir: /")}) {
    dir_.WriteFile("side/.git", content);
    ExpectItself("side");
  }
}

TEST_F(GitWorktreeTest, AWorktreeThatItsRepositoryDoesNotKnowIsRefused) {
  dir_.WriteFile("main/.git/worktrees/side/gitdir", dir_.Join("other/.git\n"));
  ExpectRefused("git worktree repair");
  dir_.Remove("main/.git/worktrees/side/gitdir");
  ExpectRefused("git worktree repair");
  dir_.Remove("main/.git/worktrees/side");
  ExpectRefused("git worktree repair");
}

TEST_F(GitWorktreeTest, ALinkToADirectoryThatOnlyLooksLikeOneIsRefused) {
  dir_.MakeDirectory("secrets");
  dir_.WriteFile("side/.git", absl::StrCat("gitdir: ", dir_.Join("worktrees/../secrets/worktrees/x")));
  ExpectRefused("git worktree repair");
  std::filesystem::create_directory(dir_.Join("worktrees"));
  std::filesystem::create_directory_symlink(dir_.Join("secrets"), dir_.Join("worktrees/x"));
  dir_.WriteFile("secrets/gitdir", dir_.Join("side/.git"));
  dir_.WriteFile("side/.git", absl::StrCat("gitdir: ", dir_.Join("worktrees/x")));
  ExpectRefused("git worktree repair");
}

TEST_F(GitWorktreeTest, SeveralLinesAreNoPath) {
  dir_.WriteFile("side/.git", absl::StrCat("gitdir: ", dir_.Join("main/.git/worktrees/side"), "\n", "/etc\n"));
  ExpectItself("side");
  dir_.WriteFile("side/.git", absl::StrCat("gitdir: ", dir_.Join("main/.git/worktrees/side")));
  dir_.WriteFile("main/.git/worktrees/side/gitdir", absl::StrCat(dir_.Join("side/.git"), "\n", "/etc\n"));
  ExpectRefused("git worktree repair");
}

TEST_F(GitWorktreeTest, AWorktreeOfABareRepositoryHasNoMainOne) {
  dir_.MakeDirectory("bare.git/worktrees/side");
  dir_.WriteFile("bare.git/worktrees/side/gitdir", dir_.Join("side/.git\n"));
  dir_.WriteFile("side/.git", absl::StrCat("gitdir: ", dir_.Join("bare.git/worktrees/side"), "\n"));
  ExpectRefused("has no main worktree");
}

TEST_F(GitWorktreeTest, AMainWorktreeOfAnotherUserIsRefused) {
  if (chown(dir_.Join("main").c_str(), 12345, 12345) != 0) GTEST_SKIP() << "this user cannot give files away";
  ExpectRefused("belongs to another user");
}

}  // namespace
}  // namespace specrelay
