#include "mcp_agent/mcp/testing/fuzz_session.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/mcp/tools/make_tools.h"
#include "nlohmann/json.hpp"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kPongId[] = "the pong of the test";

// Waits for a person who never comes; ends when its call does.
class WaitingTool final : public Tool {
 public:
  WaitingTool() {
    info_.name = "wait";
    info_.input_schema = Json{{"type", "object"}};
  }
  const ToolInfo& info() const override { return info_; }
  void Call(const Json& arguments, std::shared_ptr<ToolCall> call, Receiver receive) override {
    call->ReportProgress(1, absl::nullopt, "waiting");
    call->OnCancel(
        [shared = std::make_shared<Receiver>(std::move(receive))] { (*shared)(absl::CancelledError("nobody came")); });
  }

 private:
  ToolInfo info_;
};

Tools AllTools(CommandPort& port) {
  Tools tools = MakeTools(port);
  tools.push_back(std::make_unique<WaitingTool>());
  return tools;
}

void Require(bool condition, absl::string_view what) {
  if (condition) return;
  std::fprintf(stderr, "broken: %s\n", std::string(what).c_str());
  std::abort();
}

bool IsMessage(const Json& message) {
  if (!message.is_object() || message.value("jsonrpc", "") != "2.0") return false;
  return message.contains("method") ||
         (message.contains("id") && message.contains("result") != message.contains("error"));
}

McpServerOptions Options() {
  McpServerOptions options;
  options.name = "specrelay";
  options.call_prefix = "fuzz";
  return options;
}

}  // namespace

void FuzzSession::NoProject::Execute(const std::string& request_id, v1::Command command, absl::Duration timeout,
                                     Receiver receive) {
  Require(!request_id.empty() && request_id.size() <= 128, "request id");
  receive(absl::NotFoundError("there is nothing"));
}

void FuzzSession::CheckingSink::Send(std::string line) {
  const Json message = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  Require(!message.is_discarded() && line.find('\n') == std::string::npos, absl::StrCat("stray output: ", line));
  if (message.is_array()) {
    Require(!message.empty(), "an empty batch");
    for (const Json& entry : message) Require(IsMessage(entry), line);
  } else {
    Require(IsMessage(message), line);
    if (message.value("id", Json()) == kPongId) saw_pong = true;
  }
  ++count;
}

bool FuzzSession::CheckingSink::TrySend(std::string line) {
  Send(std::move(line));
  return true;
}

FuzzSession::FuzzSession(absl::string_view version)
    : tools_(AllTools(port_)),
      resources_(port_, [this](absl::string_view method, Json params) { server_.Notify(method, std::move(params)); }),
      completions_(port_),
      server_(Options(), {sink_, workers_, clock_, {&tools_, &prompts_, &resources_, &completions_}}) {
  if (version.empty()) return;
  server_.OnLine(absl::StrCat(R"({"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":")",
                              version, R"("}})"));
  server_.OnLine(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
}

FuzzSession::~FuzzSession() {
  server_.EndWaits();
  Require(server_.WaitIdle(absl::Seconds(60)), "a call hangs");
}

void FuzzSession::Send(absl::string_view line) { server_.OnLine(line); }

bool FuzzSession::IsAlive() {
  sink_.saw_pong = false;
  server_.OnLine(absl::StrCat(R"({"jsonrpc":"2.0","method":"ping","id":")", kPongId, R"("})"));
  return sink_.saw_pong;
}

}  // namespace specrelay
