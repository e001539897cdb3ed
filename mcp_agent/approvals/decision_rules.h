// What a decision may be and when it stands. Pure. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_DECISION_RULES_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_DECISION_RULES_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/approvals/approval_document.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// OK when that person may decide approvals here; else PERMISSION_DENIED naming the setting. Thread-safe.
using MayDecide = std::function<absl::Status(const v1::Actor&)>;

// INVALID_ARGUMENT unless the request is a decision, its texts are UTF-8 of bounded size and its remarks are well
// formed. Together the texts have at most 1 MiB.
absl::Status CheckDecision(const v1::ApprovalUpdateRequest& request);

// The decision that a checked request asks for; remarks without a time get `now`.
ApprovalDecision ToDecision(const v1::ApprovalUpdateRequest& request, absl::Time now, const v1::Actor& by);

// FAILED_PRECONDITION, with who and when, for an approval that is not pending.
absl::Status AlreadyDecidedError(const v1::Approval& approval);

// OK when the decision may be taken back: there is one, it is at most `window` old and the coding agent has not
// confirmed it. Else FAILED_PRECONDITION that says why not.
absl::Status CheckUndo(const ApprovalDocument& document, absl::Time now, absl::Duration window);

// Why a snapshot is taken before this decision: "approved", "rejected", "revision_requested".
absl::string_view SnapshotTrigger(v1::ApprovalStatus decision);

// What the audit says of it: "approved", "rejected", "asked for a revision of".
absl::string_view DecisionVerb(v1::ApprovalStatus decision);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_DECISION_RULES_H_
