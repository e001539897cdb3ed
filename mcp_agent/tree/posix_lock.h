// The writer lock of a tree on a Linux file system.
#ifndef SPECRELAY_MCP_AGENT_TREE_POSIX_LOCK_H_
#define SPECRELAY_MCP_AGENT_TREE_POSIX_LOCK_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mcp_agent/tree/lock_queue.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/tree.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {

// An exclusive flock() on `.specrelay/lock` of the tree, on an open file description of its own: it excludes threads
// and processes alike and goes with the process that held it, however that ends. Threads of one process queue up before
// it, so that at most one of them polls.
//
// There is a second file, `.specrelay/lock.next`, held only while waiting for the first: flock() itself knows no order,
// and a process that takes the lock again as soon as it gave it up would keep all others out.
class PosixTreeLock final : public TreeLock {
 public:
  // Opens the tree and makes it where it is missing.
  using OpenTree = std::function<absl::StatusOr<PosixRoot>()>;

  // Waits at most `timeout`. DEADLINE_EXCEEDED after that; else the errors of opening.
  static absl::StatusOr<std::unique_ptr<PosixTreeLock>> Acquire(const OpenTree& open_tree,
                                                                std::shared_ptr<LockQueue> queue,
                                                                absl::Duration timeout);
  ~PosixTreeLock() override;

  // Whether the lock came through `queue`, which is one Tree object's own.
  bool IsOf(const LockQueue& queue) const { return queue_.get() == &queue; }
  // Whether `root` is the very tree that was locked.
  bool Covers(const PosixStat& root) const;

 private:
  PosixTreeLock(std::shared_ptr<LockQueue> queue, UniqueFd file, const PosixStat& root);

  const std::shared_ptr<LockQueue> queue_;
  UniqueFd file_;
  const uint64_t device_;
  const uint64_t inode_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_POSIX_LOCK_H_
