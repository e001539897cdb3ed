// Paths within a tree: what is well formed, what strangers may name, and which names are the agent's own.
//
// These checks make good messages and keep strangers from the agent's own files. They are not what keeps an operation
// inside the tree: the kernel does that, on every open (posix_files.h). All functions are pure.
#ifndef SPECRELAY_MCP_AGENT_TREE_TREE_PATH_H_
#define SPECRELAY_MCP_AGENT_TREE_TREE_PATH_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace specrelay {

// The tree's directory in the project.
constexpr char kTreeDirectory[] = ".spec-context";
// The agent's own directory in the tree: lock, journal. No remote path reaches it and no listing shows it.
constexpr char kAgentDirectory[] = ".specrelay";

constexpr size_t kMaxPathBytes = 4096;
constexpr size_t kMaxComponentBytes = 255;
constexpr int kMaxPathDepth = 100;

// OK when `path` is well formed as tree.h has it; "" is. Else INVALID_ARGUMENT that says what is wrong.
absl::Status CheckTreePath(absl::string_view path);

// What a remote caller wants to do with a path.
enum class RemoteAccess { kRead, kWrite };

// What file-read and file-write ask before a path that came over the wire reaches a Tree. Besides CheckTreePath():
// PERMISSION_DENIED for the agent's own directory and for temporary files, at any depth and in any case of letters. For
// writing it is also the answer for every component that starts with a dot, and for what typed commands or the agent
// alone write, since a file written by hand would be a forgery; the message names them: agent.json, settings.json, the
// audit, approvals/, questions/, analytics/ and each spec's implementation-log.json.
absl::Status CheckRemotePath(absl::string_view path, RemoteAccess access);

// Whether a listing leaves `component` out: the agent's own directory or a temporary file.
bool IsAgentOwnName(absl::string_view component);

// "a/b" of "a/b/c", "" of "a".
absl::string_view ParentPath(absl::string_view path);
// "c" of "a/b/c".
absl::string_view BaseName(absl::string_view path);
// "a/b" of "a" and "b"; when one is empty, the other.
std::string JoinPath(absl::string_view directory, absl::string_view name);

// A fresh random name for a temporary file.
std::string NewTempFileName();
// Whether NewTempFileName() could have made `name`.
bool IsTempFileName(absl::string_view name);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_TREE_PATH_H_
