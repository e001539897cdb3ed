// Outcomes that the link itself makes. Pure, thread-safe.
#ifndef SPECRELAY_MCP_AGENT_LINK_COMMAND_OUTCOMES_H_
#define SPECRELAY_MCP_AGENT_LINK_COMMAND_OUTCOMES_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// The outcome of a command that was not carried out because of `status`, which must not be OK.
v1::CommandOutcome RefusedOutcome(absl::string_view request_id, const absl::Status& status);

// The outcome of `header`, whose result finds no room beside the answers that wait to be sent; it stays true as below.
v1::CommandOutcome WithoutResult(v1::CommandOutcome header, bool is_write);

// `outcome` with at most `limit_bytes` (some KiB at least), without claiming anything untrue: a conflict loses the
// current content; a write that took effect stays APPLIED and loses its answer; everything else becomes FAILED with
// RESOURCE_EXHAUSTED, whose message names the sizes. `limit_name` says in the message what sets the limit.
v1::CommandOutcome FitOutcome(v1::CommandOutcome outcome, bool is_write, int64_t limit_bytes,
                              absl::string_view limit_name);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_COMMAND_OUTCOMES_H_
