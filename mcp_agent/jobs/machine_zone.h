// The time zone of this machine, by a name that other machines understand.
#ifndef SPECRELAY_MCP_AGENT_JOBS_MACHINE_ZONE_H_
#define SPECRELAY_MCP_AGENT_JOBS_MACHINE_ZONE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace specrelay {

// The zone that `tz` (the environment's TZ; empty when there is none) or else the link `localtime` names, as
// "Europe/Berlin". Where neither names one, as where the link is a copy, it is absl::LocalTimeZone(), whose name is
// "localtime" and means nothing to others.
absl::TimeZone MachineZone(absl::string_view tz, const std::string& localtime);

// That of this machine.
absl::TimeZone MachineZone();

// Its name for others; empty when it has none.
std::string PublicZoneName(absl::TimeZone zone);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_MACHINE_ZONE_H_
