// New content for a tree on a Linux file system that comes in parts.
#ifndef SPECRELAY_MCP_AGENT_TREE_POSIX_INCOMING_FILE_H_
#define SPECRELAY_MCP_AGENT_TREE_POSIX_INCOMING_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// A file without a name for content of `path`, on the file system of the innermost directory above it that exists;
// nullptr when that file system has no such files. Thread-safe, as are the others.
absl::StatusOr<std::unique_ptr<IncomingFile>> PosixOpenUnnamed(const PosixRoot& root, absl::string_view path,
                                                               int64_t max_bytes);

// A temporary file in `directory`, which is made when missing, for content of what messages show as `shown`.
absl::StatusOr<std::unique_ptr<IncomingFile>> PosixOpenNamed(const PosixRoot& root, absl::string_view directory,
                                                             std::string shown, int64_t max_bytes);

// As Tree::StageIncoming(), for content of either.
absl::StatusOr<StagedFile> PosixStageIncoming(const PosixRoot& root, absl::string_view path, IncomingFile& content);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_POSIX_INCOMING_FILE_H_
