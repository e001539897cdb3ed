// The tool `log-implementation`.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_LOG_IMPLEMENTATION_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_LOG_IMPLEMENTATION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "mcp_agent/mcp/tools/project_tool.h"

namespace specrelay {

// Records what was made for a task. Thread-safe.
class LogImplementationTool : public ImmediateTool {
 public:
  explicit LogImplementationTool(std::shared_ptr<ToolContext> context);

 private:
  absl::StatusOr<ToolAnswer> Answer(const Json& arguments, const ToolCall& call) override;

  absl::Status CheckTask(const std::string& spec_name, const std::string& task_id, const ToolCall& call) const;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_LOG_IMPLEMENTATION_H_
