#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

class FileRoutesTest : public testing::Test {
 protected:
  // An agent whose file has these bytes.
  ScriptedAgent& Connect(const std::string& bytes) {
    return api_.Connect("p1", [bytes](const v1::Command& command) {
      v1::CommandResult result;
      v1::FileReadResponse& file = *result.mutable_file_read();
      file.set_path(command.file_read().path());
      file.set_content(bytes);
      file.mutable_version()->set_hash("abc");
      file.mutable_version()->set_size_bytes(static_cast<int64_t>(bytes.size()));
      return result;
    });
  }

  ApiHarness api_;
};

TEST_F(FileRoutesTest, ReadsAText) {
  const ScriptedAgent& agent = Connect("# Ä\n");
  const ApiAnswer answer = api_.Call("GET", "/api/projects/p1/files?path=steering/tech.md");
  EXPECT_EQ(answer.json["path"], "steering/tech.md");
  EXPECT_EQ(answer.json["encoding"], "utf-8");
  EXPECT_EQ(answer.json["content"], "# Ä\n");
  EXPECT_EQ(answer.json["size"], 5);
  EXPECT_EQ(answer.headers.at("ETag"), "\"abc\"");
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"fileRead":{"path":"steering/tech.md"}})"));
}

TEST_F(FileRoutesTest, ReadsBytesThatAreNoTextAsBase64) {
  Connect("\xff\xfe");
  const ApiAnswer answer = api_.Call("GET", "/api/projects/p1/files?path=a.png");
  EXPECT_EQ(answer.json["encoding"], "base64");
  EXPECT_EQ(answer.json["content"], "//4=");
}

TEST_F(FileRoutesTest, ReadsBelowTheProjectWhenAsked) {
  const ScriptedAgent& agent = Connect("x");
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/files?path=README.md&root=project").status, 200);
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"fileRead":{"path":"README.md","root":"FILE_ROOT_PROJECT"}})"));
}

TEST_F(FileRoutesTest, NeedsAPathAndAKnownRoot) {
  const ScriptedAgent& agent = Connect("x");
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/files").status, 400);
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/files?path=a&root=/").status, 400);
  EXPECT_TRUE(agent.commands().empty());
}

TEST_F(FileRoutesTest, WhatTheAgentForbidsIsForbidden) {
  api_.Connect("p1", Fails(absl::PermissionDeniedError("the path leaves the tree; name a file in it")));
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/files?path=../../etc/passwd").status, 403);
}

}  // namespace
}  // namespace specrelay
