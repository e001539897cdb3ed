// Tells what changes in a tree, whoever changes it, and keeps the state of all its files.
#ifndef SPECRELAY_MCP_AGENT_WATCH_TREE_WATCHER_H_
#define SPECRELAY_MCP_AGENT_WATCH_TREE_WATCHER_H_

#include <climits>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/tree.h"
#include "mcp_agent/tree/unique_fd.h"
#include "mcp_agent/watch/change_batch.h"
#include "mcp_agent/watch/directory_watches.h"
#include "mcp_agent/watch/inotify_queue.h"
#include "mcp_agent/watch/pending_checks.h"
#include "mcp_agent/watch/tree_index.h"
#include "mcp_agent/watch/tree_scanner.h"
#include "proto/support/clock.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

struct TreeWatcherOptions {
  PendingChecks::Timing timing;
  ScanLimits limits;
  // How often the watcher looks for itself at what it cannot watch: directories for which the system gives no watch, a
  // tree or project directory that does not exist.
  absl::Duration rescan_interval = absl::Seconds(5);
  int max_watches = INT_MAX;
};

// A file is reported when it was closed after writing, moved, linked or removed and its content is then another than
// the one reported last; so a write that changes nothing is not reported, one that happened twice within a few
// milliseconds is reported once (also when the second took the first back, which somebody may have read), and a file
// that came and went within that time not at all. A writer that keeps its file open is seen when it closes it; only a
// file that is still being written when its directory is first looked at, or long after it was created, is reported
// half written, and again when it is closed. After a file of more than 1 MiB was looked at, its next change is told
// only when it has rested for a second per 100 MiB, but its removal at once. A directory that moves is reported file by
// file, deleted at the old place and created at the new one. The agent's own files, the audit, temporary files,
// symbolic links and special files are never reported; a file that becomes one of them is deleted. What the system does
// not let the agent read is treated like what does not exist.
//
// The state that a reader of the changes builds up is, after each delivery, the state on disk a moment ago, given that
// it began with a Snapshot(); a resync_reason tells that states in between may have been skipped, not that the result
// is wrong. While the project directory is gone nothing is known and nothing is reported; when it is back its
// differences are, with a resync_reason.
//
// Thread-safe. The destructor stops the thread and waits for a callback that is running, so it must not be called from
// one.
class TreeWatcher {
 public:
  // Reads the whole tree, which need not exist yet, and then watches it from a thread of its own. `project_dir` is
  // absolute and canonical, and `tree` is its tree. `on_changes` is called on that thread, in order, never concurrently
  // and with no lock held; while it blocks the kernel collects what happens, and what it cannot hold becomes a resync.
  // `tree` and `clock` must outlive the watcher.
  //
  // RESOURCE_EXHAUSTED when there is no descriptor or thread left. A shortage of inotify watches or instances is no
  // error: it is logged with what to do, and the watcher looks for itself from time to time.
  static absl::StatusOr<std::unique_ptr<TreeWatcher>> Start(std::string project_dir, const Tree& tree,
                                                            const Clock& clock,
                                                            std::function<void(TreeChanges)> on_changes,
                                                            TreeWatcherOptions options);
  ~TreeWatcher();
  TreeWatcher(const TreeWatcher&) = delete;
  TreeWatcher& operator=(const TreeWatcher&) = delete;

  using SnapshotReceiver = std::function<void(std::vector<v1::FileState>)>;

  // Calls `receive` once on the watcher's thread, between deliveries, with all files in ascending order of path: the
  // state that the changes delivered so far have led to. When the watcher is destroyed first, `receive` is destroyed
  // without being called. RESOURCE_EXHAUSTED when too many snapshots wait already.
  absl::Status Snapshot(SnapshotReceiver receive);

  // The number of the tree's state, which is another one after every change that has returned to its maker, whoever
  // made it, also before it is delivered; see tree_generation.h. Nothing while there is something to look at, and where
  // the kernel does not report all there is. Changes that the kernel never reports do not count: through a mapping of a
  // file or asynchronous I/O, through another name of a file (FileStat::may_change_unseen) or one that it no longer
  // has, by mounting, and of directories above the project's.
  absl::optional<uint64_t> Generation() const { return queue_.Generation(); }

  // Whether the project's directory and all directories of the tree were on local file systems (local_file_system.h)
  // when they were looked at, and none was left out. Never true again once it was false.
  bool on_local_file_systems() const { return !watches_.met_other_file_system() && !scanner_.left_out_directories(); }

 private:
  enum class TreeState {
    kUnknown,  // the tree cannot be looked at, as when the project directory is gone
    kAbsent,   // there is a project directory, but no tree in it
    kPresent,
  };

  TreeWatcher(std::string project_dir, const Tree& tree, const Clock& clock,
              std::function<void(TreeChanges)> on_changes, const TreeWatcherOptions& options, UniqueFd wake);

  // Called on the thread; the first scan's on the caller of Start(), before the thread runs.
  void Run();
  bool WaitForWork();  // false to stop
  bool SeesAll() const;
  void Sleep(absl::Duration time);
  void TakeEvents();
  void OnEvent(const WatchEvent& event, absl::Time now);
  void RescanUnwatched();
  void ScheduleRescan();
  void CheckPaths(const std::vector<std::string>& paths);
  void CheckTree();
  void TransitionTo(TreeState state, absl::string_view reason);
  void OnPause();
  void AnswerSnapshots();

  void Wake() const;

  const std::string project_dir_;
  const absl::Duration rescan_interval_;
  const Tree& tree_;
  const UniqueFd wake_;  // an eventfd, written to make the thread look at what mu_ guards

  InotifyQueue queue_;  // read by the thread

  // Owned by the thread.
  DirectoryWatches watches_;
  TreeIndex index_;
  PendingChecks pending_;
  ChangeBatch batch_;
  TreeScanner scanner_;
  TreeState state_ = TreeState::kUnknown;
  bool first_scan_ = true;
  std::string resync_reason_;  // to be delivered when the whole tree is next looked at
  absl::Time next_rescan_ = absl::InfiniteFuture();
  int files_since_pause_ = 0;
  absl::Time last_flush_ = absl::InfinitePast();

  absl::Mutex mu_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<SnapshotReceiver> snapshots_ ABSL_GUARDED_BY(mu_);

  std::thread thread_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_TREE_WATCHER_H_
