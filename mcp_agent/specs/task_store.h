// The commands on the tasks of active specs.
#ifndef SPECRELAY_MCP_AGENT_SPECS_TASK_STORE_H_
#define SPECRELAY_MCP_AGENT_SPECS_TASK_STORE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

// One method for each command. Thread-safe; does not own what it is given. Errors besides the tree's: INVALID_ARGUMENT
// for a name that cannot be a spec's, NOT_FOUND for a spec or a task that does not exist.
class TaskStore {
 public:
  TaskStore(const Tree& tree, const EnforcedPolicy& policy);

  // Without a tasks document: no tasks, and no version.
  absl::StatusOr<v1::TaskProgressResponse> Progress(const v1::TaskProgressRequest& request) const;

  absl::StatusOr<v1::TaskStatusUpdateResponse> UpdateStatus(Transaction& transaction,
                                                            const v1::TaskStatusUpdateRequest& request) const;

 private:
  const Tree& tree_;
  const EnforcedPolicy& policy_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SPECS_TASK_STORE_H_
