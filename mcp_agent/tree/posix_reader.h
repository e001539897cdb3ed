// The reading half of a tree on a Linux file system. `path` is well formed. Functions are thread-safe.
#ifndef SPECRELAY_MCP_AGENT_TREE_POSIX_READER_H_
#define SPECRELAY_MCP_AGENT_TREE_POSIX_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/tree.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {

// As the methods of Tree.
absl::StatusOr<FileContent> PosixRead(const PosixRoot& root, absl::string_view path, int64_t max_bytes);
absl::StatusOr<std::string> PosixReadFrom(const PosixRoot& root, absl::string_view path, int64_t offset,
                                          int64_t max_bytes);
absl::StatusOr<FileStat> PosixDescribe(const PosixRoot& root, absl::string_view path);
absl::StatusOr<std::vector<DirectoryEntry>> PosixList(const PosixRoot& root, absl::string_view path);

// PosixDescribe() of many paths, which keeps the directory of the last one open for the next. Not thread-safe.
class PosixDescriber {
 public:
  // `root` must outlive it.
  explicit PosixDescriber(const PosixRoot& root) : root_(root) {}

  absl::StatusOr<FileStat> Describe(absl::string_view path);

 private:
  const PosixRoot& root_;
  std::string directory_path_;
  UniqueFd directory_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_POSIX_READER_H_
