// The server side of one MCP connection, whatever carries it.
// Source: Model Context Protocol, revisions 2024-11-05 to 2025-11-25, "Lifecycle" and "Utilities".
#ifndef SPECRELAY_MCP_AGENT_MCP_MCP_SERVER_H_
#define SPECRELAY_MCP_AGENT_MCP_MCP_SERVER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/link/task_runner.h"
#include "mcp_agent/mcp/active_call.h"
#include "mcp_agent/mcp/call_table.h"
#include "mcp_agent/mcp/client_log.h"
#include "mcp_agent/mcp/feature.h"
#include "mcp_agent/mcp/json_rpc.h"
#include "mcp_agent/mcp/message_sink.h"
#include "mcp_agent/mcp/protocol_version.h"
#include "mcp_agent/mcp/rpc_batch.h"
#include "proto/support/clock.h"

namespace specrelay {

struct McpServerOptions {
  std::string name;
  std::string title;
  std::string description;
  std::string version;
  std::string instructions;  // for the model: what the server is for
  std::string call_prefix;   // begins the ids of calls; unique in the world
  int max_calls = 64;        // under way at once
  // The client has introduced itself, by this name and version; the answer is on its way. On the thread of OnLine().
  std::function<void(absl::string_view client)> on_initialize = [](absl::string_view) {};
};

// All must outlive the server.
struct McpServerDependencies {
  MessageSink& sink;
  TaskRunner& runner;  // for calls; must have run its tasks before the server goes
  const Clock& clock;
  std::vector<Feature*> features;
};

// Reads messages in their order, answers what is quick at once, and hands calls to the runner, so that none waits for
// another. Whatever comes in gets the answer that the protocol has for it, and the server lives on.
//
// OnLine() and OnTooLongLine() are for one thread, the rest for any. Shutdown: EndWaits(), then WaitIdle() until it is
// true, then destruction.
class McpServer {
 public:
  McpServer(McpServerOptions options, McpServerDependencies dependencies);
  McpServer(const McpServer&) = delete;
  McpServer& operator=(const McpServer&) = delete;

  // The client sent a line.
  void OnLine(absl::string_view line);
  // The client sent a line that is too long to be kept.
  void OnTooLongLine();

  // Sends a notification to a client that is ready for it. Dropped when the client reads too slowly.
  void Notify(absl::string_view method, nlohmann::ordered_json params);

  // Tells the client's log.
  void Say(ClientLogLevel level, absl::string_view logger, absl::string_view text);

  // Brings calls that only wait to an end. They are answered.
  void EndWaits() { calls_.EndWaits(); }

  // True once every call is answered; false when that lasts longer than `timeout`.
  bool WaitIdle(absl::Duration timeout) { return calls_.WaitIdle(timeout); }

 private:
  enum class State {
    kNew,          // waits for `initialize`
    kInitialized,  // has answered it
    kReady,        // the client has confirmed
  };
  void TransitionTo(State state);

  void OnEntry(RpcEntry entry, const std::shared_ptr<RpcBatch>& batch);
  void OnNotification(const RpcNotification& notification);
  void OnRequest(RpcRequest request, const std::shared_ptr<RpcBatch>& batch);
  void BeginCall(const MethodHandler& handler, RpcRequest request, const std::shared_ptr<RpcBatch>& batch);
  void RunCall(const MethodHandler& handler, const nlohmann::ordered_json& params,
               const std::shared_ptr<ActiveCall>& call);
  RpcReply AnswerAtOnce(const RpcRequest& request);
  RpcReply Initialize(const nlohmann::ordered_json& params);
  RpcReply SetLogLevel(const nlohmann::ordered_json& params);

  const McpServerOptions options_;
  const McpServerDependencies dependencies_;
  Methods methods_;  // constant after construction
  CallTable calls_;
  ClientLog log_;
  std::atomic<State> state_{State::kNew};  // written by the thread of OnLine()

  // Owned by the thread of OnLine().
  ProtocolVersion version_ = kNewestProtocolVersion;
  int64_t call_count_ = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_MCP_SERVER_H_
