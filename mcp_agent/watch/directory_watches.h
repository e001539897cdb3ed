// The inotify watches on a tree's directories: which directories are watched, and what the kernel reports about them.
#ifndef SPECRELAY_MCP_AGENT_WATCH_DIRECTORY_WATCHES_H_
#define SPECRELAY_MCP_AGENT_WATCH_DIRECTORY_WATCHES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/watch/inotify_queue.h"

namespace specrelay {

// Something that the kernel reported. It tells only that a path should be looked at; the disk tells what is there.
struct WatchEvent {
  enum class Kind {
    kChanged,     // at `path`, and complete: closed after writing, moved, removed, or a directory
    kUnfinished,  // a file at `path` was created or touched, and may still be in the middle of being written
    // The others say that more may have happened than was reported. `path` is "", for all must be looked at.
    kOverflow,     // the kernel's queue was full
    kUnmounted,    // a file system was unmounted
    kTreeLost,     // the tree was moved or deleted
    kProjectLost,  // the project directory was moved or deleted
  };
  Kind kind;
  std::string path;  // relative to the tree
  // Whether contents at or below `path` may be others now: closed after writing, moved or removed.
  bool written = false;
  // Whether what was at `path` has been moved away or removed.
  bool gone = false;
};

// Not thread-safe; owned by the watcher's thread. Watches are added path-restricted, as every access to the tree is:
// no directory outside the tree is ever watched, whatever is swapped meanwhile. Names that no tree path can state and
// the agent's own files are not reported.
//
// Where the system has no watch to give, or does not let the agent list the directory, the directory is known but
// kUnwatched: the caller looks for itself from time to time. Each of both is logged once, with what to do about it.
//
// As with TreeIndex, each check of a path runs between BeginCheck() and EndCheck(path); directories at or below the
// path that were not added in between are forgotten.
class DirectoryWatches {
 public:
  enum class Outcome {
    kWatched,
    kUnwatched,
    kGone,  // no directory that can be opened
  };

  // Watches nothing yet. `project_dir` is absolute and canonical. At most `max_watches` directories of the tree
  // are watched. `queue` must outlive this.
  DirectoryWatches(std::string project_dir, int max_watches, InotifyQueue& queue);
  DirectoryWatches(const DirectoryWatches&) = delete;
  DirectoryWatches& operator=(const DirectoryWatches&) = delete;

  // Watches what is now the project directory for the tree's appearance and loss. Safe to repeat.
  Outcome WatchProject();
  bool project_watched() const { return project_wd_ >= 0; }

  void BeginCheck() { ++check_; }
  // Watches the directory of the tree that is now at `dir`. Events that precede the call may be missed, none after it.
  Outcome Add(absl::string_view dir);
  // What is at and below `dir` could not be looked at: the directories known there stay.
  void Keep(absl::string_view dir);
  void EndCheck(absl::string_view dir);

  // Reports what has happened, until nothing is left, `wants_more` is false, or so much has come that others, who write
  // as fast as this reads, could hold up the caller for good. Never blocks.
  using Report = absl::FunctionRef<void(const WatchEvent&)>;
  void Read(Report report, absl::FunctionRef<bool()> wants_more);

  bool Contains(absl::string_view dir) const { return directories_.contains(dir); }
  // Number of directories, watched or not.
  size_t size() const { return directories_.size(); }
  // The directories that are not watched, save those below another such one.
  std::vector<std::string> Unwatched() const;
  // Whether Unwatched() is not empty.
  bool has_unwatched() const { return unwatched_ > 0; }
  // Whether every change in the directories added is reported: all are watched, and none was ever on a file system that
  // changes without this kernel's doing, nor was the project's.
  bool reports_all() const { return unwatched_ == 0 && !met_other_file_system_; }
  // Whether the project's directory or one that was added was ever on a file system that is not local
  // (local_file_system.h). Thread-safe.
  bool met_other_file_system() const { return met_other_file_system_; }

 private:
  static constexpr int kNoWatch = -1;

  struct Directory {
    int wd = kNoWatch;
    uint64_t added_in = 0;  // the check_ of the last Add()
  };
  using Directories = absl::btree_map<std::string, Directory>;

  bool IsWatched(absl::string_view dir) const;
  // Asks for a watch on the directory that `fd` has open, called `shown`. Sets `wd` when kWatched.
  Outcome Watch(int fd, absl::string_view shown, uint32_t mask, int& wd);
  Outcome OutcomeOf(const absl::Status& failure);
  // Enters `wd` as the watch of `dir`, in place of what either was before.
  void Enter(absl::string_view dir, int wd);
  // Gives back the watch of a directory that is about to have another one or none.
  void Release(int wd);
  void ExplainOnce(bool& explained, absl::string_view reason, absl::string_view remedy);

  void Translate(int wd, uint32_t mask, absl::string_view name, Report report);
  void TranslateProject(uint32_t mask, absl::string_view name, Report report);

  const std::string project_dir_;
  const int max_watches_;
  InotifyQueue& queue_;
  bool explained_shortage_ = false;
  bool explained_denial_ = false;

  int project_wd_ = kNoWatch;
  uint64_t check_ = 0;
  Directories directories_;                      // ordered, so that what is below a directory is one range
  absl::flat_hash_map<int, std::string> paths_;  // by watch: the directories with one
  int unwatched_ = 0;                            // directories without one

  std::atomic<bool> met_other_file_system_{false};
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_DIRECTORY_WATCHES_H_
