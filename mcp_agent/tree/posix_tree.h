// The `.spec-context` tree of a project on a Linux file system.
//
// What keeps every operation inside the tree is the kernel: each path is resolved by openat2() from a descriptor of the
// tree, with symbolic links and ways out forbidden (posix_files.h). Nothing about the tree is remembered between calls,
// so nothing can be stale: a project directory that was removed and made again is simply found again by its path.
#ifndef SPECRELAY_MCP_AGENT_TREE_POSIX_TREE_H_
#define SPECRELAY_MCP_AGENT_TREE_POSIX_TREE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/tree/lock_queue.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/tree.h"
#include "mcp_agent/tree/tree_path.h"

namespace specrelay {

// Thread-safe. Its locks may outlive it. Any number of objects, in any number of processes, may serve one tree.
class PosixTree final : public Tree {
 public:
  struct Options {
    // Largest file that Write and Append make.
    int64_t max_file_bytes = kDefaultMaxFileBytes;
    // Name of the tree's own directory in the directory that Open() gets.
    std::string name = kTreeDirectory;
    // Whether incoming content may lie in files without a name, which no crash leaves behind. False as for a file
    // system that has none.
    bool unnamed_files = true;
  };

  // The tree of the project in `project_directory`, which must be an absolute path without symbolic links (as
  // realpath(3) gives it); the tree itself need not exist yet. INVALID_ARGUMENT for another path, FAILED_PRECONDITION
  // when there is no such directory, UNIMPLEMENTED when the kernel has no openat2() (before Linux 5.6).
  static absl::StatusOr<std::unique_ptr<PosixTree>> Open(absl::string_view project_directory, Options options);
  static absl::StatusOr<std::unique_ptr<PosixTree>> Open(absl::string_view project_directory) {
    return Open(project_directory, Options());
  }

  // The project directory itself as a tree that can only be read: Lock, Write, Append, Rename and Remove are
  // PERMISSION_DENIED. For file-read where the owner of the project allows it; the agent's own directory stays closed
  // even so. Errors as of Open().
  static absl::StatusOr<std::unique_ptr<Tree>> OpenProjectReader(absl::string_view project_directory);

  absl::StatusOr<FileContent> Read(absl::string_view path, int64_t max_bytes) const override;
  absl::StatusOr<std::string> ReadFrom(absl::string_view path, int64_t offset, int64_t max_bytes) const override;
  absl::StatusOr<std::unique_ptr<OpenFile>> OpenToRead(absl::string_view path) const override;
  absl::StatusOr<FileStat> Stat(absl::string_view path) const override;
  std::vector<absl::StatusOr<FileStat>> StatEach(const std::vector<std::string>& paths) const override;
  absl::StatusOr<std::vector<DirectoryEntry>> List(absl::string_view path) const override;
  absl::StatusOr<std::unique_ptr<TreeLock>> Lock(absl::Duration timeout) override;
  absl::StatusOr<std::unique_ptr<IncomingFile>> OpenIncoming(absl::string_view path, int64_t max_bytes) const override;

  absl::StatusOr<FileStat> Write(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override;
  absl::StatusOr<StagedFile> Stage(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override;
  absl::Status Place(const TreeLock& lock, absl::string_view staged_path, absl::string_view path) override;
  void Discard(const TreeLock& lock, absl::string_view staged_path) override;
  absl::Status Restage(const TreeLock& lock, absl::string_view staged_path, absl::string_view bytes,
                       absl::Time last_modified) override;
  absl::StatusOr<StagedFile> StageIncoming(const TreeLock& lock, absl::string_view path,
                                           IncomingFile& content) override;
  absl::Status Sync(const TreeLock& lock, const std::vector<std::string>& paths) override;
  void DiscardAbandoned(const TreeLock& lock) override;
  absl::Status Append(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override;
  absl::Status AppendLazily(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override;
  absl::Status Rename(const TreeLock& lock, absl::string_view from, absl::string_view to) override;
  absl::Status Remove(const TreeLock& lock, absl::string_view path) override;

 private:
  PosixTree(absl::string_view project_directory, Options options);

  // The tree, opened anew.
  absl::StatusOr<PosixRoot> OpenRoot() const;
  // The same after checking that `lock` is held on this very tree.
  absl::StatusOr<PosixRoot> OpenLockedRoot(const TreeLock& lock) const;
  // The same after checking that `path` may be changed, too.
  absl::StatusOr<PosixRoot> OpenRootForChange(const TreeLock& lock, absl::string_view path) const;

  const std::string project_directory_;
  const Options options_;
  // Shared with the locks.
  const std::shared_ptr<LockQueue> writers_ = std::make_shared<LockQueue>();
  std::atomic<bool> ignore_file_written_{false};
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_POSIX_TREE_H_
