// The file commands, through the executor on a real tree.
#include "mcp_agent/commands/file_commands.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

v1::Command ReadCommand(absl::string_view path, v1::FileRoot root = v1::FILE_ROOT_TREE) {
  v1::Command command;
  command.mutable_file_read()->set_path(std::string(path));
  command.mutable_file_read()->set_root(root);
  return command;
}

v1::Command WriteCommand(absl::string_view path, absl::string_view content) {
  v1::Command command;
  command.mutable_file_write()->set_path(std::string(path));
  command.mutable_file_write()->set_content(std::string(content));
  return command;
}

v1::AgentPolicy ProjectReadable(const std::vector<std::string>& roots = {}) {
  v1::AgentPolicy policy;
  policy.set_project_readable(true);
  for (const std::string& root : roots) policy.add_readable_roots(root);
  return policy;
}

class FileCommandsTest : public ::testing::Test {
 protected:
  const TempDir project_;
  ExecutorHarness harness_{project_.path()};
};

TEST_F(FileCommandsTest, AnyBytesSurviveWritingAndReading) {
  const std::string bytes("\x00\xFF\r\n\x80", 5);
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult written, harness_.Execute(WriteCommand("notes/new/a.bin", bytes)));
  EXPECT_EQ(written.file_write().path(), "notes/new/a.bin");
  EXPECT_TRUE(written.file_write().created());
  EXPECT_EQ(written.file_write().version().hash(), Sha256Hex(bytes));
  EXPECT_EQ(project_.ReadFile(".spec-context/notes/new/a.bin"), bytes);
  for (const v1::FileRoot root : {v1::FILE_ROOT_TREE, v1::FILE_ROOT_UNSPECIFIED}) {
    ASSERT_OK_AND_ASSIGN(const v1::CommandResult read, harness_.Execute(ReadCommand("notes/new/a.bin", root)));
    EXPECT_EQ(read.file_read().path(), "notes/new/a.bin");
    EXPECT_EQ(read.file_read().content(), bytes);
    EXPECT_EQ(read.file_read().version().hash(), Sha256Hex(bytes));
    EXPECT_EQ(read.file_read().version().size_bytes(), 5);
  }
}

TEST_F(FileCommandsTest, AFileThatDoesNotExistIsNotFoundAndNothingIsCreated) {
  EXPECT_THAT(harness_.Execute(ReadCommand("specs/a/design.md")),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr(".spec-context")));
  EXPECT_FALSE(project_.Exists(".spec-context"));
}

TEST_F(FileCommandsTest, AWriteOnAnotherBaseIsAConflict) {
  project_.WriteFile(".spec-context/a.txt", "theirs");
  v1::Command command = WriteCommand("a.txt", "mine");
  for (const std::string& base : {Sha256Hex("old"), std::string()}) {
    command.mutable_file_write()->set_base_hash(base);
    const absl::Status status = harness_.Execute(command).status();
    EXPECT_THAT(status, HasCode(absl::StatusCode::kAborted));
    EXPECT_EQ(ToCommandError(status).conflict().path(), "a.txt");
    EXPECT_EQ(ToCommandError(status).conflict().current_hash(), Sha256Hex("theirs"));
    EXPECT_EQ(ToCommandError(status).conflict().current_content(), "theirs");
  }
  EXPECT_EQ(project_.ReadFile(".spec-context/a.txt"), "theirs");
  command.mutable_file_write()->set_base_hash(Sha256Hex("theirs"));
  EXPECT_THAT(harness_.Execute(command), IsOk());
  EXPECT_EQ(project_.ReadFile(".spec-context/a.txt"), "mine");
}

TEST_F(FileCommandsTest, PathsThatLeaveTheTreeAreRefusedAndNothingIsCreated) {
  project_.WriteFile("secret", "secret");
  const std::vector<std::string> paths = {"",
                                          ".",
                                          "..",
                                          "../secret",
                                          "/etc/passwd",
                                          "a/../../secret",
                                          "a//b",
                                          "a/",
                                          "./a",
                                          std::string("a\0b", 3),
                                          "\xFF",
                                          "\xC0\xAE\xC0\xAE/secret",
                                          std::string(256, 'x'),
                                          std::string(5000, 'x')};
  for (const std::string& path : paths) {
    for (const v1::Command& command : {ReadCommand(path), WriteCommand(path, "mine")}) {
      EXPECT_THAT(harness_.Execute(command).status().code(),
                  AnyOf(absl::StatusCode::kInvalidArgument, absl::StatusCode::kPermissionDenied))
          << command.ShortDebugString();
    }
  }
  EXPECT_FALSE(project_.Exists(".spec-context"));
  EXPECT_EQ(project_.ReadFile("secret"), "secret");
}

TEST_F(FileCommandsTest, WhatIsNoRegularFileIsRefused) {
  const TempDir outside;
  outside.WriteFile("secret", "secret");
  project_.MakeDirectory(".spec-context/directory");
  ASSERT_EQ(symlink(outside.path().c_str(), project_.Join(".spec-context/linked").c_str()), 0);
  ASSERT_EQ(symlink(outside.Join("secret").c_str(), project_.Join(".spec-context/file").c_str()), 0);
  ASSERT_EQ(symlink("nowhere", project_.Join(".spec-context/dangling").c_str()), 0);
  ASSERT_EQ(mkfifo(project_.Join(".spec-context/fifo").c_str(), 0600), 0);
  for (const char* path : {"linked/secret", "file", "dangling", "fifo"}) {
    EXPECT_THAT(harness_.Execute(ReadCommand(path)), HasCode(absl::StatusCode::kPermissionDenied)) << path;
    EXPECT_THAT(harness_.Execute(WriteCommand(path, "x")), HasCode(absl::StatusCode::kPermissionDenied)) << path;
  }
  EXPECT_THAT(harness_.Execute(ReadCommand("directory")), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(harness_.Execute(WriteCommand("directory", "x")), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(outside.ReadFile("secret"), "secret");
}

TEST_F(FileCommandsTest, TheAgentsOwnFilesAreClosedUnderBothRoots) {
  ASSERT_THAT(harness_.Execute(WriteCommand("a.txt", "x")), IsOk());
  ExecutorHarness open(project_.path(), ProjectReadable());
  for (const char* path : {".specrelay/lock", ".SpecRelay/lock", "specs/.specrelay/x"}) {
    EXPECT_THAT(harness_.Execute(ReadCommand(path)), HasCode(absl::StatusCode::kPermissionDenied)) << path;
    EXPECT_THAT(harness_.Execute(WriteCommand(path, "x")), HasCode(absl::StatusCode::kPermissionDenied)) << path;
    EXPECT_THAT(open.Execute(ReadCommand(std::string(".spec-context/") + path, v1::FILE_ROOT_PROJECT)),
                HasCode(absl::StatusCode::kPermissionDenied))
        << path;
  }
}

TEST_F(FileCommandsTest, TheLimitHoldsForReadingAndWriting) {
  v1::AgentPolicy policy = ProjectReadable();
  policy.set_max_file_bytes(10);
  ExecutorHarness limited(project_.path(), policy);
  project_.WriteFile(".spec-context/large", "12345678901");
  project_.WriteFile("large", "12345678901");
  EXPECT_THAT(limited.Execute(ReadCommand("large")), IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("10")));
  EXPECT_THAT(limited.Execute(ReadCommand("large", v1::FILE_ROOT_PROJECT)),
              HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(limited.Execute(WriteCommand("new", "12345678901")),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("max_file_bytes")));
  EXPECT_THAT(limited.Execute(WriteCommand("new", "1234567890")), IsOk());
}

TEST_F(FileCommandsTest, TheProjectIsReadOnlyWhereThePolicyAllowsIt) {
  project_.WriteFile("src/a.cc", "int a;");
  project_.WriteFile("srcs/a.cc", "int b;");
  EXPECT_THAT(harness_.Execute(ReadCommand("src/a.cc", v1::FILE_ROOT_PROJECT)),
              IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("project_readable")));

  ExecutorHarness open(project_.path(), ProjectReadable());
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult all, open.Execute(ReadCommand("srcs/a.cc", v1::FILE_ROOT_PROJECT)));
  EXPECT_EQ(all.file_read().content(), "int b;");

  ExecutorHarness rooted(project_.path(), ProjectReadable({"src/"}));
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult some, rooted.Execute(ReadCommand("src/a.cc", v1::FILE_ROOT_PROJECT)));
  EXPECT_EQ(some.file_read().content(), "int a;");
  EXPECT_THAT(rooted.Execute(ReadCommand("srcs/a.cc", v1::FILE_ROOT_PROJECT)),
              IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("readable_roots")));
  EXPECT_THAT(rooted.Execute(ReadCommand("src/../srcs/a.cc", v1::FILE_ROOT_PROJECT)),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(harness_.Execute(ReadCommand("a", static_cast<v1::FileRoot>(9))),
              HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace specrelay
