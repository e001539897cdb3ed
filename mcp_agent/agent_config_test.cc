#include "mcp_agent/agent_config.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::HasSubstr;

AgentConfig Good() {
  AgentConfig config;
  config.projects = {"/a"};
  config.relay = "127.0.0.1:50051";
  return config;
}

TEST(AgentConfigTest, AProjectAndARelayAreEnough) { EXPECT_THAT(CheckHeadlessConfig(Good()), IsOk()); }

TEST(AgentConfigTest, WhatIsMissingIsNamed) {
  AgentConfig config = Good();
  config.projects.clear();
  EXPECT_THAT(CheckHeadlessConfig(config), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("--project=DIR")));
  config = Good();
  config.relay = "";
  EXPECT_THAT(CheckHeadlessConfig(config),
              IsStatus(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("--relay=HOST:PORT"), HasSubstr("SPECRELAY_RELAY"))));
  config.relay = "http://relay";
  EXPECT_THAT(CheckHeadlessConfig(config), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST(AgentConfigTest, AProjectIdBelongsToOneProject) {
  AgentConfig config = Good();
  config.project_id = "my-project_1.0";
  EXPECT_THAT(CheckHeadlessConfig(config), IsOk());
  config.projects.push_back("/b");
  EXPECT_THAT(CheckHeadlessConfig(config), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("--project_id")));
}

TEST(AgentConfigTest, AProjectIdHasOnlyCharactersThatEveryClientCanType) {
  AgentConfig config = Good();
  for (const std::string& id : {std::string("a b"), std::string("a/b"), std::string("ä"), std::string(129, 'a')}) {
    config.project_id = id;
    EXPECT_THAT(CheckHeadlessConfig(config), HasCode(absl::StatusCode::kInvalidArgument)) << id;
  }
}

TEST(AgentConfigTest, NothingTravelsUnencryptedToAnotherMachineByAccident) {
  AgentConfig config = Good();
  config.relay = "relay.example.org:50051";
  EXPECT_THAT(CheckHeadlessConfig(config),
              IsStatus(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("--tls"), HasSubstr("--insecure"), HasSubstr("relay.example.org"))));
  config.tls = true;
  EXPECT_THAT(CheckHeadlessConfig(config), IsOk());
  config.tls = false;
  config.tls_ca = "/ca.pem";
  EXPECT_THAT(CheckHeadlessConfig(config), IsOk());
  config.insecure = true;
  EXPECT_THAT(CheckHeadlessConfig(config), HasCode(absl::StatusCode::kInvalidArgument)) << "contradictory";
  config.tls_ca = "";
  EXPECT_THAT(CheckHeadlessConfig(config), IsOk());
}

TEST(AgentConfigTest, LogLevelsHaveNames) {
  EXPECT_EQ(*ParseLogLevel("debug"), LogLevel::kDebug);
  EXPECT_EQ(*ParseLogLevel("error"), LogLevel::kError);
  AgentConfig config = Good();
  config.log_level = "loud";
  EXPECT_THAT(CheckHeadlessConfig(config), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("loud")));
}

}  // namespace
}  // namespace specrelay
