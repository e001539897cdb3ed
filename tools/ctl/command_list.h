// `specrelay_ctl commands`: what exec can send, as the protocol itself describes it.
#ifndef SPECRELAY_TOOLS_CTL_COMMAND_LIST_H_
#define SPECRELAY_TOOLS_CTL_COMMAND_LIST_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/ctl/options.h"

namespace specrelay {

// Prints {"commands":[{"name":…,"access":"read|write","fields":[{"name":…,"type":…},…]},…]}, one command a line. Names
// are those of the JSON of --json. A field may also have "repeated":true, "optional":true, for an enum its "values",
// for a message its "fields". With a command's name as argument, that command alone.
absl::Status RunCommands(const CtlContext& context, const std::vector<std::string>& args);

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_COMMAND_LIST_H_
