#include "mcp_agent/commands/conditional_write.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mcp_agent/specs/document_reader.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr absl::Duration kLockTimeout = absl::Seconds(10);

absl::Status Conflict(absl::string_view path, absl::string_view current_hash, absl::string_view current) {
  return ConflictError(
      current_hash.empty()
          ? absl::StrCat("'", path, "' does not exist, so it is not what the change was based on; read it again and ",
                         "send the change without base_hash, or with an empty one, to create it")
          : absl::StrCat("'", path, "' has changed since it was read; merge the change into the current content and ",
                         "send it with the base_hash ", current_hash),
      path, current_hash, current);
}

// The content that the write is compared with: read when a base hash asks for it, or when equal length suggests that
// there is nothing to write. A file that is too large to be read may still be replaced.
absl::StatusOr<absl::optional<FileContent>> ReadForComparison(const Tree& tree, const FileWrite& write,
                                                              const FileStat& current, int64_t max_bytes) {
  if (!write.base_hash.has_value() && current.size_bytes != static_cast<int64_t>(write.bytes.size())) {
    return absl::optional<FileContent>();
  }
  return ReadIfExists(tree, write.path, max_bytes);
}

}  // namespace

absl::StatusOr<std::unique_ptr<TreeLock>> LockForWriting(Tree& tree) {
  absl::StatusOr<std::unique_ptr<TreeLock>> lock = tree.Lock(kLockTimeout);
  // DEADLINE_EXCEEDED would tell the client that the write may have happened.
  if (!lock.ok() && absl::IsDeadlineExceeded(lock.status())) {
    return absl::UnavailableError(
        absl::StrCat("another process has held the tree's writer lock for ", absl::FormatDuration(kLockTimeout),
                     "; nothing was written: retry, and look for a stuck agent if it persists"));
  }
  return lock;
}

absl::Status CheckText(absl::string_view text) {
  if (IsValidUtf8(text)) return absl::OkStatus();
  return absl::InvalidArgumentError("the content is not valid UTF-8; send text, or use file-write for other bytes");
}

absl::Status CheckBaseHash(absl::string_view path, absl::optional<absl::string_view> base_hash,
                           const absl::optional<FileContent>& current) {
  if (!base_hash.has_value()) return absl::OkStatus();
  if (!current.has_value()) return base_hash->empty() ? absl::OkStatus() : Conflict(path, "", "");
  return *base_hash == current->hash ? absl::OkStatus() : Conflict(path, current->hash, current->bytes);
}

absl::Status CheckBeforeLock(const Tree& tree, const EnforcedPolicy& policy, const FileWrite& write) {
  RETURN_IF_ERROR(policy.CheckWriteSize(write.path, static_cast<int64_t>(write.bytes.size())));
  ASSIGN_OR_RETURN(const absl::optional<FileStat> current, StatIfExists(tree, write.path));
  if (current.has_value()) return absl::OkStatus();
  return CheckBaseHash(write.path, write.base_hash, absl::nullopt);
}

absl::StatusOr<v1::FileVersion> WriteVersion(Tree& tree, const TreeLock& lock, const EnforcedPolicy& policy,
                                             absl::string_view path, absl::string_view bytes) {
  RETURN_IF_ERROR(policy.CheckWriteSize(path, static_cast<int64_t>(bytes.size())));
  ASSIGN_OR_RETURN(const FileStat written, tree.Write(lock, path, bytes));
  return ToFileVersion(Sha256Hex(bytes), written);
}

absl::StatusOr<WrittenFile> WriteUnderLock(Tree& tree, const TreeLock& lock, const EnforcedPolicy& policy,
                                           const FileWrite& write) {
  ASSIGN_OR_RETURN(const absl::optional<FileStat> stat, StatIfExists(tree, write.path));
  absl::optional<FileContent> current;
  if (stat.has_value()) {
    ASSIGN_OR_RETURN(current, ReadForComparison(tree, write, *stat, policy.max_file_bytes()));
  }
  RETURN_IF_ERROR(CheckBaseHash(write.path, write.base_hash, current));
  if (current.has_value() && current->bytes == write.bytes) {
    return WrittenFile{ToFileVersion(current->hash, current->stat), /*created=*/false};
  }
  ASSIGN_OR_RETURN(v1::FileVersion version, WriteVersion(tree, lock, policy, write.path, write.bytes));
  return WrittenFile{std::move(version), /*created=*/!stat.has_value()};
}

absl::StatusOr<WrittenFile> ConditionalWrite(Tree& tree, const EnforcedPolicy& policy, const FileWrite& write) {
  RETURN_IF_ERROR(CheckBeforeLock(tree, policy, write));
  ASSIGN_OR_RETURN(const std::unique_ptr<TreeLock> lock, LockForWriting(tree));
  return WriteUnderLock(tree, *lock, policy, write);
}

}  // namespace specrelay
