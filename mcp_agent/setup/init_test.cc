#include "mcp_agent/setup/init.h"

#include <filesystem>
#include <sstream>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/guides/guides.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using Json = nlohmann::ordered_json;

class InitTest : public testing::Test {
 protected:
  InitTest() {
    dir_.MakeDirectory("project");
    dir_.MakeDirectory("home");
    options_.config.projects = {dir_.Join("project")};
    options_.client = "claude-code";
    options_.program = "/opt/specrelay_agent";
    options_.home = dir_.Join("home");
  }

  absl::Status Run() {
    out_.str("");
    notes_.str("");
    return RunInit(options_, out_, notes_);
  }

  void UseRelay() {
    dir_.WriteFile("home/agent.key", "srk_secret\n");
    options_.config.relay = "relay.example:443";
    options_.config.tls = true;
    options_.config.api_key_file = dir_.Join("home/agent.key");
  }

  TempDir dir_;
  InitOptions options_;
  std::ostringstream out_;
  std::ostringstream notes_;
};

TEST_F(InitTest, MakesTheTreeAndTheTemplates) {
  ASSERT_THAT(Run(), IsOk());
  for (const char* directory : {"specs", "steering", "approvals"}) {
    EXPECT_TRUE(dir_.Exists(absl::StrCat("project/.spec-context/", directory)));
  }
  for (const DocumentTemplate& entry : DocumentTemplates()) {
    EXPECT_EQ(dir_.ReadFile(absl::StrCat("project/.spec-context/templates/", entry.file_name)), entry.text);
  }
  EXPECT_THAT(out_.str(), HasSubstr(absl::StrCat("made ", dir_.Join("project/.spec-context/specs"))));
}

TEST_F(InitTest, LeavesWhatIsThere) {
  dir_.WriteFile("project/.spec-context/templates/tasks-template.md", "mine");
  dir_.WriteFile("project/.spec-context/specs/a/tasks.md", "mine too");
  ASSERT_THAT(Run(), IsOk());
  EXPECT_EQ(dir_.ReadFile("project/.spec-context/templates/tasks-template.md"), "mine");
  EXPECT_EQ(dir_.ReadFile("project/.spec-context/specs/a/tasks.md"), "mine too");
  EXPECT_TRUE(dir_.Exists("project/.spec-context/templates/design-template.md"));
}

TEST_F(InitTest, DoesNothingTwice) {
  ASSERT_THAT(Run(), IsOk());
  const std::string config = dir_.ReadFile("project/.mcp.json");
  ASSERT_THAT(Run(), IsOk());
  EXPECT_EQ(dir_.ReadFile("project/.mcp.json"), config);
  EXPECT_EQ(out_.str(), absl::StrCat("unchanged ", dir_.Join("project/.spec-context"), "\nunchanged ",
                                     dir_.Join("project/.mcp.json"), "\n"));
}

TEST_F(InitTest, WithoutAClientMakesOnlyTheTree) {
  options_.client = "";
  ASSERT_THAT(Run(), IsOk());
  EXPECT_TRUE(dir_.Exists("project/.spec-context/templates"));
  EXPECT_FALSE(dir_.Exists("project/.mcp.json"));
  EXPECT_THAT(notes_.str(), HasSubstr("--client"));
}

TEST_F(InitTest, WritesHowTheAgentIsStarted) {
  UseRelay();
  ASSERT_THAT(Run(), IsOk());
  const std::string text = dir_.ReadFile("project/.mcp.json");
  EXPECT_EQ(Json::parse(text)["mcpServers"]["specrelay"],
            (Json{{"type", "stdio"},
                  {"command", "/opt/specrelay_agent"},
                  {"args",
                   {"--project=.", "--relay=relay.example:443",
                    absl::StrCat("--api_key_file=", dir_.Join("home/agent.key")), "--tls"}}}));
  EXPECT_THAT(text, Not(HasSubstr("srk_")));
}

TEST_F(InitTest, AKeyInTheEnvironmentIsOnlyReferredTo) {
  options_.config.relay = "127.0.0.1:50051";
  ASSERT_THAT(Run(), IsOk());
  EXPECT_EQ(Json::parse(dir_.ReadFile("project/.mcp.json"))["mcpServers"]["specrelay"]["env"]["SPECRELAY_API_KEY"],
            "${SPECRELAY_API_KEY}");
  EXPECT_THAT(notes_.str(), HasSubstr("hands its SPECRELAY_API_KEY on"));
}

TEST_F(InitTest, WarnsOfAKeyThatIsMissingOrLiesInTheProject) {
  UseRelay();
  options_.config.api_key_file = dir_.Join("project/agent.key");
  ASSERT_THAT(Run(), IsOk());
  EXPECT_THAT(notes_.str(), AllOf(HasSubstr("cannot read the key file"), HasSubstr("lies in the project")));
}

TEST_F(InitTest, EachClientGetsItsFile) {
  for (const auto& [client, file] : {std::pair<const char*, const char*>{"claude-code", "project/.mcp.json"},
                                     {"codex", "home/.codex/config.toml"},
                                     {"gemini", "project/.gemini/settings.json"},
                                     {"cursor", "project/.cursor/mcp.json"},
                                     {"vscode", "project/.vscode/mcp.json"}}) {
    options_.client = client;
    ASSERT_THAT(Run(), IsOk());
    EXPECT_THAT(dir_.ReadFile(file), HasSubstr("specrelay")) << client;
    EXPECT_THAT(notes_.str(), HasSubstr("next: "));
  }
}

TEST_F(InitTest, CodexMayKeepItsFilesElsewhere) {
  options_.client = "codex";
  options_.codex_home = dir_.Join("codex");
  ASSERT_THAT(Run(), IsOk());
  EXPECT_TRUE(dir_.Exists("codex/config.toml"));
  EXPECT_FALSE(dir_.Exists("home/.codex"));
}

TEST_F(InitTest, OtherServersStay) {
  dir_.WriteFile("project/.mcp.json", R"({"mcpServers": {"other": {"command": "x"}}, "more": 1})");
  ASSERT_THAT(Run(), IsOk());
  const Json json = Json::parse(dir_.ReadFile("project/.mcp.json"));
  EXPECT_EQ(json["mcpServers"]["other"], (Json{{"command", "x"}}));
  EXPECT_EQ(json["more"], 1);
  EXPECT_TRUE(json["mcpServers"].contains("specrelay"));
}

TEST_F(InitTest, ADamagedFileIsLeftAndSaysWhatToAdd) {
  dir_.WriteFile("project/.mcp.json", "{\"mcpServers\": {");
  EXPECT_THAT(Run(), IsStatus(absl::StatusCode::kFailedPrecondition,
                              AllOf(HasSubstr("was left as it is"), HasSubstr("add this to it by hand"),
                                    HasSubstr("/opt/specrelay_agent"))));
  EXPECT_EQ(dir_.ReadFile("project/.mcp.json"), "{\"mcpServers\": {");
}

TEST_F(InitTest, PrintingWritesNothing) {
  options_.print = true;
  ASSERT_THAT(Run(), IsOk());
  EXPECT_EQ(Json::parse(out_.str())["mcpServers"]["specrelay"]["command"], "/opt/specrelay_agent");
  EXPECT_THAT(notes_.str(), HasSubstr(dir_.Join("project/.mcp.json")));
  EXPECT_FALSE(dir_.Exists("project/.mcp.json"));
  EXPECT_FALSE(dir_.Exists("project/.spec-context"));
}

TEST_F(InitTest, AWorktreeThatSharesGetsItsOwnConfigurationAndTheMainTree) {
  dir_.WriteFile("main/.git/worktrees/side/gitdir", dir_.Join("project/.git\n"));
  dir_.WriteFile("project/.git", absl::StrCat("gitdir: ", dir_.Join("main/.git/worktrees/side"), "\n"));
  options_.config.share_main_tree = true;
  ASSERT_THAT(Run(), IsOk());
  EXPECT_TRUE(dir_.Exists("main/.spec-context/specs"));
  EXPECT_FALSE(dir_.Exists("project/.spec-context"));
  EXPECT_THAT(dir_.ReadFile("project/.mcp.json"), HasSubstr("--share_main_tree"));
}

TEST_F(InitTest, BadArgumentsAreRefusedBeforeAnythingIsWritten) {
  options_.client = "emacs";
  EXPECT_THAT(Run(), HasCode(absl::StatusCode::kInvalidArgument));
  options_.client = "claude-code";
  options_.config.relay = "https://relay.example";
  EXPECT_THAT(Run(), HasCode(absl::StatusCode::kInvalidArgument));
  options_.config.relay = "";
  options_.config.projects.push_back(dir_.Join("home"));
  EXPECT_THAT(Run(), HasCode(absl::StatusCode::kInvalidArgument));
  options_.config.projects = {dir_.Join("nowhere")};
  EXPECT_THAT(Run(), HasCode(absl::StatusCode::kNotFound));
  EXPECT_FALSE(dir_.Exists("project/.spec-context"));
}

TEST_F(InitTest, ATreeThatIsASymbolicLinkIsRefused) {
  dir_.MakeDirectory("elsewhere");
  std::filesystem::create_directory_symlink(dir_.Join("elsewhere"), dir_.Join("project/.spec-context"));
  EXPECT_FALSE(Run().ok());
  EXPECT_FALSE(dir_.Exists("elsewhere/specs"));
}

}  // namespace
}  // namespace specrelay
