#include "mcp_agent/setup/user_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

class UserFileTest : public testing::Test {
 protected:
  mode_t ModeOf(const std::string& relative) const {
    struct stat status;
    EXPECT_EQ(stat(dir_.Join(relative).c_str(), &status), 0);
    return status.st_mode & 07777;
  }

  TempDir dir_;
};

TEST_F(UserFileTest, AFileThatIsNotThereIsEmpty) {
  ASSERT_OK_AND_ASSIGN(const std::string content, ReadUserFile(dir_.Join("a/b")));
  EXPECT_EQ(content, "");
}

TEST_F(UserFileTest, WhatIsWrittenIsRead) {
  ASSERT_THAT(WriteUserFile(dir_.Join("a/b/c.json"), "{}"), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::string content, ReadUserFile(dir_.Join("a/b/c.json")));
  EXPECT_EQ(content, "{}");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir_.Join("a/b")), {}), 1) << "no temporary file is left";
}

TEST_F(UserFileTest, PermissionsStay) {
  dir_.WriteFile("secret", "old");
  ASSERT_EQ(chmod(dir_.Join("secret").c_str(), 0600), 0);
  ASSERT_THAT(WriteUserFile(dir_.Join("secret"), "new"), IsOk());
  EXPECT_EQ(dir_.ReadFile("secret"), "new");
  EXPECT_EQ(ModeOf("secret"), 0600u);
}

TEST_F(UserFileTest, ASymbolicLinkStaysAndItsTargetIsReplaced) {
  dir_.WriteFile("dotfiles/config", "old");
  std::filesystem::create_symlink("dotfiles/config", dir_.Join("config"));
  ASSERT_THAT(WriteUserFile(dir_.Join("config"), "new"), IsOk());
  EXPECT_TRUE(std::filesystem::is_symlink(dir_.Join("config")));
  EXPECT_EQ(dir_.ReadFile("dotfiles/config"), "new");
}

TEST_F(UserFileTest, ASymbolicLinkToNothingIsRefused) {
  std::filesystem::create_symlink("nowhere", dir_.Join("config"));
  EXPECT_THAT(WriteUserFile(dir_.Join("config"), "new"),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("leads nowhere")));
}

TEST_F(UserFileTest, WhatIsNoFileIsRefused) {
  dir_.MakeDirectory("directory");
  EXPECT_THAT(ReadUserFile(dir_.Join("directory")), HasCode(absl::StatusCode::kFailedPrecondition));
  ASSERT_EQ(mkfifo(dir_.Join("pipe").c_str(), 0600), 0);
  EXPECT_THAT(ReadUserFile(dir_.Join("pipe")),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("no regular file")));
  dir_.WriteFile("file", "");
  EXPECT_THAT(WriteUserFile(dir_.Join("file/below"), "x"), HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(UserFileTest, AFileThatIsTooLargeIsRefused) {
  dir_.WriteFile("large", std::string((1 << 20) + 1, 'x'));
  EXPECT_THAT(ReadUserFile(dir_.Join("large")),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("over 1 MiB")));
}

}  // namespace
}  // namespace specrelay
