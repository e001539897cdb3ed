#include "mcp_agent/tree/tree_path.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "mcp_agent/tree/folded_name.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/digest.h"

namespace specrelay {
namespace {

constexpr char kTempPrefix[] = ".tmp-";
constexpr size_t kTempPrefixLength = sizeof(kTempPrefix) - 1;
constexpr int kTempRandomLength = 20;

absl::Status BadPath(absl::string_view path, absl::string_view fault) {
  return absl::InvalidArgumentError(
      absl::StrCat("the path ", Quoted(path), " ", fault,
                   "; give a path relative to the directory it is in, such as 'specs/my-spec/tasks.md'"));
}

// What writes the file or directory `folded`, the components of a path as FoldedName() has them, so that writing it by
// any other way would be forging it; "" when anybody may write it.
absl::string_view WriterOf(const std::vector<std::string>& folded) {
  const std::string& top = folded[0];
  if (folded.size() == 1 && top == "agent.json") return "the machine's owner, on the machine";
  if (folded.size() == 1 && top == "settings.json") return "the command auto-approve-set";
  // Also the damaged copies that are kept beside it.
  if (folded.size() == 1 && absl::StartsWith(top, "audit.jsonl"))
    return "the agent itself, as its record of all writes";
  if (top == "approvals") return "the commands approval-create, approval-update, approval-snapshot and approval-delete";
  if (top == "questions") return "the commands question-create, question-answer, question-dismiss and question-delete";
  if (top == "analytics") return "the agent itself; use task-status-update";
  const size_t specs = top == "archive" ? 1 : 0;
  if (folded.size() == specs + 3 && folded[specs] == "specs" && folded[specs + 2] == "implementation-log.json") {
    return "the command impl-log-add";
  }
  // Read as entries of the log as well.
  if (folded.size() > specs + 2 && folded[specs] == "specs" && folded[specs + 2] == "implementation logs") {
    return "the command impl-log-add";
  }
  return "";
}

absl::Status CheckRemoteWrite(absl::string_view path, const std::vector<std::string>& folded) {
  for (const std::string& component : folded) {
    if (!absl::StartsWith(component, ".")) continue;
    return absl::PermissionDeniedError(absl::StrCat("the path ", Quoted(path), " has the hidden component ",
                                                    Quoted(component),
                                                    "; write to a path without a component that starts with a dot"));
  }
  const absl::string_view writer = WriterOf(folded);
  if (writer.empty()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat(Quoted(path), " is not to be written as a file; it is written by ", writer));
}

}  // namespace

absl::Status CheckTreePath(absl::string_view path) {
  if (path.empty()) return absl::OkStatus();
  if (path.size() > kMaxPathBytes) {
    return BadPath(path, absl::StrCat("has ", path.size(), " bytes, over the limit of ", kMaxPathBytes));
  }
  if (path.find('\0') != absl::string_view::npos) return BadPath(path, "has a NUL character");
  if (!IsValidUtf8(path)) return BadPath(path, "is not valid UTF-8");
  if (path[0] == '/') return BadPath(path, "is absolute");
  if (std::count(path.begin(), path.end(), '/') >= kMaxPathDepth) {
    return BadPath(path, absl::StrCat("has more than ", kMaxPathDepth, " components"));
  }
  for (absl::string_view component : absl::StrSplit(path, '/')) {
    if (component.empty()) return BadPath(path, "has an empty component (\"//\" or a trailing \"/\")");
    if (component == "." || component == "..") return BadPath(path, "has a \".\" or \"..\" component");
    if (component.size() > kMaxComponentBytes) {
      return BadPath(path, absl::StrCat("has a component of ", component.size(), " bytes, over the limit of ",
                                        kMaxComponentBytes));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRemotePath(absl::string_view path, RemoteAccess access) {
  if (absl::Status status = CheckTreePath(path); !status.ok()) return status;
  std::vector<std::string> folded;
  for (absl::string_view component : absl::StrSplit(path, '/')) {
    if (IsAgentOwnName(component)) {
      return absl::PermissionDeniedError(
          absl::StrCat("the path ", Quoted(path), " names the agent's own files, which no command reads or writes"));
    }
    folded.push_back(FoldedName(component));
  }
  return access == RemoteAccess::kWrite ? CheckRemoteWrite(path, folded) : absl::OkStatus();
}

bool IsAgentOwnName(absl::string_view component) {
  // Folded, because the file system may ignore case.
  const std::string folded = FoldedName(component);
  return folded == kAgentDirectory || absl::StartsWith(folded, kTempPrefix);
}

absl::string_view ParentPath(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? absl::string_view() : path.substr(0, slash);
}

absl::string_view BaseName(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? path : path.substr(slash + 1);
}

std::string JoinPath(absl::string_view directory, absl::string_view name) {
  if (directory.empty()) return std::string(name);
  return name.empty() ? std::string(directory) : absl::StrCat(directory, "/", name);
}

std::string NewTempFileName() { return absl::StrCat(kTempPrefix, RandomBase62(kTempRandomLength)); }

bool IsTempFileName(absl::string_view name) {
  if (!absl::StartsWith(name, kTempPrefix)) return false;
  name.remove_prefix(kTempPrefixLength);
  return name.size() == kTempRandomLength && std::all_of(name.begin(), name.end(), absl::ascii_isalnum);
}

}  // namespace specrelay
