// The systemd user unit of a headless agent. Pure; thread-safe.
// Source: systemd.service(5), systemd.exec(5), systemd.syntax(7).
#ifndef SPECRELAY_MCP_AGENT_SETUP_SYSTEMD_UNIT_H_
#define SPECRELAY_MCP_AGENT_SETUP_SYSTEMD_UNIT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace specrelay {

inline constexpr char kAgentUnitName[] = "specrelay-agent.service";

// Its first line, by which a unit of ours is known.
inline constexpr char kAgentUnitMark[] = "# Made by specrelay_agent install";

// `argument` as one word of ExecStart: no character of it means anything to systemd.
std::string SystemdWord(absl::string_view argument);

// The unit that runs `program`, an absolute path, with `arguments`.
std::string AgentUnit(const std::string& program, const std::vector<std::string>& arguments);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SETUP_SYSTEMD_UNIT_H_
