// `specrelay_ctl key create|list|revoke`: the keys file, without a relay.
#ifndef SPECRELAY_TOOLS_CTL_KEY_COMMANDS_H_
#define SPECRELAY_TOOLS_CTL_KEY_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/ctl/options.h"

namespace specrelay {

// `args` begins after "key". Create prints the key alone on the standard output, so that `KEY=$(specrelay_ctl key
// create …)` works; list and revoke print JSON.
absl::Status RunKey(const CtlContext& context, const std::vector<std::string>& args);

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_KEY_COMMANDS_H_
