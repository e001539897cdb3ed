#include "mcp_agent/tree/project_reader.h"

#include <filesystem>
#include <memory>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/posix_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::HasSubstr;

class ProjectReaderTest : public testing::Test {
 protected:
  ProjectReaderTest() {
    auto reader = PosixTree::OpenProjectReader(project_.path());
    EXPECT_THAT(reader, IsOk());
    reader_ = *std::move(reader);
  }

  TempDir project_;
  std::unique_ptr<Tree> reader_;
};

TEST_F(ProjectReaderTest, ReadsFilesOfTheProject) {
  project_.WriteFile("src/main.cc", "int main() {}");
  project_.WriteFile(".spec-context/specs/a/tasks.md", "tasks");
  ASSERT_OK_AND_ASSIGN(const FileContent source, reader_->Read("src/main.cc", 100));
  EXPECT_EQ(source.bytes, "int main() {}");
  ASSERT_OK_AND_ASSIGN(const FileContent tasks, reader_->Read(".spec-context/specs/a/tasks.md", 100));
  EXPECT_EQ(tasks.bytes, "tasks");
  ASSERT_OK_AND_ASSIGN(const std::vector<DirectoryEntry> entries, reader_->List(""));
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[1].name, "src");
  EXPECT_THAT(reader_->Stat("src"), IsOk());
}

TEST_F(ProjectReaderTest, TheAgentsOwnFilesStayClosed) {
  project_.WriteFile(".spec-context/.specrelay/journal", "secret");
  for (const char* path : {".spec-context/.specrelay/journal", ".spec-context/.specrelay", ".spec-context/.tmp-x"}) {
    EXPECT_THAT(reader_->Read(path, 100), HasCode(StatusCode::kPermissionDenied)) << path;
    EXPECT_THAT(reader_->Stat(path), HasCode(StatusCode::kPermissionDenied)) << path;
    EXPECT_THAT(reader_->List(path), HasCode(StatusCode::kPermissionDenied)) << path;
  }
}

TEST_F(ProjectReaderTest, NothingLeadsOutOfTheProject) {
  std::filesystem::create_symlink("/etc/passwd", project_.Join("passwd"));
  std::filesystem::create_directory_symlink("/etc", project_.Join("etc"));
  EXPECT_THAT(reader_->Read("passwd", 1 << 20), HasCode(StatusCode::kPermissionDenied));
  EXPECT_THAT(reader_->Read("etc/passwd", 1 << 20), HasCode(StatusCode::kPermissionDenied));
  EXPECT_THAT(reader_->Read("../x", 100), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(reader_->Read("/etc/passwd", 1 << 20), HasCode(StatusCode::kInvalidArgument));
}

TEST_F(ProjectReaderTest, NothingIsWritten) {
  auto tree = PosixTree::Open(project_.path());
  ASSERT_OK_AND_ASSIGN(const auto lock, (*tree)->Lock(absl::Seconds(60)));
  project_.WriteFile("a", "old");
  const absl::Status statuses[] = {
      reader_->Lock(absl::Seconds(1)).status(),
      reader_->Write(*lock, "a", "x").status(),
      reader_->Append(*lock, "a", "x"),
      reader_->Rename(*lock, "a", "b"),
      reader_->Remove(*lock, "a"),
  };
  for (const absl::Status& status : statuses) {
    EXPECT_THAT(status, IsStatus(StatusCode::kPermissionDenied, HasSubstr("can only be read")));
  }
  EXPECT_EQ(project_.ReadFile("a"), "old");
}

}  // namespace
}  // namespace specrelay
