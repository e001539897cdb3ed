#include "mcp_agent/jobs/cleanup_items.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/approvals/approval_document.h"
#include "mcp_agent/jobs/trash.h"
#include "mcp_agent/specs/spec_layout.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr char kApprovalsDirectory[] = "approvals";

// The entries of a directory that may be missing.
absl::StatusOr<std::vector<DirectoryEntry>> ListIfExists(const Tree& tree, absl::string_view path) {
  absl::StatusOr<std::vector<DirectoryEntry>> entries = tree.List(path);
  if (absl::IsNotFound(entries.status())) return std::vector<DirectoryEntry>();
  return entries;
}

absl::StatusOr<std::vector<std::string>> ListApprovals(const Tree& tree) {
  std::vector<std::string> paths;
  ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> categories, ListIfExists(tree, kApprovalsDirectory));
  for (const DirectoryEntry& category : categories) {
    if (!category.is_directory || absl::StartsWith(category.name, ".")) continue;
    const std::string directory = JoinPath(kApprovalsDirectory, category.name);
    ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> files, ListIfExists(tree, directory));
    for (const DirectoryEntry& file : files) {
      const bool is_approval =
          !file.is_directory && absl::EndsWith(file.name, ".json") && !absl::StartsWith(file.name, ".");
      if (is_approval) paths.push_back(JoinPath(directory, file.name));
    }
  }
  return paths;
}

absl::StatusOr<std::vector<std::string>> ListSpecs(const Tree& tree, SpecShelf shelf) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListSpecNames(tree, shelf));
  std::vector<std::string> paths;
  for (const std::string& name : names) paths.push_back(SpecPath(shelf, name));
  return paths;
}

absl::StatusOr<bool> IsDueApproval(const Tree& tree, absl::string_view path, absl::Time before) {
  const absl::StatusOr<FileContent> content = tree.Read(path, kMaxApprovalFileBytes);
  if (absl::IsNotFound(content.status())) return false;
  if (!content.ok()) return content.status();
  ASSIGN_OR_RETURN(const ApprovalDocument document, ApprovalDocument::Parse(path, content->bytes));
  const v1::Approval& approval = document.approval();
  const bool decided = approval.status() == v1::APPROVAL_STATUS_APPROVED ||
                       approval.status() == v1::APPROVAL_STATUS_REJECTED ||
                       approval.status() == v1::APPROVAL_STATUS_NEEDS_REVISION;
  if (!decided) return false;
  if (approval.has_responded_at()) return FromProto(approval.responded_at()) < before;
  return approval.has_created_at() && FromProto(approval.created_at()) < before;
}

absl::StatusOr<bool> IsDueSpec(const Tree& tree, SpecShelf shelf, absl::string_view path, absl::Time before) {
  absl::optional<absl::Time> newest;
  for (const v1::SpecDocument document :
       {v1::SPEC_DOCUMENT_REQUIREMENTS, v1::SPEC_DOCUMENT_DESIGN, v1::SPEC_DOCUMENT_TASKS}) {
    const absl::StatusOr<FileStat> stat = tree.Stat(SpecDocumentPath(shelf, BaseName(path), document));
    if (absl::IsNotFound(stat.status())) continue;
    if (!stat.ok()) return stat.status();
    newest = std::max(newest.value_or(absl::InfinitePast()), stat->last_modified);
  }
  if (newest.has_value()) return *newest < before;
  const absl::StatusOr<FileStat> directory = tree.Stat(path);
  if (absl::IsNotFound(directory.status())) return false;
  if (!directory.ok()) return directory.status();
  return directory->last_modified < before;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ListCleanupItems(const Tree& tree, CleanupKind kind) {
  switch (kind) {
    case CleanupKind::kApprovals:
      return ListApprovals(tree);
    case CleanupKind::kSpecs:
      return ListSpecs(tree, SpecShelf::kActive);
    case CleanupKind::kArchivedSpecs:
      break;
  }
  return ListSpecs(tree, SpecShelf::kArchived);
}

absl::StatusOr<bool> IsDueForCleanup(const Tree& tree, CleanupKind kind, absl::string_view path, absl::Time before) {
  switch (kind) {
    case CleanupKind::kApprovals:
      return IsDueApproval(tree, path, before);
    case CleanupKind::kSpecs:
      return IsDueSpec(tree, SpecShelf::kActive, path, before);
    case CleanupKind::kArchivedSpecs:
      break;
  }
  return IsDueSpec(tree, SpecShelf::kArchived, path, before);
}

absl::StatusOr<std::string> CleanupTarget(const Tree& tree, CleanupKind kind, absl::string_view path, absl::Time now) {
  if (kind != CleanupKind::kSpecs) return TrashPath(tree, path, now);
  const std::string target = SpecPath(SpecShelf::kArchived, BaseName(path));
  const absl::StatusOr<FileStat> there = tree.Stat(target);
  if (absl::IsNotFound(there.status())) return target;
  if (!there.ok()) return there.status();
  return absl::AlreadyExistsError(
      absl::StrCat("the archive has a spec ", BaseName(path), " already; rename one of the two"));
}

}  // namespace specrelay
