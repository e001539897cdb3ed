#include "mcp_agent/machine_directory.h"

#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

TEST(MachineDirectoryTest, ItIsMadeWithTheFirstWriteAndWhatIsAboveItAtOnce) {
  const TempDir home;
  ASSERT_OK_AND_ASSIGN(const auto tree, OpenMachineDirectory(home.Join("a/b/.spec-context-mcp/")));
  EXPECT_TRUE(home.Exists("a/b"));
  EXPECT_FALSE(home.Exists("a/b/.spec-context-mcp"));
  const auto lock = *tree->Lock(absl::Seconds(10));
  ASSERT_THAT(tree->Write(*lock, "jobs.json", "{}"), IsOk());
  EXPECT_EQ(home.ReadFile("a/b/.spec-context-mcp/jobs.json"), "{}");
}

TEST(MachineDirectoryTest, ItMayLieBehindASymbolicLink) {
  const TempDir home;
  home.MakeDirectory("real");
  std::filesystem::create_symlink("real", home.Join("link"));
  ASSERT_OK_AND_ASSIGN(const auto tree, OpenMachineDirectory(home.Join("link/machine")));
  EXPECT_THAT(tree->Lock(absl::Seconds(10)), IsOk());
  EXPECT_TRUE(home.Exists("real/machine"));
}

TEST(MachineDirectoryTest, APathThatCannotBeOneIsRefused) {
  const TempDir home;
  home.WriteFile("file", "x");
  EXPECT_THAT(OpenMachineDirectory(""), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(OpenMachineDirectory("/"), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(OpenMachineDirectory(home.Join("file/machine")), HasCode(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace specrelay
