// Doctor's findings, for people and for programs. Pure; thread-safe.
#ifndef SPECRELAY_MCP_AGENT_DOCTOR_REPORT_H_
#define SPECRELAY_MCP_AGENT_DOCTOR_REPORT_H_

#include <string>

#include "mcp_agent/doctor/check.h"

namespace specrelay {

// Whether none failed.
bool AllWell(const Checks& checks);

// A line for each check, with a second one that says what to do where something is wrong.
std::string ReportText(const Checks& checks);

// One line: {"ok":…,"checks":[{"name":…,"state":"ok|warning|failed|skipped","message":…,"advice":…},…]}.
std::string ReportJson(const Checks& checks);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_DOCTOR_REPORT_H_
