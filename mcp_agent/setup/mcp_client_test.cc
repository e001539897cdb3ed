#include "mcp_agent/setup/mcp_client.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;
using testing::Not;

using Json = nlohmann::ordered_json;

AgentCommand Agent(bool key_from_environment) {
  return {"specrelay_agent", {"--project=.", "--relay=relay.example:443"}, key_from_environment};
}

Json Fresh(McpClient client, bool key_from_environment = true) {
  const absl::StatusOr<std::string> text = WithAgent(client, "", Agent(key_from_environment));
  EXPECT_THAT(text, IsOk());
  return Json::parse(text.value_or("null"));
}

TEST(McpClientTest, EachIsKnownByItsName) {
  for (const char* name : {"claude-code", "codex", "gemini", "cursor", "vscode"}) {
    EXPECT_THAT(ParseMcpClient(name), IsOk());
  }
  EXPECT_THAT(ParseMcpClient("emacs"),
              IsStatus(absl::StatusCode::kInvalidArgument,
                       HasSubstr("'emacs'; give --client with one of claude-code, codex, gemini, cursor, vscode")));
}

TEST(McpClientTest, EachReadsItsDocumentedFile) {
  EXPECT_EQ(ConfigPathOf(McpClient::kClaudeCode).path, ".mcp.json");
  EXPECT_EQ(ConfigPathOf(McpClient::kCodex).path, ".codex/config.toml");
  EXPECT_TRUE(ConfigPathOf(McpClient::kCodex).in_home);
  EXPECT_EQ(ConfigPathOf(McpClient::kGemini).path, ".gemini/settings.json");
  EXPECT_EQ(ConfigPathOf(McpClient::kCursor).path, ".cursor/mcp.json");
  EXPECT_EQ(ConfigPathOf(McpClient::kVsCode).path, ".vscode/mcp.json");
}

TEST(McpClientTest, ClaudeCodeAndCursorHaveServersThatSayTheirType) {
  const Json entry = {{"type", "stdio"},
                      {"command", "specrelay_agent"},
                      {"args", {"--project=.", "--relay=relay.example:443"}},
                      {"env", {{"SPECRELAY_API_KEY", "${SPECRELAY_API_KEY}"}}}};
  EXPECT_EQ(Fresh(McpClient::kClaudeCode), (Json{{"mcpServers", {{"specrelay", entry}}}}));
  Json for_cursor = entry;
  for_cursor["env"]["SPECRELAY_API_KEY"] = "${env:SPECRELAY_API_KEY}";
  EXPECT_EQ(Fresh(McpClient::kCursor), (Json{{"mcpServers", {{"specrelay", for_cursor}}}}));
  EXPECT_EQ(Fresh(McpClient::kVsCode), (Json{{"servers", {{"specrelay", for_cursor}}}}));
}

TEST(McpClientTest, GeminiHasServersWithoutAType) {
  EXPECT_EQ(Fresh(McpClient::kGemini), (Json{{"mcpServers",
                                              {{"specrelay",
                                                {{"command", "specrelay_agent"},
                                                 {"args", {"--project=.", "--relay=relay.example:443"}},
                                                 {"env", {{"SPECRELAY_API_KEY", "$SPECRELAY_API_KEY"}}}}}}}}));
}

TEST(McpClientTest, CodexHasATableAndTimeForPeopleToAnswer) {
  ASSERT_OK_AND_ASSIGN(const std::string text, WithAgent(McpClient::kCodex, "", Agent(true)));
  EXPECT_EQ(text,
            "[mcp_servers.specrelay]\ncommand = \"specrelay_agent\"\n"
            "args = [\"--project=.\", \"--relay=relay.example:443\"]\ntool_timeout_sec = 86400\n"
            "env_vars = [\"SPECRELAY_API_KEY\"]\n");
}

TEST(McpClientTest, TheVariableIsHandedOnOnlyWhereItIsNeeded) {
  for (const McpClient client :
       {McpClient::kClaudeCode, McpClient::kCodex, McpClient::kGemini, McpClient::kCursor, McpClient::kVsCode}) {
    ASSERT_OK_AND_ASSIGN(const std::string text, WithAgent(client, "", Agent(false)));
    EXPECT_THAT(text, Not(HasSubstr("SPECRELAY_API_KEY")));
  }
}

TEST(McpClientTest, AskingTwiceChangesNothing) {
  for (const McpClient client :
       {McpClient::kClaudeCode, McpClient::kCodex, McpClient::kGemini, McpClient::kCursor, McpClient::kVsCode}) {
    ASSERT_OK_AND_ASSIGN(const std::string once, WithAgent(client, "", Agent(true)));
    ASSERT_OK_AND_ASSIGN(const std::string twice, WithAgent(client, once, Agent(true)));
    EXPECT_EQ(once, twice);
  }
}

}  // namespace
}  // namespace specrelay
