// The tool `approvals`.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_APPROVALS_TOOL_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_APPROVALS_TOOL_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "mcp_agent/mcp/tools/project_tool.h"

namespace specrelay {

// Asks for approvals, tells where they stand, deletes decided ones. Thread-safe.
class ApprovalsTool : public ImmediateTool {
 public:
  explicit ApprovalsTool(std::shared_ptr<ToolContext> context);

 private:
  absl::StatusOr<ToolAnswer> Answer(const Json& arguments, const ToolCall& call) override;

  absl::StatusOr<ToolAnswer> Request(const Json& arguments, const ToolCall& call) const;
  absl::StatusOr<ToolAnswer> Status(const std::string& id, const ToolCall& call) const;
  absl::StatusOr<ToolAnswer> ListPending(const ToolCall& call) const;
  absl::StatusOr<ToolAnswer> Delete(const std::string& id, const ToolCall& call) const;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_APPROVALS_TOOL_H_
