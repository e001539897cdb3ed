// How a write ended, in the words of the journal.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_RECORDED_OUTCOME_H_
#define SPECRELAY_MCP_AGENT_LEDGER_RECORDED_OUTCOME_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "journal_record.pb.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// Whether a refusal was decided by the state of the tree. The others are the same at every try, or may be lifted.
bool DependsOnState(const absl::Status& refusal);

v1::CommandOutcome AppliedOutcome(v1::CommandResult result);
v1::CommandOutcome RefusedOutcome(const absl::Status& status);

// The write as a member of a group. An outcome of over 1 MiB is kept without bulky content, which a client can read
// anew.
ledger::GroupMember RecordOutcome(const WriteRequest& request, const v1::CommandOutcome& outcome);

// What a request that is known already is answered. INVALID_ARGUMENT when it was about something else the first time.
absl::StatusOr<v1::CommandResult> Replay(const ledger::GroupMember& known, const WriteRequest& request);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_RECORDED_OUTCOME_H_
