// Which file an approval is about. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_DOCUMENT_PATH_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_DOCUMENT_PATH_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace specrelay {

// The path relative to the project that `file_path` of an approval means: without "./" at its start, and without the
// project's own path, which some tools state. PERMISSION_DENIED for a path out of the project, INVALID_ARGUMENT for one
// that is not well formed.
absl::StatusOr<std::string> ProjectRelativePath(absl::string_view project_path, absl::string_view file_path);

// "specs/a/tasks.md" of ".spec-context/specs/a/tasks.md"; nothing for a path outside of the tree. `relative` is a
// ProjectRelativePath().
absl::optional<absl::string_view> PathInTree(absl::string_view relative);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_DOCUMENT_PATH_H_
