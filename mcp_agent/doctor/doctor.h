// `specrelay_agent doctor`: says what stands between this machine and a working agent, and what to do about it.
#ifndef SPECRELAY_MCP_AGENT_DOCTOR_DOCTOR_H_
#define SPECRELAY_MCP_AGENT_DOCTOR_DOCTOR_H_

#include <string>

#include "mcp_agent/agent_config.h"
#include "mcp_agent/doctor/check.h"
#include "mcp_agent/doctor/relay_probe.h"

namespace specrelay {

struct DoctorOptions {
  AgentConfig config;
  std::string inotify_limits = "/proc/sys/fs/inotify";
};

// All checks: of each project (the current directory unless `config` names some), of inotify, the key and the relay.
// Takes some seconds at most for each answer that does not come. Registers nothing and leaves nothing behind. `probe`
// may be null when the relay cannot be asked: then what needs it is left out. Not thread-safe.
Checks Examine(const DoctorOptions& options, RelayProbe* probe);

// Examine() with the relay that `config` names.
Checks ExamineAll(const DoctorOptions& options);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_DOCTOR_DOCTOR_H_
