// How others start this very program. Thread-safe as long as nobody changes the environment.
#ifndef SPECRELAY_MCP_AGENT_SETUP_OWN_PROGRAM_H_
#define SPECRELAY_MCP_AGENT_SETUP_OWN_PROGRAM_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

// Absolute path of the running program.
absl::StatusOr<std::string> OwnProgram();

// The name of `program` alone where the directories of `search_path`, separated by ":", lead to it by its name, so that
// what is written can be shared with others; else `program`.
std::string ShortestCommand(const std::string& program, absl::string_view search_path);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SETUP_OWN_PROGRAM_H_
