#include "mcp_agent/setup/install.h"

#include <sys/stat.h>

#include <cstdlib>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/setup/systemd_unit.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class InstallTest : public testing::Test {
 protected:
  InstallTest() {
    dir_.MakeDirectory("one");
    dir_.MakeDirectory("run");
    dir_.WriteFile("agent.key", "srk_secret\n");
    chmod(dir_.Join("agent.key").c_str(), 0600);
    options_.config.projects = {dir_.Join("one")};
    options_.config.relay = "127.0.0.1:50051";
    options_.config.api_key_file = dir_.Join("agent.key");
    options_.program = "/bin/true";
    options_.config_home = dir_.Join("config");
    options_.systemd_runtime = dir_.Join("run");
  }

  absl::Status Run() {
    out_.str("");
    notes_.str("");
    return RunInstall(options_, out_, notes_);
  }

  std::string Unit() const { return dir_.ReadFile("config/systemd/user/specrelay-agent.service"); }

  TempDir dir_;
  InstallOptions options_;
  std::ostringstream out_;
  std::ostringstream notes_;
};

TEST(SystemdUnitTest, WordsMeanNothingToSystemd) {
  EXPECT_EQ(SystemdWord("--project=/a b/%h/$HOME\\\"\n"), "\"--project=/a b/%%h/$$HOME\\\\\\\"\\x0a\"");
}

TEST_F(InstallTest, WritesAUnitThatServesTheProjects) {
  dir_.MakeDirectory("two words");
  options_.config.projects.push_back(dir_.Join("two words"));
  ASSERT_THAT(Run(), IsOk());
  EXPECT_THAT(Unit(),
              AllOf(StartsWith(kAgentUnitMark), HasSubstr("ExecStart=\"/bin/true\""), HasSubstr("\"--headless\""),
                    HasSubstr(absl::StrCat("\"--project=", dir_.Join("one"), "\"")),
                    HasSubstr(absl::StrCat("\"--project=", dir_.Join("two words"), "\"")),
                    HasSubstr("\"--relay=127.0.0.1:50051\""), HasSubstr("NoNewPrivileges=yes"),
                    HasSubstr("WantedBy=default.target"), Not(HasSubstr("srk_"))));
  EXPECT_THAT(notes_.str(), HasSubstr("systemctl --user enable specrelay-agent"));
}

TEST_F(InstallTest, SystemdTakesTheUnit) {
  if (std::system("command -v systemd-analyze >/dev/null") != 0) GTEST_SKIP() << "there is no systemd here";
  dir_.MakeDirectory("50% $HOME \"x\"");
  options_.config.projects.push_back(dir_.Join("50% $HOME \"x\""));
  ASSERT_THAT(Run(), IsOk());
  const std::string command =
      absl::StrCat("XDG_RUNTIME_DIR='", dir_.path(), "' HOME='", dir_.path(), "' systemd-analyze --user verify '",
                   dir_.Join("config/systemd/user/specrelay-agent.service"), "' >'", dir_.Join("report"), "' 2>&1");
  const int status = std::system(command.c_str());
  EXPECT_EQ(status, 0) << dir_.ReadFile("report");
  EXPECT_THAT(dir_.ReadFile("report"), Not(HasSubstr("specrelay-agent.service:")));
}

TEST_F(InstallTest, DoesNothingTwice) {
  ASSERT_THAT(Run(), IsOk());
  EXPECT_THAT(out_.str(), StartsWith("made "));
  ASSERT_THAT(Run(), IsOk());
  EXPECT_THAT(out_.str(), StartsWith("unchanged "));
  options_.config.tls = true;
  ASSERT_THAT(Run(), IsOk());
  EXPECT_THAT(out_.str(), StartsWith("changed "));
  EXPECT_THAT(Unit(), HasSubstr("\"--tls\""));
}

TEST_F(InstallTest, AUnitOfSomebodyElseIsLeft) {
  dir_.WriteFile("config/systemd/user/specrelay-agent.service", "[Unit]\n");
  EXPECT_THAT(Run(), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("was not made by install")));
  EXPECT_EQ(Unit(), "[Unit]\n");
}

TEST_F(InstallTest, RefusesPolitelyWithoutSystemd) {
  dir_.Remove("run");
  EXPECT_THAT(Run(), IsStatus(absl::StatusCode::kFailedPrecondition,
                              AllOf(HasSubstr("systemd does not run this machine"), HasSubstr("--headless"))));
  EXPECT_FALSE(dir_.Exists("config"));
}

TEST_F(InstallTest, PrintingWritesNothingAndNeedsNoSystemd) {
  dir_.Remove("run");
  options_.print = true;
  ASSERT_THAT(Run(), IsOk());
  EXPECT_THAT(out_.str(), StartsWith(kAgentUnitMark));
  EXPECT_FALSE(dir_.Exists("config"));
}

TEST_F(InstallTest, WhatCouldNotStartIsNotInstalled) {
  options_.config.relay = "";
  EXPECT_THAT(Run(), HasCode(absl::StatusCode::kInvalidArgument));
  options_.config.relay = "relay.example:443";
  EXPECT_THAT(Run(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("unencrypted")));
  options_.config.relay = "127.0.0.1:50051";
  options_.config.projects = {dir_.Join("nowhere")};
  EXPECT_THAT(Run(), HasCode(absl::StatusCode::kNotFound));
  options_.config.projects = {};
  EXPECT_THAT(Run(), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_FALSE(dir_.Exists("config"));
}

TEST_F(InstallTest, TheKeyMustBeInAFile) {
  options_.config.api_key_file = "";
  EXPECT_THAT(Run(), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("--api_key_file")));
  options_.config.api_key_file = dir_.Join("nowhere");
  EXPECT_THAT(Run(), HasCode(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace specrelay
