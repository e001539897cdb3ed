// The agent's default mode: an MCP server for the coding agent that started it.
#ifndef SPECRELAY_MCP_AGENT_MCP_MODE_H_
#define SPECRELAY_MCP_AGENT_MCP_MODE_H_

#include <signal.h>

#include "absl/status/status.h"
#include "mcp_agent/agent_config.h"

namespace specrelay {

// Serves the one project of `config`, or that of the working directory, over standard input and output, until the input
// ends, nobody reads the output, or one of the signals `ending` comes, which must be blocked. Fails only when `config`
// contradicts itself or there is nobody to talk to: what is wrong with project, key or relay is told in answers,
// because whoever uses a coding agent sees those and not a process that ended. Call once, before any thread starts.
absl::Status RunMcp(const AgentConfig& config, const sigset_t& ending);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_MODE_H_
