#include "mcp_agent/analytics/git_history.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/process/process.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/iso_time.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class GitHistoryTest : public ::testing::Test {
 protected:
  GitHistoryTest() { Git({"init", "-q"}); }

  void Git(std::vector<std::string> arguments, absl::string_view date = "2026-11-20T10:00:00Z") {
    ProcessSpec spec;
    spec.argv = {"git", "-c", "user.name=A", "-c", "user.email=a@example.com"};
    spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
    spec.working_directory = project_.path();
    spec.environment = {"PATH=/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
                        absl::StrCat("GIT_AUTHOR_DATE=", date), absl::StrCat("GIT_COMMITTER_DATE=", date)};
    std::string output;
    Process process(std::move(spec));
    ASSERT_OK_AND_ASSIGN(const ProcessResult result,
                         process.Run([&](absl::string_view bytes) { absl::StrAppend(&output, bytes); }));
    ASSERT_EQ(result.exit_code, 0) << output;
  }

  void Commit(absl::string_view path, absl::string_view content, absl::string_view date) {
    project_.WriteFile(path, content);
    Git({"add", "-A"}, date);
    Git({"commit", "-q", "-m", "message"}, date);
  }

  // "path +added -deleted" for each change.
  std::vector<std::string> Changes(const GitHistory& history, GitHistory::Outcome expected) {
    std::vector<std::string> changes;
    EXPECT_EQ(history.ForEachChange(ParseIsoTime("2026-11-20T00:00:00Z").value(),
                                    [&](const GitFileChange& change) {
                                      changes.push_back(absl::StrCat(change.path, " +", change.lines_added, " -",
                                                                     change.lines_deleted));
                                    }),
              expected);
    return changes;
  }
  std::vector<std::string> Changes(GitHistory::Outcome expected = GitHistory::Outcome::kComplete) {
    return Changes(GitHistory(project_.path()), expected);
  }

  const TempDir project_;
};

TEST_F(GitHistoryTest, CommitsSinceTheStartCountNewestFirst) {
  Commit("a.txt", "1\n2\n", "2026-11-19T10:00:00Z");
  Commit("a.txt", "1\n3\n4\n", "2026-11-20T10:00:00Z");
  Commit("b.txt", "x\n", "2026-11-21T10:00:00Z");
  EXPECT_THAT(Changes(), ElementsAre("b.txt +1 -0", "a.txt +2 -1"));
}

TEST_F(GitHistoryTest, TheFirstCommitBinariesAndStrangeNamesCount) {
  project_.WriteFile("line\nfeed", "x\n");
  Commit("bin", std::string("\0\1", 2), "2026-11-20T10:00:00Z");
  EXPECT_THAT(Changes(), UnorderedElementsAre("bin +0 -0", "\"line\\nfeed\" +1 -0"));
}

TEST_F(GitHistoryTest, ARepositoryWithoutCommitsIsEmpty) { EXPECT_THAT(Changes(), IsEmpty()); }

TEST_F(GitHistoryTest, WhatIsNoRepositoryIsUnavailable) {
  const TempDir elsewhere;
  EXPECT_THAT(Changes(GitHistory(elsewhere.path()), GitHistory::Outcome::kUnavailable), IsEmpty());
  EXPECT_THAT(Changes(GitHistory("/nonexistent"), GitHistory::Outcome::kUnavailable), IsEmpty());
}

TEST_F(GitHistoryTest, ADamagedRepositoryIsUnavailable) {
  Commit("a.txt", "1\n", "2026-11-20T10:00:00Z");
  project_.WriteFile(".git/config", "[core\n");
  EXPECT_THAT(Changes(GitHistory::Outcome::kUnavailable), IsEmpty());
}

TEST_F(GitHistoryTest, OutputOverTheLimitIsCutOff) {
  for (int i = 0; i < 3; ++i) Commit(absl::StrCat(i), "x\n", "2026-11-20T10:00:00Z");
  EXPECT_EQ(Changes(GitHistory(project_.path(), absl::Seconds(10), 40), GitHistory::Outcome::kCutOff).size(), 2u);
}

// Everything in a repository's configuration that names a program, and a commit that asks for it.
TEST_F(GitHistoryTest, NoProgramThatTheRepositoryNamesIsRun) {
  project_.WriteFile("evil.sh", absl::StrCat("#!/bin/sh\necho ran >> '", project_.Join("marker"), "'\nexit 0\n"));
  const std::string evil = absl::StrCat("sh ", project_.Join("evil.sh"));
  project_.WriteFile(".gitattributes", "*.txt diff=evil filter=evil\n");
  Commit("a.txt", "1\n", "2026-11-20T10:00:00Z");
  Commit("a.txt", "1\n2\n", "2026-11-20T11:00:00Z");
  project_.WriteFile(".git/hooks/post-index-change", absl::StrCat("#!/bin/sh\n", evil, "\n"));
  project_.WriteFile(
      ".git/config",
      absl::StrCat("[core]\n repositoryformatversion = 1\n fsmonitor = ", evil, "\n pager = ", evil,
                   "\n sshCommand = ", evil, "\n gitProxy = ", evil, "\n askPass = ", evil, "\n editor = ", evil,
                   "\n alternateRefsCommand = ", evil, "\n[pager]\n log = ", evil,
                   "\n[log]\n showSignature = true\n[gpg]\n program = ", project_.Join("evil.sh"),
                   "\n[diff]\n external = ", evil, "\n[diff \"evil\"]\n command = ", evil, "\n textconv = ", evil,
                   "\n[filter \"evil\"]\n clean = ", evil, "\n smudge = ", evil, "\n process = ", evil,
                   "\n[alias]\n log = !", evil, "\n[credential]\n helper = !", evil,
                   "\n[protocol]\n allow = always\n[protocol \"ext\"]\n allow = always\n[protocol \"file\"]\n allow = "
                   "always\n[extensions]\n partialClone = origin\n[remote \"origin\"]\n promisor = true\n url = ext::",
                   evil, "\n uploadpack = ", evil, "\n"));
  EXPECT_THAT(Changes(), UnorderedElementsAre("a.txt +1 -0", "a.txt +1 -0", ".gitattributes +1 -0", "evil.sh +3 -0"));
  EXPECT_FALSE(project_.Exists("marker")) << project_.ReadFile("marker");
}

TEST_F(GitHistoryTest, WhatAPartialCloneLacksIsNotFetched) {
  project_.WriteFile("evil.sh", absl::StrCat("#!/bin/sh\necho ran >> '", project_.Join("marker"), "'\nexit 1\n"));
  Commit("a.txt", "1\n", "2026-11-20T10:00:00Z");
  Commit("a.txt", "1\n2\n", "2026-11-20T11:00:00Z");
  // The content of the newest a.txt is gone.
  project_.Remove(".git/objects/11/91247b6d9a206f6ba3d8ac79e26d041dd86941");
  const std::string evil = absl::StrCat("sh ", project_.Join("evil.sh"));
  for (const std::string& url : {absl::StrCat("ext::", evil), project_.path(), absl::StrCat("file://", project_.path()),
                                 absl::StrCat("ssh://example.invalid/x")}) {
    project_.WriteFile(".git/config",
                       absl::StrCat("[core]\n repositoryformatversion = 1\n sshCommand = ", evil,
                                    "\n[protocol]\n allow = always\n[protocol \"ext\"]\n allow = always\n[protocol "
                                    "\"file\"]\n allow = always\n[protocol \"ssh\"]\n allow = always\n[extensions]\n "
                                    "partialClone = origin\n[remote \"origin\"]\n promisor = true\n url = ",
                                    url, "\n uploadpack = ", evil, "\n"));
    Changes(GitHistory::Outcome::kUnavailable);
    EXPECT_FALSE(project_.Exists("marker")) << url;
  }
}

TEST_F(GitHistoryTest, ABareRepositoryInDisguiseIsNotRead) {
  Commit("a.txt", "1\n", "2026-11-20T10:00:00Z");
  const TempDir bare;
  Git({"clone", "-q", "--bare", ".", bare.path()});
  EXPECT_THAT(Changes(GitHistory(bare.path()), GitHistory::Outcome::kUnavailable), IsEmpty());
}

}  // namespace
}  // namespace specrelay
