// The commands on steering documents.
#ifndef SPECRELAY_MCP_AGENT_SPECS_STEERING_STORE_H_
#define SPECRELAY_MCP_AGENT_SPECS_STEERING_STORE_H_

#include "absl/status/statusor.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/steering.pb.h"

namespace specrelay {

// One method for each command. Thread-safe; does not own what it is given. Errors besides the tree's: INVALID_ARGUMENT
// for a document that is none.
class SteeringStore {
 public:
  SteeringStore(const Tree& tree, const EnforcedPolicy& policy);

  absl::StatusOr<v1::SteeringReadResponse> Read(const v1::SteeringReadRequest& request) const;
  absl::StatusOr<v1::SteeringStatusResponse> Status(const v1::SteeringStatusRequest& request) const;
  absl::StatusOr<v1::SteeringWriteResponse> Write(Transaction& transaction,
                                                  const v1::SteeringWriteRequest& request) const;

 private:
  const Tree& tree_;
  const EnforcedPolicy& policy_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SPECS_STEERING_STORE_H_
