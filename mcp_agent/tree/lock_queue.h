// A lock that serves the threads of one process in the order they came, and gives up after a time.
#ifndef SPECRELAY_MCP_AGENT_TREE_LOCK_QUEUE_H_
#define SPECRELAY_MCP_AGENT_TREE_LOCK_QUEUE_H_

#include <cstdint>
#include <deque>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace specrelay {

// Thread-safe; not re-entrant. Any thread may call Leave() for the one that entered.
class LockQueue {
 public:
  // Waits until all that came earlier have left. False when that takes longer than `timeout`; then Leave() is not due.
  bool Enter(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mu_);
  void Leave() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  absl::Mutex mu_;
  uint64_t next_ticket_ ABSL_GUARDED_BY(mu_) = 0;
  // The first is inside, the others wait; bounded by the number of threads.
  std::deque<uint64_t> tickets_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_LOCK_QUEUE_H_
