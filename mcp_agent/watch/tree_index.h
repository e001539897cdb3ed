// The last known state of the files of a tree; turns what is seen on disk into the changes that watchers are told.
#ifndef SPECRELAY_MCP_AGENT_WATCH_TREE_INDEX_H_
#define SPECRELAY_MCP_AGENT_WATCH_TREE_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/tree.h"
#include "mcp_agent/watch/hard_links.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/event.pb.h"

namespace specrelay {

// Longest content that a change carries.
constexpr size_t kMaxEventContentBytes = 64 << 10;

// What was observed after the first of two writes may be what the second one wrote.
constexpr absl::Duration kReturnWindow = absl::Seconds(1);

// Pure: no I/O, time comes as an argument. Not thread-safe.
//
// Each check of a path, be it a file, a directory or nothing, runs between BeginCheck() and EndCheck(path). Whatever
// the index knows at or below the path and has not been observed in between is gone. So a file that became a directory,
// a directory that became a file and a directory that vanished are no special cases.
class TreeIndex {
 public:
  void BeginCheck() { ++check_; }

  // A file was read; the reading began at `read_at`. Returns the change, unless the hash is the one known and has been
  // all the time.
  absl::optional<v1::FileChanged> Observe(absl::string_view path, const FileContent& file, absl::Time read_at);

  // As Observe(), of a file whose content is too long for an event.
  absl::optional<v1::FileChanged> ObserveHashed(absl::string_view path, absl::string_view hash, const FileStat& stat,
                                                absl::Time read_at);

  // A file is there that is too large to be read. It has an empty hash, and its size and modification time stand for
  // its content.
  absl::optional<v1::FileChanged> ObserveTooLarge(absl::string_view path, const FileStat& stat, absl::Time read_at);

  // Whether the file at `path` must be what was last observed, so that it need not be read. If so it counts as
  // observed.
  bool ObserveUnchanged(absl::string_view path, const FileStat& stat);

  // Something was written, moved or removed at `path`. A file at or below it to which that happens twice within
  // kReturnWindow, or without an observation in between, may have had another content that somebody has read and nobody
  // was told of: it is reported at its next observation, whatever that finds.
  void NoteWrite(absl::string_view path, absl::Time now);

  // What is at and below `path` could not be looked at: all that is known there counts as observed.
  void Keep(absl::string_view path);

  // Forgets what is gone and returns its deletions, in ascending order of path.
  std::vector<v1::FileChanged> EndCheck(absl::string_view path);

  // Paths to check, since they name a file that was observed with other content under another path. A system that
  // reports what happens to a file does so only under the path that was used. Empty again after the call.
  std::vector<std::string> TakeOutdated() { return std::exchange(outdated_, {}); }

  bool Contains(absl::string_view path) const { return files_.contains(path); }
  size_t size() const { return files_.size(); }

  // All files, in ascending order of path.
  std::vector<v1::FileState> Files() const;

 private:
  struct File {
    std::string hash;
    int64_t size_bytes = 0;  // of the content that was hashed, which may have grown since `stat`
    FileStat stat;
    // Whether the file had been at rest for so long when it was read that any later change leaves other times behind.
    bool settled = false;
    uint64_t observed_in = 0;                      // the check_ of the last observation
    absl::Time last_write = absl::InfinitePast();  // of which no observation has found anything
    bool unseen_write = false;                     // since the last observation
    bool may_have_returned = false;                // to the content that is known
  };

  static bool SameContent(const File& a, const File& b);

  // Stores `file` and returns the type of the change, UNSPECIFIED when there is none to report.
  v1::FileChangeType Store(absl::string_view path, File file, absl::Time read_at);

  uint64_t check_ = 0;
  // Ordered, so that what is below a directory is one range.
  absl::btree_map<std::string, File> files_;
  HardLinks links_;  // of files_
  std::vector<std::string> outdated_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_TREE_INDEX_H_
