// `specrelay_ctl watch`: events as they happen.
#ifndef SPECRELAY_TOOLS_CTL_WATCH_H_
#define SPECRELAY_TOOLS_CTL_WATCH_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/ctl/options.h"

namespace specrelay {

// Prints each event as one JSON line, at once. Ends with OK after --count events; without --count it ends only by a
// failure, whose message tells the cursor to go on from. Does not reconnect: a script decides what a gap means to it.
//
// One line on the standard error, {"watching":…,"cursor":…}, says that from here on nothing is missed.
absl::Status RunWatch(const CtlContext& context, const std::vector<std::string>& args);

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_WATCH_H_
