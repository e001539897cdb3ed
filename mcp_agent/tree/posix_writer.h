// The writing half of a tree on a Linux file system. `path` is well formed and not empty; the caller holds the tree's
// lock. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_TREE_POSIX_WRITER_H_
#define SPECRELAY_MCP_AGENT_TREE_POSIX_WRITER_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// As the methods of Tree; no file grows over `max_bytes`.
absl::StatusOr<StagedFile> PosixStage(const PosixRoot& root, absl::string_view path, absl::string_view bytes,
                                      int64_t max_bytes);
absl::Status PosixRestage(const PosixRoot& root, absl::string_view staged_path, absl::string_view bytes,
                          absl::Time last_modified, int64_t max_bytes);
absl::Status PosixPlace(const PosixRoot& root, absl::string_view staged_path, absl::string_view path);
void PosixDiscard(const PosixRoot& root, absl::string_view staged_path);
enum class AppendSync { kBeforeReturn, kNever };
absl::Status PosixAppend(const PosixRoot& root, absl::string_view path, absl::string_view bytes, int64_t max_bytes,
                         AppendSync sync);
absl::Status PosixRename(const PosixRoot& root, absl::string_view from, absl::string_view to);
absl::Status PosixRemove(const PosixRoot& root, absl::string_view path);

// The regular file at `path` that is about to be replaced, or none.
absl::StatusOr<absl::optional<PosixStat>> FindReplaced(const PosixRoot& root, absl::string_view path);

// Gives the new file `fd` owner and permissions of the one that it replaces. 0 or an errno value.
int TakeOver(int fd, const PosixStat& replaced);

// Permissions of new directories, less the umask, and of new files.
inline constexpr mode_t kDirectoryMode = 0755;
inline constexpr mode_t kFileMode = 0644;

// Renames unless the new name exists; for file systems that lack RENAME_NOREPLACE (NFS, some FUSE), where only the
// tree's lock keeps others from making it in between. 0 or an errno value.
int RenameAfterLooking(int from_directory, const std::string& from, int to_directory, const std::string& to);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_POSIX_WRITER_H_
