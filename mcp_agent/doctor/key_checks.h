// Whether the agent's key is where it should be, and looks like one. Never shows it. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_DOCTOR_KEY_CHECKS_H_
#define SPECRELAY_MCP_AGENT_DOCTOR_KEY_CHECKS_H_

#include <string>

#include "mcp_agent/doctor/check.h"

namespace specrelay {

// Checks "key file" (mode, owner; skipped when the key comes from the environment) and "key form" (prefix, length,
// checksum) of what ReadApiKey(path) gives. `key` gets the key when it has the form of one, else "".
Checks CheckKey(const std::string& path, std::string& key);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_DOCTOR_KEY_CHECKS_H_
