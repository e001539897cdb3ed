// Taking a tree's writer lock on behalf of a command.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_TREE_LOCK_H_
#define SPECRELAY_MCP_AGENT_LEDGER_TREE_LOCK_H_

#include <memory>

#include "absl/status/statusor.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// The tree's writer lock; UNAVAILABLE when another process or thread keeps it for more than 10 s.
absl::StatusOr<std::unique_ptr<TreeLock>> LockForWriting(Tree& tree);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_TREE_LOCK_H_
