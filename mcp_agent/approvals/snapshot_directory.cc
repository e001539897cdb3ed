#include "mcp_agent/approvals/snapshot_directory.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/approvals/approval_document.h"
#include "mcp_agent/approvals/document_path.h"
#include "mcp_agent/approvals/snapshot_document.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/specs/document_reader.h"
#include "mcp_agent/specs/names.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kHashDigits = 16;
// With the hash it stays below what a component may have.
constexpr size_t kMaxBaseBytes = 200;
// Snapshots that are asked whose they are.
constexpr size_t kMaxWitnesses = 20;

bool IsSameFile(const SnapshotOwner& owner, absl::string_view stated) {
  const absl::StatusOr<std::string> path = ProjectRelativePath(owner.project_path, stated);
  return path.ok() && *path == owner.file_path;
}

// The file that the approval of a snapshot is about, if both can be read.
absl::optional<std::string> FileOfSnapshot(const Tree& tree, absl::string_view category_name, absl::string_view path) {
  const absl::StatusOr<FileContent> file = tree.Read(path, kDefaultMaxFileBytes);
  if (!file.ok()) return absl::nullopt;
  const absl::StatusOr<v1::ApprovalSnapshot> snapshot = SnapshotFromJson(path, file->bytes);
  if (!snapshot.ok() || !CheckName("approval id", snapshot->approval_id()).ok()) return absl::nullopt;
  const std::string approval_path = ApprovalPath(category_name, snapshot->approval_id());
  const absl::StatusOr<FileContent> approval = tree.Read(approval_path, kMaxApprovalFileBytes);
  if (!approval.ok()) return absl::nullopt;
  const absl::StatusOr<ApprovalDocument> document = ApprovalDocument::Parse(approval_path, approval->bytes);
  if (!document.ok()) return absl::nullopt;
  return document->approval().file_path();
}

// Whether what `directory` says of itself speaks of another file. Without any word it is taken for the file's own.
absl::StatusOr<bool> BelongsToAnother(const Tree& tree, const SnapshotOwner& owner, absl::string_view directory) {
  ASSIGN_OR_RETURN(const SnapshotIndex index, ReadSnapshotIndex(tree, directory));
  if (!index.json.is_null()) return !IsSameFile(owner, StringAt(index.json, "filePath").value_or(""));
  ASSIGN_OR_RETURN(std::vector<int> versions, ListSnapshotVersions(tree, directory));
  std::reverse(versions.begin(), versions.end());
  if (versions.size() > kMaxWitnesses) versions.resize(kMaxWitnesses);
  for (const int version : versions) {
    const std::string path = JoinPath(directory, SnapshotFileName(version));
    const absl::optional<std::string> file = FileOfSnapshot(tree, owner.category_name, path);
    if (file.has_value()) return !IsSameFile(owner, *file);
  }
  return false;
}

absl::string_view CutAtCharacter(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xC0) == 0x80) --max_bytes;
  return text.substr(0, max_bytes);
}

}  // namespace

absl::StatusOr<SnapshotIndex> ReadSnapshotIndex(const Tree& tree, absl::string_view directory) {
  const std::string path = JoinPath(directory, "metadata.json");
  ASSIGN_OR_RETURN(absl::optional<FileContent> file, ReadIfExists(tree, path, kDefaultMaxFileBytes));
  SnapshotIndex index;
  if (!file.has_value()) return index;
  absl::StatusOr<nlohmann::ordered_json> json = ParseJsonObject(path, file->bytes);
  if (json.ok() && StringAt(*json, "filePath").has_value() && ArrayAt(*json, "snapshots") != nullptr) {
    index.json = *std::move(json);
  } else {
    index.damaged_bytes = std::move(file->bytes);
  }
  return index;
}

absl::StatusOr<std::vector<int>> ListSnapshotVersions(const Tree& tree, absl::string_view directory) {
  std::vector<int> versions;
  const absl::StatusOr<std::vector<DirectoryEntry>> entries = tree.List(directory);
  if (absl::IsNotFound(entries.status())) return versions;
  RETURN_IF_ERROR(entries.status());
  for (const DirectoryEntry& entry : *entries) {
    const absl::optional<int> version = SnapshotVersionOf(entry.name);
    if (version.has_value() && !entry.is_directory) versions.push_back(*version);
  }
  std::sort(versions.begin(), versions.end());
  return versions;
}

absl::StatusOr<std::string> SnapshotDirectory(const Tree& tree, const SnapshotOwner& owner) {
  const std::string parent = absl::StrCat("approvals/", owner.category_name, "/.snapshots");
  const absl::string_view base = BaseName(owner.file_path);
  const std::string common = JoinPath(parent, base);
  const std::string own = absl::StrCat(parent, "/", CutAtCharacter(base, kMaxBaseBytes), "-",
                                       Sha256Hex(owner.file_path).substr(0, kHashDigits));
  ASSIGN_OR_RETURN(const absl::optional<FileStat> own_stat, StatIfExists(tree, own));
  if (own_stat.has_value()) return own;
  ASSIGN_OR_RETURN(const bool taken, BelongsToAnother(tree, owner, common));
  return taken ? own : common;
}

}  // namespace specrelay
