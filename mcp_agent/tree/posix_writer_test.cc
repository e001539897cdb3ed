// What PosixTree's own tests do not reach.
#include "mcp_agent/tree/posix_writer.h"

#include <cerrno>

#include "gtest/gtest.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

TEST(RenameAfterLookingTest, MovesButNeverReplaces) {
  const TempDir directory;
  directory.WriteFile("a", "a");
  directory.WriteFile("b", "b");
  directory.MakeDirectory("empty");
  ASSERT_OK_AND_ASSIGN(const PosixRoot root, OpenRootDirectory(directory.path()));
  EXPECT_EQ(RenameAfterLooking(root.fd.get(), "a", root.fd.get(), "b"), EEXIST);
  EXPECT_EQ(RenameAfterLooking(root.fd.get(), "a", root.fd.get(), "empty"), EEXIST);
  EXPECT_EQ(RenameAfterLooking(root.fd.get(), "missing", root.fd.get(), "c"), ENOENT);
  EXPECT_EQ(RenameAfterLooking(root.fd.get(), "a", root.fd.get(), "c"), 0);
  EXPECT_EQ(directory.ReadFile("c"), "a");
  EXPECT_EQ(directory.ReadFile("b"), "b");
  EXPECT_FALSE(directory.Exists("a"));
}

}  // namespace
}  // namespace specrelay
