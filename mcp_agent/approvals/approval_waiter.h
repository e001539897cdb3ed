// Waiting for the decision on an approval.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_WAITER_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_WAITER_H_

#include "mcp_agent/waits/decision_waiter.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// How DecisionWaiter sees approvals.
struct ApprovalDecisions {
  using Subject = v1::Approval;
  using Request = v1::ApprovalWaitRequest;
  using Response = v1::ApprovalWaitResponse;

  static constexpr char kName[] = "approval";

  static bool IsDecided(const v1::Approval& approval) { return approval.status() != v1::APPROVAL_STATUS_PENDING; }
  static void Put(const v1::Approval& approval, v1::ApprovalWaitResponse& response) {
    *response.mutable_approval() = approval;
  }
};

using ApprovalWaiter = DecisionWaiter<ApprovalDecisions>;

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_WAITER_H_
