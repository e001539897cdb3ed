// What a file was before a write changed it, in the words of the journal.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_CONTENT_HASH_H_
#define SPECRELAY_MCP_AGENT_LEDGER_CONTENT_HASH_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/file_hash.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// Stands for the hash of a file that is too large to be read.
inline constexpr char kUnreadHash[] = "unread";

// Larger files are not read: the lock is held meanwhile.
inline constexpr int64_t kMaxHashedBytes = int64_t{1} << 30;

// Hash of the file's content; "" when there is no file, kUnreadHash when it is over kMaxHashedBytes.
inline absl::StatusOr<std::string> ContentHash(const Tree& tree, absl::string_view path) {
  absl::StatusOr<HashedFile> content = HashFile(tree, path, kMaxHashedBytes);
  if (content.ok()) return std::move(content->hash);
  if (absl::IsNotFound(content.status())) return std::string();
  if (absl::IsResourceExhausted(content.status())) return std::string(kUnreadHash);
  return content.status();
}

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_CONTENT_HASH_H_
