// Linked worktrees of git: which directory is one, and where its main worktree is. Thread-safe.
//
// A linked worktree has a file `.git` that names a directory of the main one, `MAIN/.git/worktrees/NAME`, whose file
// `gitdir` names the worktree in turn. Anybody can write such a file into a directory that others open, so what it says
// counts only when both ends name each other and the main worktree belongs to this user; and all it decides is where
// the tree is looked for.
// Source: gitrepository-layout(5), git-worktree(1).
#ifndef SPECRELAY_MCP_AGENT_GIT_WORKTREE_H_
#define SPECRELAY_MCP_AGENT_GIT_WORKTREE_H_

#include <string>

#include "absl/status/statusor.h"

namespace specrelay {

// Where the tree of the project in `path` is when worktrees share it: the directory of the main worktree that
// corresponds to `path`, or `path` itself when it lies in no linked worktree. `path` is a CanonicalProjectPath(), and
// so is the result. FAILED_PRECONDITION, with what to do, when there is a linked worktree whose main one cannot be told
// or trusted, or lacks the directory.
absl::StatusOr<std::string> SharedProjectPath(const std::string& path);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_GIT_WORKTREE_H_
