#include "mcp_agent/tree/file_hash.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "mcp_agent/tree/tree_errors.h"
#include "proto/support/sha256_stream.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr int64_t kBlockBytes = int64_t{256} << 10;

}  // namespace

absl::StatusOr<HashedFile> HashFile(const Tree& tree, absl::string_view path, int64_t max_bytes) {
  absl::StatusOr<FileContent> small = tree.Read(path, std::min(max_bytes, kReadAtOnceBytes));
  if (small.ok()) return HashedFile{std::move(small->hash), small->stat};
  if (!absl::IsResourceExhausted(small.status()) || max_bytes <= kReadAtOnceBytes) return small.status();
  ASSIGN_OR_RETURN(const std::unique_ptr<OpenFile> file, tree.OpenToRead(path));
  HashedFile hashed;
  hashed.stat = file->stat();
  if (hashed.stat.size_bytes > max_bytes) return FileTooLargeError(path, hashed.stat.size_bytes, max_bytes);
  Sha256Stream digest;
  int64_t size_bytes = 0;
  // No further than it was long: one that grows faster than it is read would have no end.
  while (size_bytes <= hashed.stat.size_bytes) {
    ASSIGN_OR_RETURN(const std::string block, file->ReadNext(kBlockBytes));
    if (block.empty()) break;
    digest.Update(block);
    size_bytes += static_cast<int64_t>(block.size());
  }
  RETURN_IF_ERROR(file->CheckUnchanged());
  hashed.hash = digest.HexDigest();
  return hashed;
}

}  // namespace specrelay
