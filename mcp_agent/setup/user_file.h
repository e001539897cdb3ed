// Files of the user's that are changed as a whole: configurations, units. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_SETUP_USER_FILE_H_
#define SPECRELAY_MCP_AGENT_SETUP_USER_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

// The content of the file at `path`, at most 1 MiB; "" when there is none. FAILED_PRECONDITION when something else is
// there, or it cannot be read.
absl::StatusOr<std::string> ReadUserFile(const std::string& path);

// Replaces or creates the file, atomically and durably, and the directories above it where missing. Keeps the
// permissions of a file that exists, and a symbolic link at `path`: what it leads to is replaced. FAILED_PRECONDITION
// with the reason.
absl::Status WriteUserFile(const std::string& path, absl::string_view content);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SETUP_USER_FILE_H_
