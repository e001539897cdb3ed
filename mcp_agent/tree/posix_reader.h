// The reading half of a tree on a Linux file system. `path` is well formed. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_TREE_POSIX_READER_H_
#define SPECRELAY_MCP_AGENT_TREE_POSIX_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// As the methods of Tree.
absl::StatusOr<FileContent> PosixRead(const PosixRoot& root, absl::string_view path, int64_t max_bytes);
absl::StatusOr<std::string> PosixReadFrom(const PosixRoot& root, absl::string_view path, int64_t offset,
                                          int64_t max_bytes);
absl::StatusOr<FileStat> PosixDescribe(const PosixRoot& root, absl::string_view path);
absl::StatusOr<std::vector<DirectoryEntry>> PosixList(const PosixRoot& root, absl::string_view path);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_POSIX_READER_H_
