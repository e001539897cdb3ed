// All tools of a project.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_MAKE_TOOLS_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_MAKE_TOOLS_H_

#include "mcp_agent/mcp/command_port.h"
#include "mcp_agent/mcp/tool.h"

namespace specrelay {

// In the order in which they are listed. `port` must outlive them.
Tools MakeTools(CommandPort& port);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_MAKE_TOOLS_H_
