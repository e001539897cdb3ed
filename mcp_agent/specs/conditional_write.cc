#include "mcp_agent/specs/conditional_write.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/specs/document_reader.h"
#include "mcp_agent/tree/file_hash.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

std::string ConflictMessage(absl::string_view path, absl::string_view current_hash) {
  if (current_hash.empty()) {
    return absl::StrCat("'", path, "' does not exist, so it is not what the change was based on; read it again and ",
                        "send the change without base_hash, or with an empty one, to create it");
  }
  return absl::StrCat("'", path, "' has changed since it was read; merge the change into the current content and ",
                      "send it with the base_hash ", current_hash);
}

absl::Status Conflict(absl::string_view path, absl::string_view current_hash, absl::string_view current) {
  return ConflictError(ConflictMessage(path, current_hash), path, current_hash, current);
}

absl::Status ConflictWithoutContent(absl::string_view path, absl::string_view current_hash) {
  v1::CommandError error = ToCommandError(Conflict(path, current_hash, ""));
  error.mutable_conflict()->set_content_omitted(true);
  return FromCommandError(error);
}

}  // namespace

namespace {

// As the other CheckBaseHash(), for a file of any size, whose content is read whole only when a conflict tells of it.
absl::Status CheckBaseHash(const Tree& tree, absl::string_view path, absl::string_view base_hash) {
  const absl::StatusOr<HashedFile> current = HashFile(tree, path, std::numeric_limits<int64_t>::max());
  if (absl::IsNotFound(current.status())) return base_hash.empty() ? absl::OkStatus() : Conflict(path, "", "");
  RETURN_IF_ERROR(current.status());
  if (base_hash == current->hash) return absl::OkStatus();
  absl::StatusOr<FileContent> content = tree.Read(path, kReadAtOnceBytes);
  if (content.ok()) return Conflict(path, content->hash, content->bytes);
  return ConflictWithoutContent(path, current->hash);
}

}  // namespace

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

absl::StatusOr<v1::FileVersion> WriteVersion(Transaction& transaction, const EnforcedPolicy& policy,
                                             absl::string_view path, absl::string_view bytes) {
  RETURN_IF_ERROR(policy.CheckWriteSize(path, static_cast<int64_t>(bytes.size())));
  ASSIGN_OR_RETURN(const FileStat written, transaction.Write(path, bytes));
  return ToFileVersion(Sha256Hex(bytes), written);
}

absl::StatusOr<WrittenFile> WriteConditionally(Transaction& transaction, const EnforcedPolicy& policy,
                                               const FileWrite& write) {
  ASSIGN_OR_RETURN(const absl::optional<FileStat> stat, StatIfExists(transaction.tree(), write.path));
  if (write.base_hash.has_value()) {
    // Not read without need: a file that is too large to be read may still be replaced.
    ASSIGN_OR_RETURN(const absl::optional<FileContent> current,
                     ReadIfExists(transaction.tree(), write.path, policy.max_file_bytes()));
    RETURN_IF_ERROR(CheckBaseHash(write.path, write.base_hash, current));
  }
  ASSIGN_OR_RETURN(v1::FileVersion version, WriteVersion(transaction, policy, write.path, write.bytes));
  return WrittenFile{std::move(version), /*created=*/!stat.has_value()};
}

absl::StatusOr<WrittenFile> WriteIncomingConditionally(Transaction& transaction, absl::string_view path,
                                                       absl::optional<absl::string_view> base_hash,
                                                       IncomingFile& content) {
  ASSIGN_OR_RETURN(const absl::optional<FileStat> stat, StatIfExists(transaction.tree(), path));
  if (base_hash.has_value()) RETURN_IF_ERROR(CheckBaseHash(transaction.tree(), path, *base_hash));
  ASSIGN_OR_RETURN(const FileStat written, transaction.WriteIncoming(path, content));
  return WrittenFile{ToFileVersion(content.hash(), written), /*created=*/!stat.has_value()};
}

}  // namespace specrelay
