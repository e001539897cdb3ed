// A file of a tree on a Linux file system that is read in parts.
#ifndef SPECRELAY_MCP_AGENT_TREE_POSIX_OPEN_FILE_H_
#define SPECRELAY_MCP_AGENT_TREE_POSIX_OPEN_FILE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// As Tree::OpenToRead(). `path` is well formed. Thread-safe.
absl::StatusOr<std::unique_ptr<OpenFile>> PosixOpenToRead(const PosixRoot& root, absl::string_view path);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_POSIX_OPEN_FILE_H_
