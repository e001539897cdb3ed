#include "mcp_agent/doctor/tree_checks.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/git_worktree.h"
#include "mcp_agent/project_identity.h"
#include "mcp_agent/tree/posix_tree.h"

namespace specrelay {
namespace {

constexpr absl::Duration kLockTimeout = absl::Seconds(2);
constexpr char kProbe[] = "doctor-probe";

std::string Text(const absl::Status& status) { return std::string(status.message()); }

Check FoundProject(const std::string& own, bool share_main_tree, std::string& path) {
  path = own;
  const absl::StatusOr<std::string> shared = SharedProjectPath(own);
  if (!shared.ok()) {
    if (!share_main_tree)
      return Warning("project", absl::StrCat(own, "; as a git worktree: ", Text(shared.status())),
                     "only --share_main_tree needs it");
    path.clear();
    return Failed("project", Text(shared.status()), "mend the worktree, or start without --share_main_tree");
  }
  if (*shared == own) return Passed("project", own);
  if (!share_main_tree) {
    return Passed("project",
                  absl::StrCat(own, ", a git worktree with a tree of its own; --share_main_tree would use ", *shared));
  }
  path = *shared;
  return Passed("project", absl::StrCat(*shared, ", shared by the git worktree ", own));
}

// Of the directory that holds the tree, where there is no tree yet.
Check MissingTree(const std::string& project) {
  if (access(project.c_str(), W_OK | X_OK) == 0) {
    return Warning("tree", "there is no .spec-context yet", "run specrelay_agent init, or begin a first spec");
  }
  return Failed("tree", absl::StrCat("there is no .spec-context, and none can be made: ", std::strerror(errno)),
                absl::StrCat("give this user write permission in ", project));
}

Check TreePermissions(const std::string& project) {
  const std::string directory = absl::StrCat(project, "/", kTreeDirectory);
  struct stat status;
  if (lstat(directory.c_str(), &status) != 0) return MissingTree(project);
  if (!S_ISDIR(status.st_mode)) {
    return Failed("tree", absl::StrCat(directory, " is no directory"),
                  "move it away; a symbolic link is never followed there");
  }
  if (status.st_uid != geteuid()) {
    return Warning("tree",
                   absl::StrCat(directory, " belongs to user ", status.st_uid, ", the agent runs as user ", geteuid()),
                   "run the agent as the owner, or see to it that both may write");
  }
  if ((status.st_mode & S_IWOTH) != 0) {
    return Warning("tree", absl::StrCat("everybody on this machine can write to ", directory),
                   absl::StrCat("run: chmod o-w ", directory));
  }
  return Passed("tree", directory);
}

Check CheckReading(const Tree& tree) {
  for (const char* directory : {"", "specs", "steering", "approvals"}) {
    const absl::Status status = tree.List(directory).status();
    if (status.ok() || absl::IsNotFound(status)) continue;
    return Failed("reading", Text(status), "give this user read permission in .spec-context");
  }
  return Passed("reading", "directories can be listed");
}

Check CheckWriting(Tree& tree) {
  const absl::StatusOr<std::unique_ptr<TreeLock>> lock = tree.Lock(kLockTimeout);
  if (absl::IsDeadlineExceeded(lock.status())) {
    return Failed("writing",
                  absl::StrCat("another process holds the tree's lock for over ", absl::FormatDuration(kLockTimeout)),
                  "end the agent that hangs; fuser .spec-context/.specrelay/* names it");
  }
  if (!lock.ok()) return Failed("writing", Text(lock.status()), "give this user write permission in .spec-context");
  const absl::StatusOr<StagedFile> staged = tree.Stage(**lock, kProbe, "x");
  if (!staged.ok()) {
    return Failed("writing", Text(staged.status()), "free space, or give this user write permission in .spec-context");
  }
  const absl::Status synced = tree.Sync(**lock, {staged->path});
  tree.Discard(**lock, staged->path);
  if (!synced.ok()) return Failed("writing", Text(synced), "look for a failing disk");
  return Passed("writing", "a file could be written, synced and removed");
}

}  // namespace

Checks CheckProject(const std::string& directory, bool share_main_tree, std::string& path) {
  path.clear();
  Checks checks;
  const absl::StatusOr<std::string> own = CanonicalProjectPath(directory);
  if (!own.ok()) return {Failed("project", Text(own.status()), "name the project's directory with --project=DIR")};
  checks.push_back(FoundProject(*own, share_main_tree, path));
  if (path.empty()) return checks;
  const absl::StatusOr<std::unique_ptr<PosixTree>> tree = PosixTree::Open(path);
  if (absl::IsUnimplemented(tree.status())) {
    checks.push_back(Failed("openat2", Text(tree.status()),
                            "run the agent on Linux 5.6 or newer, and where a sandbox lets openat2 through"));
    return checks;
  }
  if (!tree.ok()) {
    checks.push_back(Failed("tree", Text(tree.status()), "see to it that the directory can be opened"));
    return checks;
  }
  checks.push_back(Passed("openat2", "the kernel keeps paths inside the tree"));
  checks.push_back(TreePermissions(path));
  struct stat status;
  if (stat(absl::StrCat(path, "/", kTreeDirectory).c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return checks;
  checks.push_back(CheckReading(**tree));
  checks.push_back(CheckWriting(**tree));
  return checks;
}

int CountDirectories(const Tree& tree, int limit) {
  std::vector<std::string> open = {""};
  int count = 0;
  while (!open.empty() && count < limit) {
    const std::string directory = std::move(open.back());
    open.pop_back();
    ++count;
    const auto entries = tree.List(directory);
    if (!entries.ok()) continue;
    for (const DirectoryEntry& entry : *entries) {
      if (entry.is_directory) open.push_back(directory.empty() ? entry.name : absl::StrCat(directory, "/", entry.name));
    }
  }
  return count;
}

}  // namespace specrelay
