// The commands on the implementation logs of active specs.
#ifndef SPECRELAY_MCP_AGENT_LOGS_IMPLEMENTATION_LOG_STORE_H_
#define SPECRELAY_MCP_AGENT_LOGS_IMPLEMENTATION_LOG_STORE_H_

#include "absl/status/statusor.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/logs/log_cache.h"
#include "mcp_agent/logs/log_reader.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"
#include "specrelay/v1/implementation_log.pb.h"

namespace specrelay {

// One method for each command. Cheap to make. Thread-safe; does not own what it is given. Errors besides the tree's:
// INVALID_ARGUMENT for a name that cannot be a spec's, NOT_FOUND for a spec that does not exist.
class ImplementationLogStore {
 public:
  ImplementationLogStore(const Tree& tree, const EnforcedPolicy& policy, LogCache& cache, const Clock& clock);

  // Damaged files are logged and left out.
  absl::StatusOr<v1::ImplLogReadResponse> Read(const v1::ImplLogReadRequest& request) const;
  absl::StatusOr<v1::ImplLogSearchResponse> Search(const v1::ImplLogSearchRequest& request) const;
  absl::StatusOr<v1::ImplLogTaskStatsResponse> TaskStats(const v1::ImplLogTaskStatsRequest& request) const;

  // INVALID_ARGUMENT for an entry that is not whole or not sound, RESOURCE_EXHAUSTED when the log would be larger than
  // the policy allows, FAILED_PRECONDITION when the log on disk is damaged: it is then left as it is.
  absl::StatusOr<v1::ImplLogAddResponse> Add(Transaction& transaction, const v1::ImplLogAddRequest& request) const;

 private:
  const Tree& tree_;
  const EnforcedPolicy& policy_;
  const LogReader reader_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LOGS_IMPLEMENTATION_LOG_STORE_H_
