#include "mcp_agent/project_identity.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

constexpr char kMachine[] = "0123456789abcdef0123456789abcdef";

// Expected ids made with sha256sum, xxd -r -p, base64, tr '+/' '-_' and cut.
TEST(ProjectIdentityTest, TheProjectIdIsTheDigestThatTheContractStates) {
  EXPECT_EQ(ProjectId(kMachine, "/home/dev/shop"), "AjJFI-SR27EYc5Gk");
  EXPECT_EQ(ProjectId(kMachine, "/"), "GMHhsYiWk86gzrB3");
  EXPECT_EQ(ProjectId(kMachine, "/home/zoë/mein projekt"), "lgb5TO8Ei-A9c1kg");
}

TEST(ProjectIdentityTest, TheAgentIdIsAnotherDigestOfTheSame) {
  EXPECT_EQ(AgentId(kMachine, "/home/dev/shop"), "AdlK56y_C-gaQ7pEplG_Y_");
  EXPECT_EQ(AgentId(kMachine, "/"), "JDxZM8iG5HMsrmSE5nnjiO");
  EXPECT_EQ(AgentId(kMachine, "/home/zoë/mein projekt"), "sYTiBHvIxCIp_P33Y58Pf5");
}

TEST(ProjectIdentityTest, AChosenIdGoesBeforeTheDerivedOne) {
  EXPECT_EQ(DescribeProject(kMachine, "/home/dev/shop", "").project_id(), "AjJFI-SR27EYc5Gk");
  const v1::Project project = DescribeProject(kMachine, "/home/dev/shop", "mine");
  EXPECT_EQ(project.project_id(), "mine");
  EXPECT_EQ(project.name(), "shop");
  EXPECT_EQ(project.path(), "/home/dev/shop");
  EXPECT_EQ(DescribeProject(kMachine, "/", "").name(), "/");
}

TEST(ProjectIdentityTest, DifferentWaysToOneDirectoryAreOneProject) {
  const TempDir dir;
  dir.MakeDirectory("project/sub");
  ASSERT_EQ(symlink(dir.Join("project").c_str(), dir.Join("link").c_str()), 0);
  for (const char* way : {"project", "link", "project/", "project/sub/..", "./project//.", "link/sub/../../project"}) {
    EXPECT_EQ(*CanonicalProjectPath(dir.Join(way)), dir.Join("project")) << way;
  }
}

TEST(ProjectIdentityTest, WhatIsNoProjectDirectoryIsAClearError) {
  const TempDir dir;
  dir.WriteFile("file", "");
  ASSERT_EQ(mkdir(dir.Join("latin1-\xe9").c_str(), 0700), 0);
  EXPECT_THAT(CanonicalProjectPath(dir.Join("none")),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("--project=DIR")));
  EXPECT_THAT(CanonicalProjectPath(""), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(CanonicalProjectPath(dir.Join("file")),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("no directory")));
  EXPECT_THAT(CanonicalProjectPath(dir.Join("latin1-\xe9")),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("UTF-8")));
}

TEST(ProjectIdentityTest, TheMachineIsDescribedForPeople) {
  const v1::Machine machine = DescribeMachine(kMachine);
  EXPECT_EQ(machine.machine_id(), kMachine);
  EXPECT_NE(machine.host_name(), "");
  EXPECT_THAT(machine.platform(), testing::StartsWith("linux/"));
}

TEST(ProjectIdentityTest, AWorktreeIsAProjectOfItsOwnUnlessItShallShare) {
  const TempDir dir;
  dir.WriteFile("main/.git/worktrees/side/gitdir", dir.Join("side/.git\n"));
  dir.WriteFile("side/.git", absl::StrCat("gitdir: ", dir.Join("main/.git/worktrees/side"), "\n"));
  ASSERT_OK_AND_ASSIGN(const std::string own, ProjectPath(dir.Join("side"), /*share_main_tree=*/false));
  EXPECT_EQ(own, dir.Join("side"));
  ASSERT_OK_AND_ASSIGN(const std::string shared, ProjectPath(dir.Join("side"), /*share_main_tree=*/true));
  EXPECT_EQ(shared, dir.Join("main"));
}

}  // namespace
}  // namespace specrelay
