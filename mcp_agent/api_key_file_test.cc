#include "mcp_agent/api_key_file.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ApiKeyFileTest : public testing::Test {
 protected:
  ApiKeyFileTest() { unsetenv("SPECRELAY_API_KEY"); }
  ~ApiKeyFileTest() override { unsetenv("SPECRELAY_API_KEY"); }

  std::string path() const { return dir_.Join("agent.key"); }

  TempDir dir_;
};

TEST_F(ApiKeyFileTest, ReadsTheKeyAnewEachTimeAndIgnoresSpaceAroundIt) {
  dir_.WriteFile("agent.key", "  srk_one\n");
  EXPECT_EQ(*ReadApiKey(path()), "srk_one");
  dir_.WriteFile("agent.key", "srk_two\r\n\n");
  EXPECT_EQ(*ReadApiKey(path()), "srk_two");
}

TEST_F(ApiKeyFileTest, WithoutAFileTheVariableCounts) {
  EXPECT_THAT(ReadApiKey(""), IsStatus(absl::StatusCode::kNotFound,
                                       AllOf(HasSubstr("--api_key_file"), HasSubstr("SPECRELAY_API_KEY"))));
  setenv("SPECRELAY_API_KEY", "srk_variable", 1);
  EXPECT_EQ(*ReadApiKey(""), "srk_variable");
  dir_.WriteFile("agent.key", "srk_file");
  EXPECT_EQ(*ReadApiKey(path()), "srk_file");
}

TEST_F(ApiKeyFileTest, AFileThatCannotBeReadIsNamed) {
  EXPECT_THAT(ReadApiKey(path()), IsStatus(absl::StatusCode::kNotFound, HasSubstr(path())));
  dir_.MakeDirectory("agent.key");
  EXPECT_THAT(ReadApiKey(path()), IsStatus(absl::StatusCode::kNotFound, HasSubstr("no regular file")));
}

TEST_F(ApiKeyFileTest, APipeDoesNotMakeTheAgentWait) {
  ASSERT_EQ(mkfifo(path().c_str(), 0600), 0);
  EXPECT_THAT(ReadApiKey(path()), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(ApiKeyFileTest, WhatCannotTravelInAHeaderIsRefusedWithoutBeingRepeated) {
  for (const std::string& text : {std::string(""), std::string(" \n"), std::string("srk_a srk_b"),
                                  std::string("srk_a\nsrk_b"), std::string("srk_\x01"), std::string("srk_\xc3\xa9"),
                                  std::string("srk_\0x", 6), std::string(600, 'k'), std::string(100'000, 'k')}) {
    dir_.WriteFile("agent.key", text);
    EXPECT_THAT(ReadApiKey(path()),
                IsStatus(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr(path()), Not(HasSubstr("srk_")))));
  }
}

TEST_F(ApiKeyFileTest, WarnsWhenOthersCanReadTheFile) {
  dir_.WriteFile("agent.key", "srk_one");
  ASSERT_EQ(chmod(path().c_str(), 0600), 0);
  EXPECT_EQ(ApiKeyFileWarning(path()), "");
  for (const mode_t mode : {0640, 0604, 0666}) {
    ASSERT_EQ(chmod(path().c_str(), mode), 0);
    EXPECT_THAT(ApiKeyFileWarning(path()), HasSubstr("chmod 600"));
  }
  EXPECT_EQ(ApiKeyFileWarning(""), "");
  EXPECT_EQ(ApiKeyFileWarning(dir_.Join("none")), "");
}

}  // namespace
}  // namespace specrelay
