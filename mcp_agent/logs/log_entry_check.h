// What an implementation log entry must be to be added. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_LOGS_LOG_ENTRY_CHECK_H_
#define SPECRELAY_MCP_AGENT_LOGS_LOG_ENTRY_CHECK_H_

#include "absl/status/status.h"
#include "specrelay/v1/implementation_log.pb.h"

namespace specrelay {

// INVALID_ARGUMENT that says what is wrong: no artifacts, no task, text that is not UTF-8, a negative number, a
// timestamp that is no time, or over 1 MiB in all.
absl::Status CheckLogEntry(const v1::ImplementationLogEntry& entry);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LOGS_LOG_ENTRY_CHECK_H_
