// `specrelay_ctl audit verify`: whether the record of an agent's writes is as the agent wrote it.
#ifndef SPECRELAY_TOOLS_CTL_AUDIT_H_
#define SPECRELAY_TOOLS_CTL_AUDIT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/ctl/options.h"

namespace specrelay {

// `args` begins after "audit". Verifies the audit of the project in the directory --project, and with --machine that of
// the machine's directory. Prints a line of JSON for each on the standard output:
//   {"file":…,"intact":…,"lines":…,"goodLines":…,"lastSeq":…,"lastHash":…,"problemCount":…,
//    "problems":[{"line":…,"kind":…,"firstSeq":…,"lastSeq":…,"detail":…},…]}
// and a sentence for people on the standard error. The exit code is 0 when all are intact, 1 when one is damaged, and 2
// when one cannot be read, mistakes in the command line included. Needs neither relay nor key.
absl::Status RunAudit(const CtlContext& context, const std::vector<std::string>& args);

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_AUDIT_H_
