// A server with all its features, for input of any kind.
#ifndef SPECRELAY_MCP_AGENT_MCP_TESTING_FUZZ_SESSION_H_
#define SPECRELAY_MCP_AGENT_MCP_TESTING_FUZZ_SESSION_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "mcp_agent/link/worker_pool.h"
#include "mcp_agent/mcp/command_port.h"
#include "mcp_agent/mcp/completion_feature.h"
#include "mcp_agent/mcp/mcp_server.h"
#include "mcp_agent/mcp/message_sink.h"
#include "mcp_agent/mcp/prompt_feature.h"
#include "mcp_agent/mcp/resource_feature.h"
#include "mcp_agent/mcp/tool_feature.h"
#include "proto/support/clock.h"

namespace specrelay {

// One session over a project that is not there: every command fails, and waits never end by themselves. Aborts the
// process when something goes out that is no message. For one thread. Destruction checks that every call ends.
class FuzzSession {
 public:
  // `version` is what the client asks for; "" leaves the server uninitialized.
  explicit FuzzSession(absl::string_view version);
  ~FuzzSession();

  // The client sends this line.
  void Send(absl::string_view line);

  // Whether the server still answers.
  bool IsAlive();

  int64_t messages() const { return sink_.count; }

 private:
  class NoProject final : public CommandPort {
   public:
    void Execute(const std::string& request_id, v1::Command command, absl::Duration timeout, Receiver receive) override;
    void Cancel(const std::string& request_id) override {}
    const v1::Project& project() const override { return project_; }
    std::string DashboardLink(absl::string_view page) const override { return ""; }

   private:
    const v1::Project project_;
  };

  class CheckingSink final : public MessageSink {
   public:
    void Send(std::string line) override;
    bool TrySend(std::string line) override;

    std::atomic<int64_t> count{0};
    std::atomic<bool> saw_pong{false};
  };

  const SystemClock clock_;
  CheckingSink sink_;
  NoProject port_;
  ToolFeature tools_;
  PromptFeature prompts_;
  ResourceFeature resources_;
  CompletionFeature completions_;
  McpServer server_;
  WorkerPool workers_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TESTING_FUZZ_SESSION_H_
