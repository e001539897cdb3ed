// A Tree in memory, for tests of what stands on trees.
#ifndef SPECRELAY_MCP_AGENT_TREE_TESTING_MEMORY_TREE_H_
#define SPECRELAY_MCP_AGENT_TREE_TESTING_MEMORY_TREE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/tree/lock_queue.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"

namespace specrelay {

// Honours the contract of tree.h as far as memory can: there are no symbolic links, devices or permissions. A new one
// is a tree that does not exist yet. Thread-safe. Locks must be gone before it.
class MemoryTree final : public Tree {
 public:
  // `clock` gives the times of files and must outlive this; null is the machine's clock.
  explicit MemoryTree(const Clock* clock = nullptr, int64_t max_file_bytes = kDefaultMaxFileBytes);

  absl::StatusOr<FileContent> Read(absl::string_view path, int64_t max_bytes) const override;
  absl::StatusOr<std::string> ReadFrom(absl::string_view path, int64_t offset, int64_t max_bytes) const override;
  absl::StatusOr<FileStat> Stat(absl::string_view path) const override;
  absl::StatusOr<std::vector<DirectoryEntry>> List(absl::string_view path) const override;
  absl::StatusOr<std::unique_ptr<TreeLock>> Lock(absl::Duration timeout) override;
  absl::StatusOr<FileStat> Write(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override;
  absl::StatusOr<StagedFile> Stage(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override;
  absl::Status Place(const TreeLock& lock, absl::string_view staged_path, absl::string_view path) override;
  void Discard(const TreeLock& lock, absl::string_view staged_path) override;
  absl::Status Restage(const TreeLock& lock, absl::string_view staged_path, absl::string_view bytes,
                       absl::Time last_modified) override;
  absl::Status Sync(const TreeLock& lock, const std::vector<std::string>& paths) override;
  void DiscardAbandoned(const TreeLock& lock) override {}  // what dies with the process leaves nothing
  absl::Status Append(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override;
  absl::Status AppendLazily(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override;
  absl::Status Rename(const TreeLock& lock, absl::string_view from, absl::string_view to) override;
  absl::Status Remove(const TreeLock& lock, absl::string_view path) override;

  // Once `changes_before` further changes have succeeded, each Write, Stage, Restage, Place, Sync, Append, Rename and
  // Remove fails with `fault` and changes nothing, until ClearWriteFault(). Malformed arguments still get their own
  // error.
  void InjectWriteFault(absl::Status fault, int changes_before = 0);
  void ClearWriteFault();

  // Writes a file as an editor would, without lock and fault. Aborts when that fails.
  void Put(absl::string_view path, absl::string_view bytes);

  // Number of changes that succeeded; Write counts as one.
  int changes() const;

 private:
  struct Node {
    FileStat stat;
    std::string bytes;
  };
  using Nodes = absl::btree_map<std::string, Node>;

  absl::Status CheckChange(const TreeLock& lock, absl::string_view path) const;
  // OK when `fault_` does not strike.
  absl::Status CheckFaultLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // INVALID_ARGUMENT when something above `path` is a file.
  absl::Status CheckParentsLocked(absl::string_view path) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void CreateParentsLocked(absl::string_view path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void CreateDirectoryLocked(absl::string_view path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<FileStat> StoreLocked(absl::string_view path, std::string bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const SystemClock system_clock_;
  const Clock& clock_;
  const int64_t max_file_bytes_;
  LockQueue writers_;

  mutable absl::Mutex mu_;
  Nodes nodes_ ABSL_GUARDED_BY(mu_);  // by path; "" is the tree itself
  uint64_t last_inode_ ABSL_GUARDED_BY(mu_) = 0;
  int changes_ ABSL_GUARDED_BY(mu_) = 0;
  absl::Status fault_ ABSL_GUARDED_BY(mu_);
  int fault_from_change_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_TESTING_MEMORY_TREE_H_
