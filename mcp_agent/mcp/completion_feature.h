// Completion of arguments.
// Source: Model Context Protocol, revision 2025-11-25, "Completion".
#ifndef SPECRELAY_MCP_AGENT_MCP_COMPLETION_FEATURE_H_
#define SPECRELAY_MCP_AGENT_MCP_COMPLETION_FEATURE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mcp_agent/mcp/command_port.h"
#include "mcp_agent/mcp/completion_values.h"
#include "mcp_agent/mcp/feature.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// `completion/complete`, for arguments of prompts and of resource templates. Thread-safe. `port` must outlive it.
class CompletionFeature final : public Feature {
 public:
  explicit CompletionFeature(CommandPort& port) : values_(port) {}

  void AddMethods(Methods& methods) override;
  void Declare(ProtocolVersion version, nlohmann::ordered_json& capabilities) const override;

 private:
  RpcReply Complete(const nlohmann::ordered_json& params, const ActiveCall& call) const;
  absl::StatusOr<std::vector<std::string>> ValuesOf(const nlohmann::ordered_json& params, const ActiveCall& call) const;
  absl::StatusOr<std::vector<std::string>> PromptValues(const std::string& prompt, const std::string& argument,
                                                        const nlohmann::ordered_json& context,
                                                        const ActiveCall& call) const;
  absl::StatusOr<std::vector<std::string>> ResourceValues(const std::string& uri, const std::string& argument,
                                                          const ActiveCall& call) const;

  const CompletionValues values_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_COMPLETION_FEATURE_H_
