// Whether the agent could work with its relay. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_DOCTOR_RELAY_CHECKS_H_
#define SPECRELAY_MCP_AGENT_DOCTOR_RELAY_CHECKS_H_

#include <string>

#include "mcp_agent/agent_config.h"
#include "mcp_agent/doctor/check.h"
#include "mcp_agent/doctor/relay_probe.h"

namespace specrelay {

// Check "relay address": the form of --relay, and that the key is not sent in plain text by mistake. Pure.
Check CheckRelayAddress(const AgentConfig& config);

// Checks "relay", "encryption", "key", "role", "protocol" and "clock", with the answers of `probe`. Ends early where
// the rest would be pointless; with an empty `key` it ends before "key".
Checks CheckRelay(const AgentConfig& config, const std::string& key, RelayProbe& probe);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_DOCTOR_RELAY_CHECKS_H_
