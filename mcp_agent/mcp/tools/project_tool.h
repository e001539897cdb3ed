// Bases of the tools.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_PROJECT_TOOL_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_PROJECT_TOOL_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "mcp_agent/mcp/tool.h"
#include "mcp_agent/mcp/tools/schema.h"
#include "mcp_agent/mcp/tools/tool_context.h"

namespace specrelay {

// A tool that works on a project by commands.
class ProjectTool : public Tool {
 public:
  const ToolInfo& info() const final { return info_; }

  void Call(const Json& arguments, std::shared_ptr<ToolCall> call, Receiver receive) final {
    context_->OnCall(*call);
    Begin(arguments, std::move(call), std::move(receive));
  }

 protected:
  ProjectTool(ToolInfo info, std::shared_ptr<ToolContext> context)
      : info_(std::move(info)), context_(std::move(context)) {}

  const std::shared_ptr<ToolContext>& context() const { return context_; }

 private:
  // As Tool::Call().
  virtual void Begin(const Json& arguments, std::shared_ptr<ToolCall> call, Receiver receive) = 0;

  const ToolInfo info_;
  const std::shared_ptr<ToolContext> context_;
};

// One that waits for nobody.
class ImmediateTool : public ProjectTool {
 protected:
  using ProjectTool::ProjectTool;

 private:
  void Begin(const Json& arguments, std::shared_ptr<ToolCall> call, Receiver receive) final {
    receive(Answer(arguments, *call));
  }

  virtual absl::StatusOr<ToolAnswer> Answer(const Json& arguments, const ToolCall& call) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_PROJECT_TOOL_H_
