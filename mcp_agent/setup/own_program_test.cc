#include "mcp_agent/setup/own_program.h"

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

TEST(OwnProgramTest, IsThisTest) {
  ASSERT_OK_AND_ASSIGN(const std::string program, OwnProgram());
  EXPECT_TRUE(std::filesystem::equivalent(program, "/proc/self/exe"));
}

TEST(OwnProgramTest, IsCalledByItsNameWhereThatLeadsToIt) {
  const TempDir dir;
  dir.WriteFile("opt/agent", "");
  dir.MakeDirectory("bin");
  std::filesystem::create_symlink(dir.Join("opt/agent"), dir.Join("bin/agent"));
  const std::string program = dir.Join("opt/agent");
  EXPECT_EQ(ShortestCommand(program, absl::StrCat("/nowhere::", dir.Join("bin"))), "agent");
  EXPECT_EQ(ShortestCommand(program, "/nowhere"), program);
  EXPECT_EQ(ShortestCommand(program, ""), program);
}

TEST(OwnProgramTest, IsNotCalledByItsNameWhereAnotherGoesFirst) {
  const TempDir dir;
  dir.WriteFile("opt/agent", "");
  dir.WriteFile("bin/agent", "");
  const std::string program = dir.Join("opt/agent");
  EXPECT_EQ(ShortestCommand(program, absl::StrCat(dir.Join("bin"), ":", dir.Join("opt"))), program);
}

}  // namespace
}  // namespace specrelay
