#include "mcp_agent/watch/file_category.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"

namespace specrelay {
namespace {

using Components = absl::Span<const absl::string_view>;

bool IsMarkdown(absl::string_view name) { return absl::EndsWith(name, ".md"); }

// `rest` is what follows `specs/<name>`.
v1::FileCategory CategoryInSpec(Components rest) {
  if (rest.size() == 1) {
    if (rest[0] == "tasks.md") return v1::FILE_CATEGORY_TASKS;
    if (rest[0] == "implementation-log.json") return v1::FILE_CATEGORY_IMPLEMENTATION_LOG;
    if (IsMarkdown(rest[0])) return v1::FILE_CATEGORY_SPEC;
  }
  if (rest.size() == 2 && rest[0] == "Implementation Logs" && IsMarkdown(rest[1])) {
    return v1::FILE_CATEGORY_IMPLEMENTATION_LOG;
  }
  return v1::FILE_CATEGORY_OTHER;
}

// `rest` is what follows `approvals/<category name>`.
v1::FileCategory CategoryInApprovals(Components rest) {
  if (rest.size() == 1 && absl::EndsWith(rest[0], ".json")) return v1::FILE_CATEGORY_APPROVAL;
  if (rest.size() == 3 && rest[0] == ".snapshots" && absl::EndsWith(rest[2], ".json")) {
    return v1::FILE_CATEGORY_SNAPSHOT;
  }
  return v1::FILE_CATEGORY_OTHER;
}

}  // namespace

v1::FileCategory CategoryOf(absl::string_view path) {
  const std::vector<absl::string_view> split = absl::StrSplit(path, '/');
  const Components parts(split);
  if (parts[0] == "specs" && parts.size() > 2) return CategoryInSpec(parts.subspan(2));
  if (parts[0] == "approvals" && parts.size() > 2) return CategoryInApprovals(parts.subspan(2));
  if (parts[0] == "archive" && parts.size() > 3 && parts[1] == "specs") return v1::FILE_CATEGORY_ARCHIVE;
  if (parts[0] == "steering" && parts.size() == 2 && IsMarkdown(parts[1])) return v1::FILE_CATEGORY_STEERING;
  if (parts[0] == "questions" && parts.size() == 2 && absl::EndsWith(parts[1], ".json")) {
    return v1::FILE_CATEGORY_QUESTION;
  }
  return v1::FILE_CATEGORY_OTHER;
}

}  // namespace specrelay
