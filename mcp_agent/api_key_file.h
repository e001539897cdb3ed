// The key that the agent shows to the relay.
#ifndef SPECRELAY_MCP_AGENT_API_KEY_FILE_H_
#define SPECRELAY_MCP_AGENT_API_KEY_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace specrelay {

// The key in the file at `path`, or in the environment variable SPECRELAY_API_KEY when `path` is empty. Read anew for
// each attempt, so that a new key needs no restart. Space around the key is ignored. NOT_FOUND when there is none,
// INVALID_ARGUMENT when it cannot be a key; messages never contain it. Thread-safe as long as nobody sets the variable.
absl::StatusOr<std::string> ReadApiKey(const std::string& path);

// What is wrong with the permissions of the file at `path`; empty when only its owner can read it, or nobody asks.
std::string ApiKeyFileWarning(const std::string& path);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_API_KEY_FILE_H_
