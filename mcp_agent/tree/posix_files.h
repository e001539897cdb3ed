// Opening files and directories beneath a descriptor, the one way in which the agent touches a project.
//
// Every path is resolved by openat2() with RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS, so whatever
// the path says and whatever is swapped during the call, the result lies beneath the root and no symbolic link was
// followed. What is opened is looked at before it is opened for data: opening a device or a FIFO can do things.
//
// All functions are thread-safe, as are const objects of the types here.
#ifndef SPECRELAY_MCP_AGENT_TREE_POSIX_FILES_H_
#define SPECRELAY_MCP_AGENT_TREE_POSIX_FILES_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/tree.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {

// A directory as starting point of paths.
struct PosixRoot {
  UniqueFd fd;        // O_PATH
  std::string shown;  // what messages put before a path, such as ".spec-context"; may be empty

  // `path` as the user knows it.
  std::string Show(absl::string_view path) const;
};

// What statx says.
struct PosixStat {
  FileStat stat;
  mode_t mode = 0;  // type and permissions
  uid_t owner = 0;
  gid_t group = 0;
};

struct PosixFile {
  UniqueFd fd;
  PosixStat stat;
};

// The status of the errno value `error`, after an attempt to `action` ("read", "write") `shown`.
absl::Status PosixError(int error, absl::string_view action, absl::string_view shown);

// Opens the directory at the absolute `path` as a root that messages do not name, following no symbolic link.
// FAILED_PRECONDITION when there is no such directory, UNIMPLEMENTED when the kernel lacks openat2().
absl::StatusOr<PosixRoot> OpenRootDirectory(const std::string& path);

// openat2() from `directory`; "" is `directory` itself. Adds O_CLOEXEC and O_NOFOLLOW, and without O_PATH also
// O_NONBLOCK and O_NOCTTY. The descriptor, or -errno. With O_PATH the last component may be anything, a symbolic link
// included.
int OpenBeneath(int directory, absl::string_view path, int flags, mode_t mode = 0);

// Describes what `fd` is open on; `shown` is for the message.
absl::StatusOr<PosixStat> DescribeFd(int fd, absl::string_view shown);

// Describes the entry `name` of `directory`, which is `path` beneath `root`, as Examine() does. `name` is one
// component.
absl::StatusOr<PosixStat> DescribeEntry(int directory, absl::string_view name, const PosixRoot& root,
                                        absl::string_view path, absl::string_view action);

// Opens `path` for looking only and describes it. NOT_FOUND, PERMISSION_DENIED as in tree.h, also for what is neither a
// regular file nor a directory.
absl::StatusOr<PosixFile> Examine(const PosixRoot& root, absl::string_view path, absl::string_view action);

// Opens the regular file `path` with `flags`, which do not create it.
absl::StatusOr<PosixFile> OpenRegularFile(const PosixRoot& root, absl::string_view path, int flags,
                                          absl::string_view action);

// Opens the directory `path` for reading and syncing.
absl::StatusOr<UniqueFd> OpenDirectory(const PosixRoot& root, absl::string_view path, absl::string_view action);

// The same, after making it and those above it durably where they are missing, with permissions `mode` less the umask.
absl::StatusOr<UniqueFd> OpenOrCreateDirectory(const PosixRoot& root, absl::string_view path, mode_t mode);

// Writes all of `bytes` at the descriptor's position. 0 or an errno value.
int WriteAll(int fd, absl::string_view bytes);

// fsync() of a file or directory. 0 or an errno value; a file system that cannot sync directories counts as synced.
int SyncFile(int fd);
int SyncDirectory(int fd);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_POSIX_FILES_H_
