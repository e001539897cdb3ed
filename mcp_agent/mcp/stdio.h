// The process's standard streams, taken for the protocol.
#ifndef SPECRELAY_MCP_AGENT_MCP_STDIO_H_
#define SPECRELAY_MCP_AGENT_MCP_STDIO_H_

#include "absl/status/statusor.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {

// What was standard input and output; not inherited by children.
struct ProtocolStreams {
  UniqueFd input;
  UniqueFd output;
};

// Takes both streams over: from now on whoever reads standard input finds its end, and whoever prints to standard
// output prints to standard error, so that nothing but the protocol reaches the client. Call once, before any thread
// starts. FAILED_PRECONDITION when they are not open.
absl::StatusOr<ProtocolStreams> TakeStandardStreams();

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_STDIO_H_
