// `specrelay_ctl read` and `write`: files of any size that the agent allows.
#ifndef SPECRELAY_TOOLS_CTL_FILES_H_
#define SPECRELAY_TOOLS_CTL_FILES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/ctl/options.h"

namespace specrelay {

// `args`: the path of a file in the tree. Its content goes to the output as it comes; what has been written there
// counts only when this succeeds.
absl::Status RunRead(const CtlContext& context, const std::vector<std::string>& args);

// The same the other way round: writes what the input holds, and prints the WriteFileResponse.
absl::Status RunWrite(const CtlContext& context, const std::vector<std::string>& args);

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_FILES_H_
