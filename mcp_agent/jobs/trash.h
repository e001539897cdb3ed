// What cleanups took away, for a week: `.specrelay/trash/<YYYY-MM-DD>/<path it had>` of a project's tree.
#ifndef SPECRELAY_MCP_AGENT_JOBS_TRASH_H_
#define SPECRELAY_MCP_AGENT_JOBS_TRASH_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// Where what is at `path` goes when it is thrown away at `now` (a day in UTC). When something is there already, "-2"
// and so on is added. RESOURCE_EXHAUSTED when a hundred such are.
absl::StatusOr<std::string> TrashPath(const Tree& tree, absl::string_view path, absl::Time now);

// Removes for good what was thrown away more than 7 days before `now`: at most `max_removals` files and directories in
// a call, with the tree's lock for a hundred at a time. Does nothing where there is no trash.
absl::Status PurgeTrash(Tree& tree, absl::Time now, int max_removals = 10'000);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_TRASH_H_
