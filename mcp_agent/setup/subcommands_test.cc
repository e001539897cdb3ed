// The subcommands as a user calls them.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/subprocess.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(60);

class SubcommandsTest : public testing::Test {
 protected:
  SubcommandsTest() {
    dir_.MakeDirectory("project");
    dir_.MakeDirectory("home");
  }

  // Exit code, and what the agent said on stdout; with `both`, on either stream.
  std::pair<int, std::string> Run(std::vector<std::string> arguments, bool both = false) {
    std::vector<std::string> argv = {"/bin/sh", "-c",
                                     absl::StrCat("exec mcp_agent/specrelay_agent \"$@\"", both ? " 2>&1" : ""), "sh"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    auto agent = Subprocess::Start(argv, {{"HOME", dir_.Join("home")},
                                          {"CODEX_HOME", ""},
                                          {"XDG_CONFIG_HOME", ""},
                                          {"SPECRELAY_PROJECT", dir_.Join("project")}});
    EXPECT_THAT(agent, IsOk());
    std::string output;
    for (auto line = (*agent)->ReadLine(kPatience); line.ok(); line = (*agent)->ReadLine(kPatience)) {
      absl::StrAppend(&output, *line, "\n");
    }
    return {(*agent)->Wait(kPatience).value_or(-1), output};
  }

  TempDir dir_;
};

TEST_F(SubcommandsTest, InitMakesTheTreeAndTheConfiguration) {
  const auto [exit_code, output] = Run({"init", "--client=claude-code"});
  EXPECT_EQ(exit_code, 0);
  EXPECT_THAT(output, HasSubstr(absl::StrCat("made ", dir_.Join("project/.mcp.json"))));
  const auto entry = nlohmann::json::parse(dir_.ReadFile("project/.mcp.json"))["mcpServers"]["specrelay"];
  EXPECT_THAT(entry["command"].get<std::string>(), testing::EndsWith("/specrelay_agent"));
  EXPECT_EQ(entry["args"], (nlohmann::json{"--project=."})) << "nothing that is the default is written down";
}

TEST_F(SubcommandsTest, InitPrintsWhatCouldBePiped) {
  const auto [exit_code, output] = Run({"init", "--client=vscode", "--print"});
  EXPECT_EQ(exit_code, 0);
  EXPECT_TRUE(nlohmann::json::accept(output)) << output;
  EXPECT_FALSE(dir_.Exists("project/.vscode"));
}

TEST_F(SubcommandsTest, InstallPrintsAUnit) {
  dir_.WriteFile("home/agent.key", "srk_x\n");
  const auto [exit_code, output] =
      Run({"install", "--print", "--relay=127.0.0.1:1", absl::StrCat("--api_key_file=", dir_.Join("home/agent.key"))});
  EXPECT_EQ(exit_code, 0);
  EXPECT_THAT(output, AllOf(HasSubstr("ExecStart="), HasSubstr(dir_.Join("project"))));
}

TEST_F(SubcommandsTest, DoctorFindsNothingWrongWithAGoodTree) {
  ASSERT_EQ(Run({"init"}).first, 0);
  const auto [exit_code, output] = Run({"doctor"});
  EXPECT_EQ(exit_code, 0) << output;
  EXPECT_THAT(output, AllOf(HasSubstr("ok       writing:"), HasSubstr("skipped  relay address:")));
}

TEST_F(SubcommandsTest, DoctorFailsForARelayThatIsNotThere) {
  const auto [exit_code, output] = Run({"doctor", "--json", "--relay=127.0.0.1:1"});
  EXPECT_EQ(exit_code, 1);
  const auto json = nlohmann::json::parse(output);
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["checks"].back()["name"], "relay");
  EXPECT_EQ(json["checks"].back()["state"], "failed");
  EXPECT_FALSE(json["checks"].back()["advice"].get<std::string>().empty());
}

TEST_F(SubcommandsTest, WhatIsNotKnownIsAFailureThatSaysWhatIs) {
  const auto [exit_code, output] = Run({"launch"}, /*both=*/true);
  EXPECT_EQ(exit_code, 1);
  EXPECT_THAT(output, AllOf(HasSubstr("unexpected argument 'launch'"), HasSubstr("init")));
  EXPECT_EQ(Run({"init", "twice"}).first, 1);
  EXPECT_EQ(Run({"init", "--client=emacs"}).first, 1);
}

TEST_F(SubcommandsTest, HelpListsThem) {
  const auto [exit_code, output] = Run({"--help"}, /*both=*/true);
  EXPECT_THAT(output, AllOf(HasSubstr("specrelay_agent doctor"), HasSubstr("specrelay_agent init"),
                            HasSubstr("specrelay_agent install")));
}

}  // namespace
}  // namespace specrelay
