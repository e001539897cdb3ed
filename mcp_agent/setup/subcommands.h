// The subcommands of the agent: doctor, init, install.
#ifndef SPECRELAY_MCP_AGENT_SETUP_SUBCOMMANDS_H_
#define SPECRELAY_MCP_AGENT_SETUP_SUBCOMMANDS_H_

#include <string>
#include <vector>

#include "mcp_agent/agent_config.h"

namespace specrelay {

// Runs the subcommand that the positional `arguments`, at least one, ask for. The exit code: 0, or 1 with the reason on
// stderr. Call once, after ParseFlags.
int RunSubcommand(const std::vector<std::string>& arguments, AgentConfig config);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SETUP_SUBCOMMANDS_H_
