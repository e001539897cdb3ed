// The hash of a file, however large, in little memory.
#ifndef SPECRELAY_MCP_AGENT_TREE_FILE_HASH_H_
#define SPECRELAY_MCP_AGENT_TREE_FILE_HASH_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// Files up to this size are read at once.
constexpr int64_t kReadAtOnceBytes = int64_t{1} << 20;

struct HashedFile {
  std::string hash;  // SHA-256, 64 lower-case hexadecimal digits
  FileStat stat;     // of the very file that was read
};

// Reads the regular file at `path`, of at most `max_bytes`, in blocks. Errors are the tree's; ABORTED when it was
// changed in place meanwhile. Thread-safe.
absl::StatusOr<HashedFile> HashFile(const Tree& tree, absl::string_view path, int64_t max_bytes);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_FILE_HASH_H_
