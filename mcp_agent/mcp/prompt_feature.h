// Prompts of the server.
// Source: Model Context Protocol, revision 2025-11-25, "Prompts".
#ifndef SPECRELAY_MCP_AGENT_MCP_PROMPT_FEATURE_H_
#define SPECRELAY_MCP_AGENT_MCP_PROMPT_FEATURE_H_

#include "mcp_agent/mcp/feature.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// `prompts/list` and `prompts/get`, of guides/prompts.h. Thread-safe.
class PromptFeature final : public Feature {
 public:
  void AddMethods(Methods& methods) override;
  void Declare(ProtocolVersion version, nlohmann::ordered_json& capabilities) const override;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_PROMPT_FEATURE_H_
