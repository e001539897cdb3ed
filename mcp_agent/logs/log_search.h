// Searching implementation logs. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_LOGS_LOG_SEARCH_H_
#define SPECRELAY_MCP_AGENT_LOGS_LOG_SEARCH_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "specrelay/v1/implementation_log.pb.h"

namespace specrelay {

// The words of `query`, in lower case.
std::vector<std::string> SearchWords(absl::string_view query);

// Whether each of `words` occurs in some value of `entry`, artifacts included. Case does not count for ASCII letters.
bool Matches(const v1::ImplementationLogEntry& entry, const std::vector<std::string>& words);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LOGS_LOG_SEARCH_H_
