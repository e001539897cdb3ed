// The agent's flags; SPECRELAY_<FLAG> sets each of them too.
#ifndef SPECRELAY_MCP_AGENT_AGENT_FLAGS_H_
#define SPECRELAY_MCP_AGENT_AGENT_FLAGS_H_

#include "mcp_agent/agent_config.h"

namespace specrelay {

// Whether to run without a coding agent. After ParseFlags.
bool HeadlessFromFlags();

// The rest. After ParseFlags.
AgentConfig ConfigFromFlags();

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_AGENT_FLAGS_H_
