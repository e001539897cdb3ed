// What a cleanup may move, and whether its time has come. All functions only read; thread-safe.
#ifndef SPECRELAY_MCP_AGENT_JOBS_CLEANUP_ITEMS_H_
#define SPECRELAY_MCP_AGENT_JOBS_CLEANUP_ITEMS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

enum class CleanupKind { kApprovals, kSpecs, kArchivedSpecs };

// Paths in the tree of everything of that kind, due or not; none where the tree lacks its directory.
absl::StatusOr<std::vector<std::string>> ListCleanupItems(const Tree& tree, CleanupKind kind);

// Whether the item at `path` is old enough: settled before `before`. False when it is gone. FAILED_PRECONDITION for an
// approval whose file is damaged.
absl::StatusOr<bool> IsDueForCleanup(const Tree& tree, CleanupKind kind, absl::string_view path, absl::Time before);

// Where it goes. ALREADY_EXISTS when the archive has a spec of that name.
absl::StatusOr<std::string> CleanupTarget(const Tree& tree, CleanupKind kind, absl::string_view path, absl::Time now);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_CLEANUP_ITEMS_H_
