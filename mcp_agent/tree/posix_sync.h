// Waiting for the disk.
#ifndef SPECRELAY_MCP_AGENT_TREE_POSIX_SYNC_H_
#define SPECRELAY_MCP_AGENT_TREE_POSIX_SYNC_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "mcp_agent/tree/posix_files.h"

namespace specrelay {

// As Tree::Sync(); `paths` are well formed, and "" is `root` itself. Several files are synced on as many threads, up to
// a few: the disk then flushes its cache once for all of them, where one after another it would for each. Thread-safe.
absl::Status PosixSync(const PosixRoot& root, const std::vector<std::string>& paths);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_POSIX_SYNC_H_
