// The tool `task-update`.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_TASK_UPDATE_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_TASK_UPDATE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mcp_agent/mcp/tools/project_tool.h"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

// Sets the status of a task. Thread-safe.
class TaskUpdateTool : public ImmediateTool {
 public:
  explicit TaskUpdateTool(std::shared_ptr<ToolContext> context);

 private:
  absl::StatusOr<ToolAnswer> Answer(const Json& arguments, const ToolCall& call) override;

  std::vector<std::string> StepsAfterUpdate(const std::string& spec_name, const v1::Task& task,
                                            const ToolCall& call) const;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_TASK_UPDATE_H_
