// Removing what crashed writers left behind.
#ifndef SPECRELAY_MCP_AGENT_TREE_TEMP_SWEEP_H_
#define SPECRELAY_MCP_AGENT_TREE_TEMP_SWEEP_H_

#include "absl/time/time.h"
#include "mcp_agent/tree/posix_files.h"

namespace specrelay {

// Removes the regular files beneath `root` whose names are those of temporary files (IsTempFileName) and that were last
// modified before `older_than`; the caller holds the tree's lock. Goes through at most 10,000 directories and passes
// over what it cannot open. Returns how many it removed. Thread-safe.
int SweepTempFiles(const PosixRoot& root, absl::Time older_than);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_TEMP_SWEEP_H_
