#include "mcp_agent/agent_config.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "proto/support/dashboard_url.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kMaxProjectIdBytes = 128;

absl::Status CheckProjectId(const AgentConfig& config) {
  if (config.project_id.empty()) return absl::OkStatus();
  if (config.projects.size() > 1) {
    return absl::InvalidArgumentError(
        "--project_id names one project, but --project is given more than once; start one agent for each project that "
        "needs an id of its own");
  }
  const bool valid = config.project_id.size() <= kMaxProjectIdBytes &&
                     std::all_of(config.project_id.begin(), config.project_id.end(), [](unsigned char c) {
                       return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
                     });
  if (valid) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--project_id may have 1 to ", kMaxProjectIdBytes, " letters, digits, \"-\", \"_\" and \".\""));
}

absl::Status CheckLimits(const AgentConfig& config) {
  if (config.max_transfer_bytes > 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--max_transfer_bytes is ", config.max_transfer_bytes, "; give a positive number of bytes"));
}

}  // namespace

std::string McpProjectDirectory(const AgentConfig& config) {
  return config.projects.empty() ? "." : config.projects.front();
}

absl::Status CheckHeadlessConfig(const AgentConfig& config) {
  if (config.projects.empty()) {
    return absl::InvalidArgumentError("no project to serve; give --project=DIR, once for each project");
  }
  RETURN_IF_ERROR(CheckProjectId(config));
  if (config.relay.empty()) {
    return absl::InvalidArgumentError(
        "a headless agent needs a relay; give --relay=HOST:PORT or the variable SPECRELAY_RELAY");
  }
  RETURN_IF_ERROR(CheckRelayConfig(config));
  RETURN_IF_ERROR(CheckLimits(config));
  return ParseLogLevel(config.log_level).status();
}

absl::Status CheckMcpConfig(const AgentConfig& config) {
  if (config.projects.size() > 1) {
    return absl::InvalidArgumentError(
        "an MCP server serves one project, but --project is given more than once; give it once, or start with "
        "--headless");
  }
  RETURN_IF_ERROR(CheckProjectId(config));
  RETURN_IF_ERROR(CheckLimits(config));
  RETURN_IF_ERROR(ParseDashboardUrl(config.dashboard_url).status());
  return ParseLogLevel(config.log_level).status();
}

absl::Status CheckRelayConfig(const AgentConfig& config) {
  ASSIGN_OR_RETURN(const RelayAddress relay, ParseRelayAddress(config.relay));
  if (!relay.is_loopback && !config.tls && config.tls_ca.empty() && !config.insecure) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the key and all documents would travel to ", config.relay,
        " unencrypted; give --tls, or --tls_ca=PATH for an authority of your own, or --insecure to accept that"));
  }
  if (config.insecure && (config.tls || !config.tls_ca.empty())) {
    return absl::InvalidArgumentError("--insecure contradicts --tls and --tls_ca; give one or the other");
  }
  return absl::OkStatus();
}

}  // namespace specrelay
