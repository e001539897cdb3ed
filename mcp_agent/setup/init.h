// `specrelay_agent init`: makes a project ready, and tells its coding agent of the agent.
#ifndef SPECRELAY_MCP_AGENT_SETUP_INIT_H_
#define SPECRELAY_MCP_AGENT_SETUP_INIT_H_

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "mcp_agent/agent_config.h"

namespace specrelay {

struct InitOptions {
  AgentConfig config;
  std::string client;      // as ParseMcpClient() takes it; none: only the tree is made
  bool print = false;      // write nothing; print what the client's file needs
  std::string program;     // how to start the agent
  std::string home;        // the user's home directory
  std::string codex_home;  // where Codex keeps its own files; ~/.codex when empty
};

// Makes the tree of the project (the current directory unless `config` names one) and writes the client's MCP
// configuration. Does nothing twice, and overwrites nothing. What was done goes to `out`, advice to `notes`; with
// `print`, `out` gets the configuration alone. The status says what was wrong and what to do. Not thread-safe.
absl::Status RunInit(const InitOptions& options, std::ostream& out, std::ostream& notes);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SETUP_INIT_H_
