#include "mcp_agent/mcp/tools/make_tools.h"

#include <memory>

#include "mcp_agent/mcp/tools/approvals_tool.h"
#include "mcp_agent/mcp/tools/guide_tools.h"
#include "mcp_agent/mcp/tools/log_implementation.h"
#include "mcp_agent/mcp/tools/request_input.h"
#include "mcp_agent/mcp/tools/search_logs.h"
#include "mcp_agent/mcp/tools/spec_status.h"
#include "mcp_agent/mcp/tools/task_next.h"
#include "mcp_agent/mcp/tools/task_update.h"
#include "mcp_agent/mcp/tools/tool_context.h"
#include "mcp_agent/mcp/tools/wait_for_approval.h"

namespace specrelay {

Tools MakeTools(CommandPort& port) {
  const auto context = std::make_shared<ToolContext>(port);
  Tools tools = MakeGuideTools(context);
  tools.push_back(std::make_unique<SpecStatusTool>(context));
  tools.push_back(std::make_unique<ApprovalsTool>(context));
  tools.push_back(std::make_unique<WaitForApprovalTool>(context));
  tools.push_back(std::make_unique<RequestInputTool>(context));
  tools.push_back(std::make_unique<TaskNextTool>(context));
  tools.push_back(std::make_unique<TaskUpdateTool>(context));
  tools.push_back(std::make_unique<LogImplementationTool>(context));
  tools.push_back(std::make_unique<SearchLogsTool>(context));
  return tools;
}

}  // namespace specrelay
