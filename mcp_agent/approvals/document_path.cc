#include "mcp_agent/approvals/document_path.h"

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {

absl::StatusOr<std::string> ProjectRelativePath(absl::string_view project_path, absl::string_view file_path) {
  absl::string_view rest = file_path;
  if (!project_path.empty() && absl::ConsumePrefix(&rest, project_path) && !absl::ConsumePrefix(&rest, "/")) {
    rest = file_path;
  }
  while (absl::ConsumePrefix(&rest, "./")) {
  }
  if (rest.empty()) return absl::InvalidArgumentError("the file path is empty; name a file relative to the project");
  if (rest.front() == '/' || absl::c_linear_search(absl::StrSplit(rest, '/'), "..")) {
    return absl::PermissionDeniedError(
        absl::StrCat("the file path ", Quoted(file_path), " leaves the project; name a file relative to the project"));
  }
  RETURN_IF_ERROR(CheckRemotePath(rest, RemoteAccess::kRead));
  return std::string(rest);
}

absl::optional<absl::string_view> PathInTree(absl::string_view relative) {
  if (!absl::ConsumePrefix(&relative, kTreeDirectory) || !absl::ConsumePrefix(&relative, "/")) return absl::nullopt;
  return relative;
}

}  // namespace specrelay
