// Whether a TCP connection can be made. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_DOCTOR_TCP_REACH_H_
#define SPECRELAY_MCP_AGENT_DOCTOR_TCP_REACH_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "proto/support/relay_address.h"

namespace specrelay {

// Looks the host up and connects to one of its addresses, each within `timeout`. NOT_FOUND when the name has no
// address, UNAVAILABLE when none of its addresses accepts a connection. The look-up itself has the resolver's own
// timeout.
absl::Status ReachByTcp(const RelayAddress& address, absl::Duration timeout);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_DOCTOR_TCP_REACH_H_
