#include "mcp_agent/setup/tree_setup.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "mcp_agent/guides/guides.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/posix_tree.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr absl::Duration kLockTimeout = absl::Seconds(10);
constexpr mode_t kDirectoryMode = 0777;

// Whether something is at `path` of the tree; an error when that cannot be told.
absl::StatusOr<bool> Exists(const Tree& tree, absl::string_view path) {
  const absl::Status status = tree.Stat(path).status();
  if (absl::IsNotFound(status)) return false;
  RETURN_IF_ERROR(status);
  return true;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> SetUpTree(const std::string& path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<PosixTree> tree, PosixTree::Open(path));
  ASSIGN_OR_RETURN(const PosixRoot project, OpenRootDirectory(path));
  // Before the first write: the lock makes the tree where there is none.
  ASSIGN_OR_RETURN(const std::unique_ptr<TreeLock> lock, tree->Lock(kLockTimeout));
  std::vector<std::string> made;
  for (const char* directory : {"specs", "steering", "approvals"}) {
    ASSIGN_OR_RETURN(const bool exists, Exists(*tree, directory));
    if (exists) continue;
    made.push_back(absl::StrCat(kTreeDirectory, "/", directory));
    RETURN_IF_ERROR(OpenOrCreateDirectory(project, made.back(), kDirectoryMode).status());
  }
  for (const DocumentTemplate& entry : DocumentTemplates()) {
    const std::string file = absl::StrCat("templates/", entry.file_name);
    ASSIGN_OR_RETURN(const bool exists, Exists(*tree, file));
    if (exists) continue;
    RETURN_IF_ERROR(tree->Write(*lock, file, entry.text).status());
    made.push_back(absl::StrCat(kTreeDirectory, "/", file));
  }
  return made;
}

}  // namespace specrelay
