// Tools of the server.
// Source: Model Context Protocol, revision 2025-11-25, "Tools".
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOL_FEATURE_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOL_FEATURE_H_

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "mcp_agent/mcp/feature.h"
#include "mcp_agent/mcp/tool.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// `tools/list` and `tools/call`. What a tool refuses, arguments that do not fit its schema included, is a result for
// the model to read; only a call that names no tool, or is malformed, is an error of the protocol. Thread-safe. Owns
// the tools.
class ToolFeature final : public Feature {
 public:
  // `tools` in the order in which they are listed.
  explicit ToolFeature(Tools tools);

  void AddMethods(Methods& methods) override;
  void Declare(ProtocolVersion version, nlohmann::ordered_json& capabilities) const override;

 private:
  RpcReply List(const nlohmann::ordered_json& params, ProtocolVersion version) const;
  void Call(const nlohmann::ordered_json& params, const std::shared_ptr<ActiveCall>& call, Respond respond) const;

  const Tools tools_;
  absl::flat_hash_map<std::string, Tool*> by_name_;
};

// A tool as tools/list shows it.
nlohmann::ordered_json DescribeTool(const ToolInfo& info, ProtocolVersion version);

// An answer as the result of tools/call.
nlohmann::ordered_json DescribeAnswer(const absl::StatusOr<ToolAnswer>& answer, ProtocolVersion version);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOL_FEATURE_H_
