// The tool `wait-for-approval`.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_WAIT_FOR_APPROVAL_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_WAIT_FOR_APPROVAL_H_

#include <memory>

#include "absl/time/time.h"
#include "mcp_agent/mcp/tools/project_tool.h"

namespace specrelay {

// Blocks its caller, and no thread, until a person has decided. Confirms each decision before it answers, after which
// it can no longer be undone; an approval that is confirmed already gives the same answer again. Thread-safe.
class WaitForApprovalTool : public ProjectTool {
 public:
  // `report_interval`: how often a waiting call tells that it goes on.
  explicit WaitForApprovalTool(std::shared_ptr<ToolContext> context,
                               absl::Duration report_interval = absl::Seconds(20));

 private:
  void Begin(const Json& arguments, std::shared_ptr<ToolCall> call, Receiver receive) override;

  const absl::Duration report_interval_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_WAIT_FOR_APPROVAL_H_
