#include "mcp_agent/analytics/approval_times.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/json/json_object.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr int64_t kMaxApprovalBytes = int64_t{4} << 20;

absl::StatusOr<std::vector<DirectoryEntry>> ListIfExists(const Tree& tree, absl::string_view path) {
  absl::StatusOr<std::vector<DirectoryEntry>> listing = tree.List(path);
  if (absl::IsNotFound(listing.status())) return std::vector<DirectoryEntry>();
  return listing;
}

absl::optional<ApprovalTimes::Status> StatusOf(absl::string_view name) {
  if (name == "pending") return ApprovalTimes::Status::kPending;
  if (name == "approved") return ApprovalTimes::Status::kApproved;
  if (name == "rejected") return ApprovalTimes::Status::kRejected;
  if (name == "needs-revision") return ApprovalTimes::Status::kNeedsRevision;
  return absl::nullopt;
}

void TakeFile(const Tree& tree, absl::string_view path, AllApprovalTimes& all) {
  const absl::StatusOr<FileContent> content = tree.Read(path, kMaxApprovalBytes);
  if (absl::IsNotFound(content.status())) return;  // deleted since it was listed
  const absl::StatusOr<nlohmann::ordered_json> json =
      content.ok() ? ParseJsonObject(path, content->bytes) : content.status();
  const absl::optional<ApprovalTimes::Status> status =
      json.ok() ? StatusOf(StringAt(*json, "status").value_or("")) : absl::nullopt;
  if (!status.has_value()) {
    ++all.damaged_files;
    return;
  }
  ApprovalTimes times{*status, TimeAt(*json, "createdAt"), absl::nullopt};
  if (*status != ApprovalTimes::Status::kPending) times.decided = TimeAt(*json, "respondedAt");
  all.approvals.push_back(times);
}

}  // namespace

absl::StatusOr<AllApprovalTimes> ReadApprovalTimes(const Tree& tree) {
  AllApprovalTimes all;
  ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> categories, ListIfExists(tree, "approvals"));
  for (const DirectoryEntry& category : categories) {
    if (!category.is_directory) continue;
    const std::string directory = absl::StrCat("approvals/", category.name);
    ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> files, ListIfExists(tree, directory));
    for (const DirectoryEntry& file : files) {
      if (file.is_directory || file.name[0] == '.' || !absl::EndsWith(file.name, ".json")) continue;
      TakeFile(tree, absl::StrCat(directory, "/", file.name), all);
    }
  }
  return all;
}

}  // namespace specrelay
