#include "mcp_agent/specs/document_reader.h"

#include <utility>

#include "mcp_agent/tree/utf8.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

template <typename T>
absl::StatusOr<absl::optional<T>> AbsentWhenNotFound(absl::StatusOr<T> result) {
  if (result.ok()) return absl::optional<T>(*std::move(result));
  if (absl::IsNotFound(result.status())) return absl::optional<T>();
  return std::move(result).status();
}

}  // namespace

absl::StatusOr<absl::optional<FileContent>> ReadIfExists(const Tree& tree, absl::string_view path, int64_t max_bytes) {
  return AbsentWhenNotFound(tree.Read(path, max_bytes));
}

absl::StatusOr<absl::optional<FileStat>> StatIfExists(const Tree& tree, absl::string_view path) {
  return IfExists(tree.Stat(path));
}

absl::StatusOr<absl::optional<FileStat>> IfExists(absl::StatusOr<FileStat> stat) {
  return AbsentWhenNotFound(std::move(stat));
}

v1::FileVersion ToFileVersion(absl::string_view hash, const FileStat& stat) {
  v1::FileVersion version;
  version.set_hash(std::string(hash));
  version.set_size_bytes(stat.size_bytes);
  *version.mutable_last_modified() = ToProto(stat.last_modified);
  return version;
}

v1::DocumentContent ToDocumentContent(const FileContent& content) {
  v1::DocumentContent document;
  document.set_content(ReplaceInvalidUtf8(content.bytes));
  *document.mutable_version() = ToFileVersion(content.hash, content.stat);
  return document;
}

}  // namespace specrelay
