// Records task transitions that come from edits on disk.
#ifndef SPECRELAY_MCP_AGENT_ANALYTICS_TASK_EVENT_RECORDER_H_
#define SPECRELAY_MCP_AGENT_ANALYTICS_TASK_EVENT_RECORDER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "mcp_agent/analytics/task_events.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

// Compares each tasks document with what was known of it and writes the difference to the history, unless a command or
// another instance has done so: then the spec's last event names the document's hash. Edits while no agent runs are
// not seen. Statuses are known by task id, the first of those with the same id; a task that is new counts as one that
// was pending.
//
// Thread-safe; calls wait for each other and block on the tree's writer lock, so they belong on a worker thread. Does
// not own what it is given.
class TaskEventRecorder {
 public:
  // Knows at most `max_tasks` tasks; documents beyond that are not followed.
  TaskEventRecorder(const Tree& tree, WriteLedger& ledger, int64_t max_file_bytes, size_t max_tasks = 1'000'000);

  // Takes all documents, those of archived specs included, as they are now. To be called once, before the first change.
  absl::Status TakeBaseline() ABSL_LOCKS_EXCLUDED(mu_);

  // To be called with the path of each file that changed; does nothing unless it is the tasks document of an active
  // spec. A removed document stays known, for it may come back from the archive. An error means that nothing was
  // recorded and that the next change of the document makes up for it.
  absl::Status OnFileChanged(absl::string_view path) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  using Statuses = absl::btree_map<std::string, v1::TaskStatus>;

  absl::Status TakeShelf(bool archived) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void LearnLocked(absl::string_view spec_name, Statuses statuses) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const Tree& tree_;
  WriteLedger& ledger_;
  const int64_t max_file_bytes_;
  const size_t max_tasks_;

  // Held during I/O: the known statuses and the history must move together.
  absl::Mutex mu_;
  absl::btree_map<std::string, Statuses> known_ ABSL_GUARDED_BY(mu_);  // by spec
  size_t known_tasks_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_ANALYTICS_TASK_EVENT_RECORDER_H_
