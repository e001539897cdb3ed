// What waits for an agent that is away.
#ifndef SPECRELAY_TOOLS_CTL_QUEUE_H_
#define SPECRELAY_TOOLS_CTL_QUEUE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/ctl/options.h"

namespace specrelay {

// specrelay_ctl queue, queue get, queue cancel, queue resend, queue discard.
absl::Status RunQueue(const CtlContext& context, const std::vector<std::string>& args);

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_QUEUE_H_
