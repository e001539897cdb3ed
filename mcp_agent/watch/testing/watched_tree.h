// A project in a temporary directory with a watcher on its tree, and what the watcher has told.
#ifndef SPECRELAY_MCP_AGENT_WATCH_TESTING_WATCHED_TREE_H_
#define SPECRELAY_MCP_AGENT_WATCH_TESTING_WATCHED_TREE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "mcp_agent/tree/posix_tree.h"
#include "mcp_agent/tree/testing/observed_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "mcp_agent/watch/tree_watcher.h"
#include "proto/support/clock.h"

namespace specrelay {

// Fails the running test whenever the watcher contradicts itself: creates what is there, modifies or deletes what is
// not, or reports a modification without a change. Thread-safe.
class WatchedTree {
 public:
  // Hashes by path.
  using State = std::map<std::string, std::string>;

  WatchedTree();
  ~WatchedTree();

  // The project directory; the tree is `.spec-context` in it and does not exist at first.
  const TempDir& temp() const { return temp_; }
  std::string project() const { return temp_.Join("project"); }
  std::string TreePath(absl::string_view path) const;

  // All through the plain file system, as an editor would. A file that Put() creates appears whole, so that no scan of
  // a directory sees it half written; directories above it are made.
  void Put(absl::string_view path, absl::string_view bytes) const;
  // Creates or truncates the file and writes it where it is.
  void PutInPlace(absl::string_view path, absl::string_view bytes) const;
  void Remove(absl::string_view path) const;
  void Move(absl::string_view from, absl::string_view to) const;
  void MakeDirectory(absl::string_view path) const;

  PosixTree& tree() { return *tree_; }
  // What the watcher reads through.
  ObservedTree& observed() { return *observed_; }
  TreeWatcher& watcher() { return *watcher_; }

  // A change and the time of its delivery are passed to `listener` on the watcher's thread. Before Start().
  void set_listener(std::function<void(const v1::FileChanged&)> listener) { listener_ = std::move(listener); }

  void Start(TreeWatcherOptions options = {});
  void Stop();

  // Blocks the watcher's thread in its next delivery until Unblock().
  void Block();
  void WaitUntilBlocked();
  void Unblock();

  // Waits until `condition` holds, which is looked at after each delivery. False after a generous time.
  bool WaitFor(const std::function<bool()>& condition);
  // Waits until everything that happened before the call has been told.
  void Settle();
  // Waits until what was told, the contents of the disk and a snapshot are the same.
  void ExpectStateEqualsDisk();

  // What was told so far of `path`, or of everything.
  std::vector<v1::FileChanged> ChangesOf(absl::string_view path) const;
  std::vector<v1::FileChanged> Changes() const;
  // "created specs/a/tasks.md" and so on.
  std::vector<std::string> Told() const;
  std::vector<std::string> Resyncs() const;
  int deliveries() const;
  void ForgetChanges();

  State Reported() const;
  State Disk() const;
  State Snapshot();

 private:
  void OnChanges(TreeChanges changes);
  void ApplyLocked(const v1::FileChanged& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const TempDir temp_;
  const SystemClock clock_;
  std::unique_ptr<PosixTree> tree_;
  std::unique_ptr<ObservedTree> observed_;
  std::function<void(const v1::FileChanged&)> listener_;
  int markers_ = 0;

  mutable absl::Mutex mu_;
  bool block_ ABSL_GUARDED_BY(mu_) = false;
  bool blocked_ ABSL_GUARDED_BY(mu_) = false;
  State state_ ABSL_GUARDED_BY(mu_);
  std::vector<v1::FileChanged> changes_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> resyncs_ ABSL_GUARDED_BY(mu_);
  int deliveries_ ABSL_GUARDED_BY(mu_) = 0;

  std::unique_ptr<TreeWatcher> watcher_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_TESTING_WATCHED_TREE_H_
