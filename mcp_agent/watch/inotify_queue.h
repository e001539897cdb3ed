// The queue of one inotify instance, and whether anything can have happened since an earlier moment.
#ifndef SPECRELAY_MCP_AGENT_WATCH_INOTIFY_QUEUE_H_
#define SPECRELAY_MCP_AGENT_WATCH_INOTIFY_QUEUE_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {

// The kernel queues an event before the system call that causes it returns. So nothing has happened between two moments
// at which the queue was empty when nothing was taken from it in between: Generation() counts what is taken, under the
// lock under which it is taken.
//
// Generation() is thread-safe. The rest is for the one thread that reads.
class InotifyQueue {
 public:
  InotifyQueue();
  InotifyQueue(const InotifyQueue&) = delete;
  InotifyQueue& operator=(const InotifyQueue&) = delete;

  // Readable when there are events; -1 when the system gave no inotify instance.
  int fd() const { return fd_.get(); }

  // As read(), without ever waiting. When it gets events, what is watched is no longer complete until somebody says so.
  ssize_t Take(char* buffer, size_t size) ABSL_LOCKS_EXCLUDED(mu_);

  // Whether all that can change is watched: what the events taken so far ask for has been done, and nothing is left
  // that the kernel does not report.
  void SetComplete(bool complete) ABSL_LOCKS_EXCLUDED(mu_);

  // Two calls give the same number only if nothing that is watched has changed from the first to the second: no change
  // that had returned to its maker when the second began, and was not yet to be seen when the first returned. Nothing
  // when that cannot be said.
  absl::optional<uint64_t> Generation() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  const UniqueFd fd_;

  mutable absl::Mutex mu_;
  uint64_t generation_ ABSL_GUARDED_BY(mu_) = 0;
  bool complete_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_INOTIFY_QUEUE_H_
