#include "mcp_agent/audit/audit_parts.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace specrelay {
namespace {

// Of the largest number, so that names sort as numbers do.
constexpr size_t kDigits = 16;

bool IsPart(absl::string_view name) {
  return absl::ConsumePrefix(&name, kAuditFile) && absl::ConsumePrefix(&name, ".") && name.size() == kDigits &&
         absl::c_all_of(name, absl::ascii_isdigit);
}

}  // namespace

bool IsAuditFile(absl::string_view path) {
  return absl::ConsumePrefix(&path, kAuditFile) && (path.empty() || path[0] == '.') && !absl::StrContains(path, '/');
}

std::string AuditPartName(int64_t last_seq) { return absl::StrFormat("%s.%0*d", kAuditFile, kDigits, last_seq); }

std::vector<std::string> AuditParts(const std::vector<DirectoryEntry>& entries) {
  std::vector<std::string> parts;
  for (const DirectoryEntry& entry : entries) {
    if (!entry.is_directory && IsPart(entry.name)) parts.push_back(entry.name);
  }
  std::sort(parts.begin(), parts.end());
  return parts;
}

}  // namespace specrelay
