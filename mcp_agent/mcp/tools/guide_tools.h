// The tools that tell how the workflow goes: `spec-workflow-guide`, `steering-guide`, `get-implementer-guide`,
// `get-reviewer-guide`, `get-brainstorm-guide`.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_GUIDE_TOOLS_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_GUIDE_TOOLS_H_

#include <memory>

#include "mcp_agent/mcp/tool.h"
#include "mcp_agent/mcp/tools/tool_context.h"

namespace specrelay {

Tools MakeGuideTools(const std::shared_ptr<ToolContext>& context);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_GUIDE_TOOLS_H_
