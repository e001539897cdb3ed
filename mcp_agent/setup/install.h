// `specrelay_agent install`: keeps a headless agent running for this user.
#ifndef SPECRELAY_MCP_AGENT_SETUP_INSTALL_H_
#define SPECRELAY_MCP_AGENT_SETUP_INSTALL_H_

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "mcp_agent/agent_config.h"

namespace specrelay {

struct InstallOptions {
  AgentConfig config;
  bool print = false;           // write nothing; print the unit
  std::string program;          // absolute path of the agent
  std::string config_home;      // the user's ~/.config
  std::string systemd_runtime;  // there exactly when systemd runs the machine: /run/systemd/system
};

// Writes the systemd user unit that serves the projects of `config` and says how to start it; starts nothing itself.
// What was done goes to `out`, advice to `notes`; with `print`, `out` gets the unit alone. FAILED_PRECONDITION without
// systemd, without a key file (a service has no shell whose variable it could read) and where a unit is that install
// did not make; INVALID_ARGUMENT as of CheckHeadlessConfig(). Not thread-safe.
absl::Status RunInstall(const InstallOptions& options, std::ostream& out, std::ostream& notes);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SETUP_INSTALL_H_
