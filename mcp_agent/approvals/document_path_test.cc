#include "mcp_agent/approvals/document_path.h"

#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

constexpr char kProject[] = "/home/user/project";

TEST(DocumentPathTest, PathsIntoTheProjectBecomeRelative) {
  for (const char* path : {"docs/a.md", "./docs/a.md", "././docs/a.md", "/home/user/project/docs/a.md"}) {
    ASSERT_OK_AND_ASSIGN(const std::string relative, ProjectRelativePath(kProject, path));
    EXPECT_EQ(relative, "docs/a.md") << path;
  }
}

TEST(DocumentPathTest, PathsOutOfTheProjectAreRefused) {
  for (const char* path : {"/", "/etc/passwd", "..", "../a", "a/../b", "/home/user/project/../x",
                           "/home/user/projects/x", "/home/user/project//etc/passwd", "a/.specrelay/journal"}) {
    EXPECT_THAT(ProjectRelativePath(kProject, path), HasCode(absl::StatusCode::kPermissionDenied)) << path;
  }
  EXPECT_THAT(ProjectRelativePath("", "/etc/passwd"), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST(DocumentPathTest, PathsThatAreNotWellFormedAreRefused) {
  for (const char* path : {"", "./", "/home/user/project", "/home/user/project/", "a//b", "a/", "a/./b", "\xFF"}) {
    EXPECT_FALSE(ProjectRelativePath(kProject, path).ok()) << path;
  }
}

TEST(DocumentPathTest, OnlyFilesBelowTheTreesDirectoryAreInTheTree) {
  EXPECT_EQ(PathInTree(".spec-context/specs/a/tasks.md"), "specs/a/tasks.md");
  for (const char* path : {".spec-context", ".spec-contexts/a", "a/.spec-context/b", "a"}) {
    EXPECT_EQ(PathInTree(path), absl::nullopt) << path;
  }
}

}  // namespace
}  // namespace specrelay
