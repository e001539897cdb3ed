// `specrelay_ctl doctor`: says step by step what stands between this shell and a project.
#ifndef SPECRELAY_TOOLS_CTL_DOCTOR_H_
#define SPECRELAY_TOOLS_CTL_DOCTOR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/ctl/options.h"

namespace specrelay {

// Checks the settings, the connection, the key, its role and the projects, in this order, and stops at the first
// failure that makes the rest pointless. Prints a line for each check with what to do, or with --json_output one line
// {"ok":…,"checks":[{"name":…,"ok":…,"message":…},…]}. Fails as the first failed check did.
absl::Status RunDoctor(const CtlContext& context, const std::vector<std::string>& args);

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_DOCTOR_H_
