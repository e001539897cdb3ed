// What the owner of the machine tells the agent at its start.
#ifndef SPECRELAY_MCP_AGENT_AGENT_CONFIG_H_
#define SPECRELAY_MCP_AGENT_AGENT_CONFIG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/support/log.h"
#include "proto/support/relay_address.h"

namespace specrelay {

// As stated, unchecked.
struct AgentConfig {
  std::vector<std::string> projects;
  std::string project_id;
  std::string relay;
  std::string api_key_file;
  bool tls = false;
  std::string tls_ca;
  bool insecure = false;
  bool allow_project_read = false;
  bool share_main_tree = false;
  int64_t max_transfer_bytes = int64_t{1} << 30;
  std::string state_dir;
  std::string machine_id;
  std::string log_level = "info";
  std::string dashboard_url;
};

// Directory of the one project that an MCP server serves: that of `config`, or the working directory.
std::string McpProjectDirectory(const AgentConfig& config);

// OK when a headless agent can start with `config`, as far as can be told without looking at files; else
// INVALID_ARGUMENT with the flag to give. Pure.
absl::Status CheckHeadlessConfig(const AgentConfig& config);

// The same for an agent that is a coding agent's MCP server, which works without a relay too.
absl::Status CheckMcpConfig(const AgentConfig& config);

// OK when the relay that `config` names can be connected to as it says; else INVALID_ARGUMENT with the flag to give.
absl::Status CheckRelayConfig(const AgentConfig& config);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_AGENT_CONFIG_H_
