// The tool `spec-status`.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_SPEC_STATUS_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_SPEC_STATUS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "mcp_agent/mcp/tools/project_tool.h"

namespace specrelay {

// Tells how far one spec is, or all. Thread-safe.
class SpecStatusTool : public ImmediateTool {
 public:
  explicit SpecStatusTool(std::shared_ptr<ToolContext> context);

 private:
  absl::StatusOr<ToolAnswer> Answer(const Json& arguments, const ToolCall& call) override;

  absl::StatusOr<ToolAnswer> ListSpecs(const ToolCall& call) const;
  absl::StatusOr<ToolAnswer> Describe(const std::string& name, const ToolCall& call) const;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_SPEC_STATUS_H_
