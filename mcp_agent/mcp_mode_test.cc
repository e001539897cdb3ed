// The agent as an MCP server in a process of its own, with the test as its coding agent and as its relay.
#include <signal.h>

#include <memory>
#include <string>
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
using Json = nlohmann::ordered_json;

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr char kAgent[] = "mcp_agent/specrelay_agent";

class McpModeTest : public testing::Test {
 protected:
  McpModeTest() {
    signal(SIGPIPE, SIG_IGN);
    dir_.MakeDirectory("project");
    dir_.WriteFile("project/.spec-context/specs/trip/requirements.md", "# Requirements\n");
    dir_.WriteFile("agent.key", "srk_test\n");
  }

  // Starts the agent and introduces the client.
  std::unique_ptr<Subprocess> Start(std::vector<std::string> flags, const std::string& directory = "project") {
    flags.insert(flags.begin(), {kAgent, absl::StrCat("--project=", dir_.Join(directory)),
                                 "--machine_id=0123456789abcdef0123456789abcdef"});
    auto agent = Subprocess::Start(flags, {{"SPECRELAY_HOME", dir_.Join("home")}, {"SPECRELAY_API_KEY", ""}},
                                   Subprocess::Input::kPipe);
    EXPECT_THAT(agent, IsOk());
    Send(**agent, "initialize",
         {{"protocolVersion", "2025-11-25"}, {"capabilities", Json::object()}, {"clientInfo", {{"name", "test"}}}});
    EXPECT_EQ(Answer(**agent)["result"]["serverInfo"]["name"], "specrelay");
    (*agent)->Write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n");
    return *std::move(agent);
  }

  int Send(Subprocess& agent, const std::string& method, const Json& params = Json::object()) {
    const Json request = {{"jsonrpc", "2.0"}, {"id", ++last_id_}, {"method", method}, {"params", params}};
    agent.Write(request.dump() + "\n");
    return last_id_;
  }

  // Next message; null at the end.
  Json Read(Subprocess& agent) {
    const absl::StatusOr<std::string> line = agent.ReadLine(kPatience);
    if (!line.ok()) return nullptr;
    Json message = Json::parse(*line, nullptr, false);
    EXPECT_FALSE(message.is_discarded()) << *line;
    EXPECT_EQ(message.value("jsonrpc", ""), "2.0") << *line;
    return message;
  }

  // Answer to the request sent last; what comes before is kept in notes_.
  Json Answer(Subprocess& agent) {
    for (Json message = Read(agent); !message.is_null(); message = Read(agent)) {
      if (message.contains("id")) return message;
      notes_.push_back(message);
    }
    return nullptr;
  }
  Json Ask(Subprocess& agent, const std::string& method, const Json& params = Json::object()) {
    Send(agent, method, params);
    return Answer(agent);
  }

  // Reads until the client's log has a sentence with `text`.
  void AwaitLog(Subprocess& agent, const std::string& text) {
    while (true) {
      for (const Json& note : notes_) {
        if (note["method"] == "notifications/message" && HasText(note["params"]["data"], text)) return;
      }
      notes_ = {Read(agent)};
      ASSERT_FALSE(notes_.front().is_null()) << "no log with " << text;
    }
  }
  static bool HasText(const Json& value, const std::string& text) {
    return value.get<std::string>().find(text) != std::string::npos;
  }

  TempDir dir_;
  std::vector<Json> notes_;
  int last_id_ = 0;
};

TEST_F(McpModeTest, WorksFullyWithoutARelayAndEndsWithItsInput) {
  const auto agent = Start({});
  EXPECT_GE(Ask(*agent, "tools/list")["result"]["tools"].size(), 3u);
  EXPECT_EQ(Ask(*agent, "prompts/list")["result"]["prompts"].size(), 5u);
  EXPECT_EQ(Ask(*agent, "resources/list")["result"]["resources"][0]["uri"], "spec-context://specs/trip/requirements");
  EXPECT_EQ(Ask(*agent, "resources/read",
                {{"uri", "spec-context://specs/trip/requirements"}})["result"]["contents"][0]["text"],
            "# Requirements\n");
  const Json status = Ask(*agent, "tools/call", {{"name", "spec-status"}, {"arguments", {{"specName", "trip"}}}});
  EXPECT_EQ(status["result"]["isError"], false) << status;
  agent->CloseInput();
  EXPECT_EQ(*agent->Wait(kPatience), 0);
}

TEST_F(McpModeTest, AnswersWhatWasSentBeforeItsInputEnded) {
  const auto agent = Start({});
  for (int i = 0; i < 20; ++i) Send(*agent, "resources/list");
  agent->CloseInput();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(Answer(*agent).contains("result"));
  EXPECT_EQ(*agent->Wait(kPatience), 0);
}

TEST_F(McpModeTest, ASignalEndsItCleanlyAlsoWhileACallWaitsForAPerson) {
  const auto agent = Start({});
  const Json request = Ask(*agent, "tools/call",
                           {{"name", "approvals"},
                            {"arguments",
                             {{"action", "request"},
                              {"title", "Requirements"},
                              {"type", "document"},
                              {"filePath", ".spec-context/specs/trip/requirements.md"},
                              {"category", "spec"},
                              {"categoryName", "trip"}}}});
  ASSERT_EQ(request["result"]["isError"], false) << request;
  const Json id = request["result"]["structuredContent"]["approvalId"];
  Send(*agent, "tools/call", {{"name", "wait-for-approval"}, {"arguments", {{"approvalId", id}}}});
  EXPECT_EQ(Ask(*agent, "ping")["result"], Json::object()) << "the wait holds up nothing";
  agent->Signal(SIGTERM);
  EXPECT_EQ(*agent->Wait(kPatience), 0);
}

TEST_F(McpModeTest, AClientThatReadsNoMoreEndsIt) {
  auto agent = Subprocess::Start(
      {"/bin/sh", "-c",
       absl::StrCat(
           "{ echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}'; while echo '{\"jsonrpc\":\"2.0\",\"id\":2,"
           "\"method\":\"ping\"}'; do :; done; } 2>/dev/null | ",
           kAgent, " --project=", dir_.Join("project"), " | head -n 1")},
      {{"SPECRELAY_HOME", dir_.Join("home")}});
  ASSERT_THAT(agent, IsOk());
  EXPECT_THAT((*agent)->ReadLine(kPatience), IsOk());
  EXPECT_EQ(*(*agent)->Wait(kPatience), 0);
}

TEST_F(McpModeTest, TellsTheClientWhatTheRelayLacksAndWorksOn) {
  const auto agent = Start({"--relay=127.0.0.1:1"});
  AwaitLog(*agent, "SPECRELAY_API_KEY");
  const Json status = Ask(*agent, "tools/call", {{"name", "spec-status"}, {"arguments", Json::object()}});
  EXPECT_TRUE(HasText(status["result"]["content"][0]["text"], "SPECRELAY_API_KEY")) << status;
  EXPECT_TRUE(Ask(*agent, "resources/list").contains("result"));
  const auto careless = Start({"--relay=10.0.0.1:1"});
  AwaitLog(*careless, "--tls");
}

TEST_F(McpModeTest, AProjectThatIsNotThereIsSaidInAnswers) {
  const auto agent = Start({}, "nowhere");
  const Json status = Ask(*agent, "tools/call", {{"name", "spec-status"}, {"arguments", Json::object()}});
  EXPECT_EQ(status["result"]["isError"], true) << status;
  EXPECT_TRUE(HasText(status["result"]["content"][0]["text"], "nowhere")) << status;
  EXPECT_TRUE(Ask(*agent, "resources/list").contains("error"));
  EXPECT_EQ(Ask(*agent, "tools/list")["result"].count("tools"), 1u);
}

TEST_F(McpModeTest, ServesTheRelayBesideTheClientAndGivesItsLinks) {
  FakeGateway gateway;
  const auto agent = Start(
      {absl::StrCat("--relay=127.0.0.1:", gateway.port()), absl::StrCat("--api_key_file=", dir_.Join("agent.key"))});
  const auto relay = gateway.Accept();
  ASSERT_TRUE(relay->Read()->has_register_());
  v1::RelayFrame welcome;
  welcome.mutable_welcome()->set_dashboard_url("https://specs.example.org/");
  ASSERT_TRUE(relay->Send(welcome));
  AwaitLog(*agent, "connected to the relay");
  const Json request = Ask(*agent, "tools/call",
                           {{"name", "approvals"},
                            {"arguments",
                             {{"action", "request"},
                              {"title", "Requirements"},
                              {"type", "document"},
                              {"filePath", ".spec-context/specs/trip/requirements.md"},
                              {"category", "spec"},
                              {"categoryName", "trip"}}}});
  EXPECT_TRUE(HasText(request["result"]["content"][0]["text"], "https://specs.example.org/p/")) << request;
  v1::RelayFrame command;
  command.mutable_command()->set_request_id("r1");
  command.mutable_command()->mutable_command()->mutable_spec_list();
  ASSERT_TRUE(relay->Send(command));
  absl::optional<v1::AgentFrame> frame = relay->Read();
  while (frame.has_value() && !frame->has_outcome()) frame = relay->Read();
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->outcome().result().spec_list().specs_size(), 1);
}

}  // namespace
}  // namespace specrelay
