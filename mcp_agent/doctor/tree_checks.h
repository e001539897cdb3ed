// Whether a project's tree can be worked in. Leaves nothing behind, and makes no tree where there is none. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_DOCTOR_TREE_CHECKS_H_
#define SPECRELAY_MCP_AGENT_DOCTOR_TREE_CHECKS_H_

#include <string>

#include "mcp_agent/doctor/check.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// Checks "project" (is there, which one in a git worktree), "openat2" (the kernel can restrict paths), "tree" (is
// there, its permissions), "reading" and "writing". Ends early where the rest would be pointless. `path` gets the
// project's path, or "" when there is none.
Checks CheckProject(const std::string& directory, bool share_main_tree, std::string& path);

// Directories of the tree, itself included, as far as they can be listed; at most `limit`.
int CountDirectories(const Tree& tree, int limit);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_DOCTOR_TREE_CHECKS_H_
