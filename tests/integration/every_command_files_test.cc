// The commands on steering documents and on files.

#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/command_fixture.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;

class EveryCommandFilesTest : public CommandFixture {};

TEST_F(EveryCommandFilesTest, SteeringIsReadAndItsStatusTold) {
  const v1::SteeringStatus status = Read(R"({"steeringStatus": {}})").steering_status().status();
  EXPECT_TRUE(status.exists() && status.product() && status.tech());
  EXPECT_FALSE(status.structure() || status.principles());
  const auto product = Read(R"({"steeringRead": {"document": "STEERING_DOCUMENT_PRODUCT"}})").steering_read();
  EXPECT_EQ(product.document().content(), "# Product\n\nA product.\n");
  const auto absent = Read(R"({"steeringRead": {"document": "STEERING_DOCUMENT_STRUCTURE"}})").steering_read();
  EXPECT_FALSE(absent.has_document());
  Refused(R"({"steeringRead": {}})", StatusCode::kInvalidArgument, "Invalid steering document name");
}

TEST_F(EveryCommandFilesTest, ASteeringDocumentIsWritten) {
  const Performed created = Write(
      R"({"steeringWrite": {"document": "STEERING_DOCUMENT_PRINCIPLES", "content": "# Principles\n", "baseHash": ""}})");
  EXPECT_THAT(created.changes, ElementsAre("+steering/principles.md"));
  EXPECT_TRUE(created.result.steering_write().created());
  EXPECT_EQ(File("steering/principles.md"), "# Principles\n");
  EXPECT_THAT(
      Write(R"({"steeringWrite": {"document": "STEERING_DOCUMENT_TECH", "content": "# Tech\n\nC++\n"}})").changes,
      ElementsAre("~steering/tech.md"));
  Refused(R"({"steeringWrite": {"content": "x"}})", StatusCode::kInvalidArgument, "Invalid steering document name");
  Refused(R"({"steeringWrite": {"document": "STEERING_DOCUMENT_TECH", "content": "x", "baseHash": ""}})",
          StatusCode::kAborted, "tech.md");
}

TEST_F(EveryCommandFilesTest, AFileComesAsTheBytesThatItIs) {
  const std::string bytes("\x00\xFF binary \n", 11);
  PutFile("notes/binary.dat", bytes);
  const v1::FileReadResponse read = Read(R"({"fileRead": {"path": "notes/binary.dat"}})").file_read();
  EXPECT_EQ(read.content(), bytes);
  EXPECT_EQ(read.version().hash(), Sha256Hex(bytes));
  Refused(R"({"fileRead": {"path": "notes/nothing"}})", StatusCode::kNotFound, "notes/nothing");
  Refused(R"({"fileRead": {"path": ""}})", StatusCode::kInvalidArgument, "empty");
  Refused(R"({"fileRead": {"path": "../secret"}})", StatusCode::kInvalidArgument, "\"..\" component");
  Refused(R"({"fileRead": {"path": "notes"}})", StatusCode::kInvalidArgument, "notes");
  Refused(R"({"fileRead": {"path": "README.md", "root": "FILE_ROOT_PROJECT"}})", StatusCode::kPermissionDenied,
          "project_readable");
}

TEST_F(EveryCommandFilesTest, AFileIsWrittenWithTheDirectoriesThatItNeeds) {
  const std::string bytes("\x00\xFF\n", 3);
  const Performed written = Write(
      absl::StrCat(R"({"fileWrite": {"path": "notes/deep/a.dat", "content": ")", absl::Base64Escape(bytes), R"("}})"));
  EXPECT_THAT(written.changes, ElementsAre("+notes/deep/a.dat"));
  EXPECT_EQ(File("notes/deep/a.dat"), bytes);
  EXPECT_TRUE(written.result.file_write().created());
  EXPECT_EQ(written.result.file_write().version().hash(), Sha256Hex(bytes));
  Refused(R"({"fileWrite": {"path": "notes/deep/a.dat", "baseHash": ""}})", StatusCode::kAborted, "notes/deep/a.dat");
  Refused(R"({"fileWrite": {"path": "../a"}})", StatusCode::kInvalidArgument, "\"..\" component");
  Refused(R"({"fileWrite": {"path": "notes/deep"}})", StatusCode::kInvalidArgument, "notes/deep");
}

TEST_F(EveryCommandFilesTest, WhatTheAgentKeepsForItselfIsNeitherReadNorWritten) {
  Write(R"({"fileWrite": {"path": "notes/a.md", "content": "YQ=="}})");
  ASSERT_TRUE(std::filesystem::exists(project_dir() + "/.spec-context/.specrelay/journal"));
  for (const char* path : {".specrelay/journal", ".specrelay/lock", ".specrelay"}) {
    for (const char* root : {"FILE_ROOT_TREE", "FILE_ROOT_PROJECT"}) {
      const std::string prefix = root == absl::string_view("FILE_ROOT_PROJECT") ? ".spec-context/" : "";
      const absl::Status read = user()
                                    .Execute(kProject, absl::StrCat(R"({"fileRead": {"path": ")", prefix, path,
                                                                    R"(", "root": ")", root, R"("}})"))
                                    .status();
      EXPECT_EQ(read.code(), StatusCode::kPermissionDenied) << read;
    }
    Refused(absl::StrCat(R"({"fileWrite": {"path": ")", path, R"(", "content": "YQ=="}})"),
            StatusCode::kPermissionDenied, ".specrelay");
  }
  for (const char* path : {"audit.jsonl", "agent.json"}) {
    Refused(absl::StrCat(R"({"fileWrite": {"path": ")", path, R"(", "content": "YQ=="}})"),
            StatusCode::kPermissionDenied, path);
  }
}

}  // namespace
}  // namespace specrelay
