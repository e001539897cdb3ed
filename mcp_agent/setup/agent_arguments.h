// The agent's flags, written down for whoever starts it later and somewhere else. Pure; thread-safe.
#ifndef SPECRELAY_MCP_AGENT_SETUP_AGENT_ARGUMENTS_H_
#define SPECRELAY_MCP_AGENT_SETUP_AGENT_ARGUMENTS_H_

#include <string>
#include <vector>

#include "mcp_agent/agent_config.h"

namespace specrelay {

// All that `config` says but its projects; leave what is at its default empty. Relative paths are made absolute. Never
// holds a key: that stays in its file or in the environment.
std::vector<std::string> AgentArguments(const AgentConfig& config);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SETUP_AGENT_ARGUMENTS_H_
