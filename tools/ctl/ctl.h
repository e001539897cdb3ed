// specrelay_ctl without its main: chooses the subcommand, runs it, reports how it ended.
#ifndef SPECRELAY_TOOLS_CTL_CTL_H_
#define SPECRELAY_TOOLS_CTL_CTL_H_

#include <string>
#include <vector>

#include "tools/ctl/options.h"

namespace specrelay {

// `args` are the positional arguments without the program's name. Returns the exit code (tools/ctl/output.h); a failure
// has been written to `context.err`.
int RunCtl(const CtlContext& context, const std::vector<std::string>& args);

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_CTL_H_
