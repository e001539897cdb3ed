// Command-line flags with an environment variable each.
#ifndef SPECRELAY_PROTO_SUPPORT_FLAGS_H_
#define SPECRELAY_PROTO_SUPPORT_FLAGS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace specrelay {

// Parses Abseil flags of this program, after setting each from SPECRELAY_<FLAG> (upper case) where that variable is
// set; the command line goes first. Returns the positional arguments without the program's name. A bad flag or variable
// ends the process with a message and exit code 1. Call once, at the start of main.
std::vector<std::string> ParseFlags(absl::string_view usage, int argc, char** argv);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_FLAGS_H_
