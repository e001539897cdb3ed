// One request of the client, from its arrival to its answer.
#ifndef SPECRELAY_MCP_AGENT_MCP_ACTIVE_CALL_H_
#define SPECRELAY_MCP_AGENT_MCP_ACTIVE_CALL_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "mcp_agent/mcp/json_rpc.h"
#include "mcp_agent/mcp/message_sink.h"
#include "mcp_agent/mcp/protocol_version.h"
#include "mcp_agent/mcp/tool.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// A result, or why there is none.
using RpcReply = absl::variant<nlohmann::ordered_json, RpcError>;

// Thread-safe. Owned by whoever works on it. `sink` must outlive it.
class ActiveCall final : public ToolCall {
 public:
  // Gets the message that answers the call, or nothing when the client took it back. Called once, under no lock.
  using Deliver = absl::AnyInvocable<void(absl::optional<nlohmann::ordered_json>)>;

  // `params` are the request's; a token for progress is taken from them.
  ActiveCall(std::string id, nlohmann::ordered_json rpc_id, const nlohmann::ordered_json& params,
             ProtocolVersion version, MessageSink& sink, Deliver deliver);

  const std::string& id() const override { return id_; }
  void ReportProgress(double progress, absl::optional<double> total, absl::string_view message) override
      ABSL_LOCKS_EXCLUDED(mu_);
  void OnCancel(absl::AnyInvocable<void()> on_cancel) override ABSL_LOCKS_EXCLUDED(mu_);

  const nlohmann::ordered_json& rpc_id() const { return rpc_id_; }
  ProtocolVersion version() const { return version_; }

  // Answers the call. Nothing happens when it has been answered or taken back.
  void Answer(RpcReply reply) ABSL_LOCKS_EXCLUDED(mu_);

  // The client takes the call back: there is no answer.
  void TakeBack() ABSL_LOCKS_EXCLUDED(mu_);

  // Asks the tool to come to an end, whose answer still counts.
  void EndWait() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // True once: whoever gets it delivers.
  bool Close() ABSL_LOCKS_EXCLUDED(mu_);

  const std::string id_;
  const nlohmann::ordered_json rpc_id_;
  const nlohmann::ordered_json progress_token_;  // null when the client wants none
  const ProtocolVersion version_;
  MessageSink& sink_;
  Deliver deliver_;  // for the one who got Close()

  absl::Mutex mu_;  // may take the sink's
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
  double progress_ ABSL_GUARDED_BY(mu_);
  absl::AnyInvocable<void()> on_cancel_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_ACTIVE_CALL_H_
