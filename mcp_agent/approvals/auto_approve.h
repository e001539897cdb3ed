// The setting that grants approvals without a person, kept in the tree's `settings.json`:
// {"autoApprove": {"enabled": true, "by": {"account": …, "keyName": …, "client": …}, "at": …}}.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_AUTO_APPROVE_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_AUTO_APPROVE_H_

#include "absl/status/statusor.h"
#include "mcp_agent/approvals/damage_log.h"
#include "mcp_agent/approvals/decision_rules.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

struct AutoApproveState {
  bool enabled = false;
  v1::Actor by;  // who switched it last
};

// The setting as `tree` has it. A settings file that is damaged or cannot be read grants nothing, and is reported.
AutoApproveState ReadAutoApprove(const Tree& tree, DamageLog& damage);

// One method for each command. Thread-safe; does not own what it is given.
class AutoApproveStore {
 public:
  // To switch it is to decide, so `may_decide` is asked; empty allows everybody.
  AutoApproveStore(const Tree& tree, DamageLog& damage, MayDecide may_decide);

  absl::StatusOr<v1::AutoApproveGetResponse> Get(const v1::AutoApproveGetRequest& request) const;

  // Keeps the other settings. FAILED_PRECONDITION when the settings file is damaged: it may hold what nobody else has.
  absl::StatusOr<v1::AutoApproveSetResponse> Set(Transaction& tx, const v1::AutoApproveSetRequest& request) const;

 private:
  const Tree& tree_;
  DamageLog& damage_;
  const MayDecide may_decide_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_AUTO_APPROVE_H_
