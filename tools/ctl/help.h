// The help text of specrelay_ctl.
#ifndef SPECRELAY_TOOLS_CTL_HELP_H_
#define SPECRELAY_TOOLS_CTL_HELP_H_

#include "absl/strings/string_view.h"

namespace specrelay {

// Subcommands, flags and exit codes. Lives as long as the program.
absl::string_view HelpText();

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_HELP_H_
