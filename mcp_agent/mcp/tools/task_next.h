// The tool `task-next`.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_TASK_NEXT_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_TASK_NEXT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "mcp_agent/mcp/tools/next_task.h"
#include "mcp_agent/mcp/tools/project_tool.h"

namespace specrelay {

// Gives the next task of a spec and marks it started. Thread-safe.
class TaskNextTool : public ImmediateTool {
 public:
  explicit TaskNextTool(std::shared_ptr<ToolContext> context);

 private:
  absl::StatusOr<ToolAnswer> Answer(const Json& arguments, const ToolCall& call) override;

  // Nothing when the document has changed since it was read.
  absl::StatusOr<absl::optional<ToolAnswer>> Try(const std::string& spec_name, bool peek, int attempt,
                                                 const ToolCall& call) const;
  // FAILED_PRECONDITION while people have not approved the tasks as they were last asked for.
  absl::Status CheckApproval(const std::string& spec_name, int attempt, const ToolCall& call) const;
  // `first` are steps that go before those of the task.
  ToolAnswer AnswerTask(const std::string& spec_name, const NextTask& next, bool started,
                        std::vector<std::string> first) const;
  ToolAnswer AnswerNothing(const std::string& spec_name, const NextTask& next, std::vector<std::string> first) const;
  // What people have answered meanwhile.
  std::vector<std::string> StepsBefore(const std::string& spec_name, const ToolCall& call) const;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_TASK_NEXT_H_
