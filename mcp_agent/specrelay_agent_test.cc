// The agent as a process, with the test as its relay.
#include <signal.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/link/testing/fake_gateway.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/subprocess.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr char kAgent[] = "mcp_agent/specrelay_agent";
constexpr char kMachine[] = "0123456789abcdef0123456789abcdef";

class SpecrelayAgentTest : public testing::Test {
 protected:
  SpecrelayAgentTest() {
    dir_.MakeDirectory("one");
    dir_.MakeDirectory("two");
    dir_.WriteFile("agent.key", "srk_test\n");
  }

  std::vector<std::string> GoodFlags() const {
    return {"--headless", absl::StrCat("--machine_id=", kMachine),
            absl::StrCat("--api_key_file=", dir_.Join("agent.key")),
            absl::StrCat("--relay=127.0.0.1:", gateway_.port())};
  }

  std::unique_ptr<Subprocess> Start(std::vector<std::string> flags,
                                    std::map<std::string, std::string> environment = {}) {
    flags.insert(flags.begin(), kAgent);
    environment.emplace("SPECRELAY_HOME", dir_.Join("home"));
    auto agent = Subprocess::Start(flags, environment);
    EXPECT_THAT(agent, IsOk());
    return *std::move(agent);
  }

  // Starts the agent with one project and greets it.
  std::unique_ptr<Subprocess> StartConnected(std::unique_ptr<GatewayStream>& relay) {
    std::vector<std::string> flags = GoodFlags();
    flags.push_back(absl::StrCat("--project=", dir_.Join("one")));
    auto agent = Start(flags);
    EXPECT_THAT(agent->ReadLine(kPatience), IsOk());
    relay = gateway_.Accept();
    registration_ = relay->Read()->register_();
    EXPECT_TRUE(relay->Welcome());
    v1::RelayFrame ping;
    ping.mutable_ping()->set_nonce(1);
    EXPECT_TRUE(relay->Send(ping));
    EXPECT_TRUE(relay->Read()->has_pong()) << "it has taken in the Welcome";
    return agent;
  }

  // Runs the agent to its end: exit code, and all it said on either stream.
  std::pair<int, std::string> RunToEnd(const std::vector<std::string>& flags) {
    auto agent = Subprocess::Start(
        {"/bin/sh", "-c", absl::StrCat("exec ", kAgent, " ", absl::StrJoin(flags, " "), " 2>&1")}, environment_);
    EXPECT_THAT(agent, IsOk());
    std::string output;
    for (auto line = (*agent)->ReadLine(kPatience); line.ok(); line = (*agent)->ReadLine(kPatience)) {
      absl::StrAppend(&output, *line, "\n");
    }
    return {(*agent)->Wait(kPatience).value_or(-1), output};
  }

  TempDir dir_;
  FakeGateway gateway_;
  v1::Register registration_;
  std::map<std::string, std::string> environment_ = {{"SPECRELAY_HOME", dir_.Join("home")}};
};

TEST_F(SpecrelayAgentTest, SaysInOneLineWhatItServesAndRegistersEachProject) {
  std::vector<std::string> flags = GoodFlags();
  for (const char* project : {"one", "two", "one/../one"}) {
    flags.push_back(absl::StrCat("--project=", dir_.Join(project)));
  }
  const auto agent = Start(flags);
  ASSERT_OK_AND_ASSIGN(const std::string line, agent->ReadLine(kPatience));
  const nlohmann::json ready = nlohmann::json::parse(line);
  EXPECT_EQ(ready["ready"], true);
  ASSERT_EQ(ready["projects"].size(), 2u);
  EXPECT_EQ(ready["projects"][0]["path"], dir_.Join("one"));
  EXPECT_EQ(ready["projects"][1]["path"], dir_.Join("two"));

  std::map<std::string, v1::Register> registered;
  const auto first = gateway_.Accept();
  const auto second = gateway_.Accept();
  for (const auto& relay : {first.get(), second.get()}) {
    EXPECT_EQ(relay->authorization(), "Bearer srk_test");
    v1::Register registration = relay->Read()->register_();
    registered[registration.project().project_id()] = registration;
  }
  ASSERT_EQ(registered.size(), 2u);
  const v1::Register& one = registered[ready["projects"][0]["projectId"]];
  const v1::Register& two = registered[ready["projects"][1]["projectId"]];
  EXPECT_EQ(one.project().name(), "one");
  EXPECT_EQ(one.machine().machine_id(), kMachine);
  EXPECT_EQ(one.protocol_version(), 1);
  EXPECT_NE(one.agent_version(), "");
  EXPECT_GT(one.policy().max_file_bytes(), 0);
  EXPECT_FALSE(one.policy().project_readable());
  EXPECT_GT(one.started_at().seconds(), 0);
  EXPECT_EQ(one.instance_uid(), two.instance_uid()) << "one process";
  EXPECT_NE(one.agent_id(), two.agent_id());
}

TEST_F(SpecrelayAgentTest, TheSameProjectHasTheSameIdsInEveryProcessButTheInstance) {
  std::unique_ptr<GatewayStream> relay;
  const auto first = StartConnected(relay);
  const v1::Register before = registration_;
  std::unique_ptr<GatewayStream> other_relay;
  const auto second = StartConnected(other_relay);
  EXPECT_EQ(registration_.agent_id(), before.agent_id());
  EXPECT_EQ(registration_.project().project_id(), before.project().project_id());
  EXPECT_NE(registration_.instance_uid(), before.instance_uid());
}

TEST_F(SpecrelayAgentTest, ExecutesCommandsAndReportsWhatChanges) {
  std::unique_ptr<GatewayStream> relay;
  const auto agent = StartConnected(relay);
  v1::RelayFrame command;
  command.mutable_command()->set_request_id("r1");
  auto* write = command.mutable_command()->mutable_command()->mutable_file_write();
  write->set_path("specs/s/requirements.md");
  write->set_content("hello");
  ASSERT_TRUE(relay->Send(command));
  bool answered = false, reported = false;
  while (!answered || !reported) {
    const auto frame = relay->Read();
    ASSERT_TRUE(frame.has_value());
    if (frame->has_outcome()) {
      answered = true;
      EXPECT_EQ(frame->outcome().state(), v1::COMMAND_STATE_APPLIED) << frame->outcome().error().message();
    }
    for (const v1::FileChanged& change : frame->events().changes()) {
      reported |= change.path() == "specs/s/requirements.md" && change.content() == "hello";
    }
  }
  EXPECT_EQ(dir_.ReadFile("one/.spec-context/specs/s/requirements.md"), "hello");

  v1::RelayFrame request;
  request.mutable_state_request()->set_nonce(3);
  ASSERT_TRUE(relay->Send(request));
  absl::optional<v1::AgentFrame> frame = relay->Read();
  while (frame.has_value() && !frame->has_tree_state()) frame = relay->Read();
  ASSERT_TRUE(frame.has_value());
  ASSERT_EQ(frame->tree_state().files_size(), 1);
  EXPECT_EQ(frame->tree_state().files(0).path(), "specs/s/requirements.md");
}

TEST_F(SpecrelayAgentTest, OnSigtermItSaysGoodbyeAndExitsWithZero) {
  for (const auto& [signal_number, name] : {std::make_pair(SIGTERM, "SIGTERM"), std::make_pair(SIGINT, "SIGINT")}) {
    std::unique_ptr<GatewayStream> relay;
    const auto agent = StartConnected(relay);
    agent->Signal(signal_number);
    agent->Signal(signal_number);
    EXPECT_EQ(relay->ReadAnswer()->goodbye().reason(), name);
    EXPECT_FALSE(relay->Read().has_value());
    relay->Finish(grpc::Status::OK);
    EXPECT_EQ(*agent->Wait(kPatience), 0);
  }
}

TEST_F(SpecrelayAgentTest, ARelayThatIgnoresGoodbyeHoldsItUpForSecondsOnly) {
  std::unique_ptr<GatewayStream> relay;
  const auto agent = StartConnected(relay);
  agent->Signal(SIGTERM);
  EXPECT_EQ(*agent->Wait(absl::Seconds(15)), 0);
}

TEST_F(SpecrelayAgentTest, WithoutARelayItIsReadyAndEndsAtOnceWhenTold) {
  std::vector<std::string> flags = GoodFlags();
  flags.back() = "--relay=127.0.0.1:1";
  flags.push_back(absl::StrCat("--project=", dir_.Join("one")));
  const auto agent = Start(flags);
  EXPECT_THAT(agent->ReadLine(kPatience), IsOk());
  agent->Signal(SIGTERM);
  EXPECT_EQ(*agent->Wait(absl::Seconds(15)), 0);
}

TEST_F(SpecrelayAgentTest, VariablesSetFlagsAndTheCommandLineGoesFirst) {
  const auto agent = Start({"--headless", absl::StrCat("--project=", dir_.Join("two"))},
                           {{"SPECRELAY_RELAY", absl::StrCat("127.0.0.1:", gateway_.port())},
                            {"SPECRELAY_PROJECT", dir_.Join("one")},
                            {"SPECRELAY_PROJECT_ID", "chosen"},
                            {"SPECRELAY_API_KEY", "srk_variable"},
                            {"SPECRELAY_HOME", dir_.Join("home")}});
  ASSERT_OK_AND_ASSIGN(const std::string line, agent->ReadLine(kPatience));
  const nlohmann::json ready = nlohmann::json::parse(line);
  ASSERT_EQ(ready["projects"].size(), 1u);
  EXPECT_EQ(ready["projects"][0]["path"], dir_.Join("two"));
  EXPECT_EQ(ready["projects"][0]["projectId"], "chosen");
  EXPECT_EQ(gateway_.Accept()->authorization(), "Bearer srk_variable");
}

TEST_F(SpecrelayAgentTest, AStartThatCannotWorkEndsAtOnceAndSaysWhy) {
  environment_["SPECRELAY_API_KEY"] = "";
  const std::string project = absl::StrCat("--project=", dir_.Join("one"));
  const std::string key = absl::StrCat("--api_key_file=", dir_.Join("agent.key"));
  dir_.WriteFile("file", "");
  struct Case {
    std::vector<std::string> flags;
    int exit_code;
    std::string message;
  };
  for (const Case& start :
       std::vector<Case>{{{project, project}, 1, "--headless"},
                         {{"--headless", key, "--relay=127.0.0.1:1"}, 1, "--project=DIR"},
                         {{"--headless", key, project}, 1, "--relay=HOST:PORT"},
                         {{"--headless", project, "--relay=127.0.0.1:1"}, 1, "SPECRELAY_API_KEY"},
                         {{"--headless", key, project, "--relay=10.0.0.1:1"}, 1, "--tls"},
                         {{"--headless", key, project, "--relay=nowhere"}, 1, "HOST:PORT"},
                         {{"--headless", key, "--project=/nonexistent", "--relay=127.0.0.1:1"}, 1, "/nonexistent"},
                         {{"--headless", key, absl::StrCat("--project=", dir_.Join("file")), "--relay=127.0.0.1:1"},
                          1,
                          "no directory"},
                         {{"--headless", "--no_such_flag"}, 1, "no_such_flag"},
                         {{"--headless", "positional"}, 1, "positional"}}) {
    const auto [exit_code, output] = RunToEnd(start.flags);
    EXPECT_EQ(exit_code, start.exit_code) << output;
    EXPECT_THAT(output, HasSubstr(start.message));
    EXPECT_THAT(output, testing::Not(HasSubstr("\"ready\"")));
  }
}

}  // namespace
}  // namespace specrelay
