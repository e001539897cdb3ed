#include "mcp_agent/approvals/approval_files.h"

#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "mcp_agent/specs/names.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr char kDirectory[] = "approvals";

// Nothing when there is no such directory.
absl::StatusOr<std::vector<DirectoryEntry>> ListIfExists(const Tree& tree, absl::string_view path) {
  absl::StatusOr<std::vector<DirectoryEntry>> entries = tree.List(path);
  if (absl::IsNotFound(entries.status())) return std::vector<DirectoryEntry>();
  return entries;
}

absl::StatusOr<std::vector<std::string>> ListCategoryNames(const Tree& tree) {
  ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> entries, ListIfExists(tree, kDirectory));
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : entries) {
    if (entry.is_directory && !absl::StartsWith(entry.name, ".")) names.push_back(entry.name);
  }
  return names;
}

absl::StatusOr<ApprovalDocument> ReadApproval(const Tree& tree, absl::string_view path) {
  ASSIGN_OR_RETURN(const FileContent file, tree.Read(path, kMaxApprovalFileBytes));
  return ApprovalDocument::Parse(path, file.bytes);
}

bool IsNewer(const v1::Approval& a, const v1::Approval& b) {
  const absl::Time at_a = FromProto(a.created_at());
  const absl::Time at_b = FromProto(b.created_at());
  return at_a != at_b ? at_a > at_b : a.id() > b.id();
}

}  // namespace

absl::Status NoSuchApprovalError(absl::string_view id) {
  return absl::NotFoundError(absl::StrCat("Approval ", id, " not found"));
}

absl::StatusOr<ApprovalDocument> FindApproval(const Tree& tree, absl::string_view id) {
  RETURN_IF_ERROR(CheckName("approval id", id));
  ASSIGN_OR_RETURN(const std::vector<std::string> categories, ListCategoryNames(tree));
  for (const std::string& category : categories) {
    absl::StatusOr<ApprovalDocument> document = ReadApproval(tree, ApprovalPath(category, id));
    if (!absl::IsNotFound(document.status())) return document;
  }
  return NoSuchApprovalError(id);
}

absl::StatusOr<std::vector<v1::Approval>> ListApprovalsIn(const Tree& tree, DamageLog& damage,
                                                          absl::string_view category_name) {
  ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> entries,
                   ListIfExists(tree, absl::StrCat(kDirectory, "/", category_name)));
  std::vector<v1::Approval> approvals;
  for (const DirectoryEntry& entry : entries) {
    absl::string_view id = entry.name;
    if (entry.is_directory || !absl::ConsumeSuffix(&id, ".json") || !CheckName("approval id", id).ok()) continue;
    const std::string path = ApprovalPath(category_name, id);
    const absl::StatusOr<ApprovalDocument> document = ReadApproval(tree, path);
    if (document.ok()) {
      approvals.push_back(document->approval());
    } else if (!absl::IsNotFound(document.status())) {
      damage.Report(path, document.status());
    }
  }
  return approvals;
}

absl::StatusOr<std::vector<v1::Approval>> ListApprovals(const Tree& tree, DamageLog& damage) {
  ASSIGN_OR_RETURN(const std::vector<std::string> categories, ListCategoryNames(tree));
  std::vector<v1::Approval> approvals;
  for (const std::string& category : categories) {
    ASSIGN_OR_RETURN(std::vector<v1::Approval> more, ListApprovalsIn(tree, damage, category));
    absl::c_move(more, std::back_inserter(approvals));
  }
  absl::c_sort(approvals, IsNewer);
  return approvals;
}

}  // namespace specrelay
