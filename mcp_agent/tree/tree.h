// The `.spec-context` tree of one project as a path-restricted file store.
//
// Paths are relative to the tree, separated by "/", without leading or trailing "/"; "" is the tree itself. No
// operation reads or writes anything outside the tree, whatever the path says and whatever is swapped meanwhile.
//
// Errors of all methods; every message names the path and what to do:
//   INVALID_ARGUMENT     a path that is not well formed (empty component, "." or "..", leading "/", NUL, invalid UTF-8,
//                        a component over 255 bytes, over 100 components, over 4096 bytes in all), a directory where
//                        a file is needed, a file where a directory is needed, "" where the tree itself cannot be meant
//   PERMISSION_DENIED    a path that leaves the tree or meets a symbolic link, something that is no regular file or
//                        directory, and where the system denies access or the file system is read-only
//   NOT_FOUND            it does not exist; so it is for everything when the tree does not exist yet
//   RESOURCE_EXHAUSTED   a full disk or quota, content over the limit, no descriptors left
//   FAILED_PRECONDITION  the project directory is gone (so that a project that was moved away is not taken for an empty
//                        one), the tree was replaced since Lock() or is no directory, a directory to remove is not
//                        empty
//   UNAVAILABLE          the path kept changing during the call
//   INTERNAL             the disk failed
#ifndef SPECRELAY_MCP_AGENT_TREE_TREE_H_
#define SPECRELAY_MCP_AGENT_TREE_TREE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace specrelay {

// Largest file that is read or written unless the caller's own limit is lower.
constexpr int64_t kDefaultMaxFileBytes = int64_t{64} << 20;

// What the file system says of a file or directory. When device, inode, size, last_modified and changed are all equal
// the content has not changed, provided that `changed` lay some time back: two changes within one tick of the file
// system's clock (milliseconds) leave the same times behind.
struct FileStat {
  bool is_directory = false;
  int64_t size_bytes = 0;
  absl::Time created;  // birth time, or last_modified where the file system keeps none
  absl::Time last_modified;
  uint64_t device = 0;
  uint64_t inode = 0;
  absl::Time changed;  // ctime
  // Of a file: it has hard links or is mounted there, so it can change without a trace in its directory.
  bool may_change_unseen = false;
};

struct FileContent {
  std::string bytes;
  std::string hash;  // Sha256Hex(bytes)
  FileStat stat;     // of the very file that was read
};

// New content that lies beside the file it is for and waits to take its place.
struct StagedFile {
  std::string path;  // a temporary file of the tree
  FileStat stat;     // as it will be in place, but for `changed`
};

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;  // else a regular file; everything else is left out of listings
};

// A regular file that is read in parts: the very file that was opened, whatever takes its place meanwhile. Not
// thread-safe.
class OpenFile {
 public:
  virtual ~OpenFile() = default;

  // As it was when it was opened.
  virtual const FileStat& stat() const = 0;

  // The next bytes, `max_bytes` at most; "" at the end.
  virtual absl::StatusOr<std::string> ReadNext(int64_t max_bytes) = 0;

  // OK when it has not changed since it was opened; else ABORTED, or the tree's errors.
  virtual absl::Status CheckUnchanged() const = 0;
};

// New content that comes in parts and has no name in the tree yet. Destruction discards what has not been staged; the
// end of the process does the same wherever the file system has unnamed files. Not thread-safe.
class IncomingFile {
 public:
  virtual ~IncomingFile() = default;

  virtual absl::Status Append(absl::string_view bytes) = 0;

  // Waits until all that came is on disk. Nothing is appended afterwards.
  virtual absl::Status Sync() = 0;

  virtual int64_t size_bytes() const = 0;
  virtual std::string hash() const = 0;  // of the bytes so far
};

// Holds the tree's writer lock, which excludes writers of all processes; released on destruction.
class TreeLock {
 public:
  virtual ~TreeLock() = default;
};

// Implementations are thread-safe. Reads see whole files: a write replaces the file atomically.
class Tree {
 public:
  virtual ~Tree() = default;

  // Reads a regular file of at most `max_bytes`.
  virtual absl::StatusOr<FileContent> Read(absl::string_view path, int64_t max_bytes) const = 0;

  // At most `max_bytes` bytes of a regular file, from `offset` on; "" when it ends before.
  virtual absl::StatusOr<std::string> ReadFrom(absl::string_view path, int64_t offset, int64_t max_bytes) const = 0;

  // Opens a regular file of any size to be read in parts. Like OpenIncoming() and StageIncoming(), UNIMPLEMENTED for a
  // tree that holds only small files.
  virtual absl::StatusOr<std::unique_ptr<OpenFile>> OpenToRead(absl::string_view path) const {
    return absl::UnimplementedError("this tree does not read files in parts");
  }

  // Describes a regular file or directory.
  virtual absl::StatusOr<FileStat> Stat(absl::string_view path) const = 0;

  // Stat() of each of `paths`, in their order; cheaper when those of one directory, itself included, follow each other.
  virtual std::vector<absl::StatusOr<FileStat>> StatEach(const std::vector<std::string>& paths) const {
    std::vector<absl::StatusOr<FileStat>> stats;
    stats.reserve(paths.size());
    for (const std::string& path : paths) stats.push_back(Stat(path));
    return stats;
  }

  // Entries of a directory in ascending order of name, without the agent's own directory, temporary files and names
  // that no path can state (invalid UTF-8). RESOURCE_EXHAUSTED for a directory of over 100,000 entries.
  virtual absl::StatusOr<std::vector<DirectoryEntry>> List(absl::string_view path) const = 0;

  // Waits for the tree's writer lock, first come first served among the threads of this object; creates the tree when
  // it does not exist. DEADLINE_EXCEEDED after `timeout`. Read-modify-write holds it from before the read until after
  // the write. Not re-entrant.
  virtual absl::StatusOr<std::unique_ptr<TreeLock>> Lock(absl::Duration timeout) = 0;

  // Begins to take in new content for `path`, of at most `max_bytes`, without the lock. Nothing of it is seen in the
  // tree before StageIncoming(), and no directory is made.
  virtual absl::StatusOr<std::unique_ptr<IncomingFile>> OpenIncoming(absl::string_view path, int64_t max_bytes) const {
    return absl::UnimplementedError("this tree does not take in files in parts");
  }

  // The methods below need `lock`, the caller's own from Lock() of this very object.

  // Replaces or creates a regular file, atomically and durably: after OK the content survives a power cut, before it
  // the old content stays whole. Creates missing directories. Keeps the permissions of a file that exists.
  virtual absl::StatusOr<FileStat> Write(const TreeLock& lock, absl::string_view path, absl::string_view bytes) = 0;

  // The steps of Write(). Stage() puts the new content into a temporary file; Place() puts that where it was staged
  // for, atomically, whatever is there by then. NOT_FOUND when the staged file is gone, and INVALID_ARGUMENT for one
  // that was not staged for `path`. One that is not placed is removed with Discard(). Neither survives a power cut for
  // sure before Sync(): of the staged file before Place(), of its directory after it.
  virtual absl::StatusOr<StagedFile> Stage(const TreeLock& lock, absl::string_view path, absl::string_view bytes) = 0;
  virtual absl::Status Place(const TreeLock& lock, absl::string_view staged_path, absl::string_view path) = 0;
  virtual void Discard(const TreeLock& lock, absl::string_view staged_path) = 0;

  // Puts other content into a staged file, which is last modified at that time then. NOT_FOUND when it is gone. After
  // an error it is good for nothing but Discard(). As Stage(), it survives no power cut for sure before Sync().
  virtual absl::Status Restage(const TreeLock& lock, absl::string_view staged_path, absl::string_view bytes,
                               absl::Time last_modified) = 0;

  // As Stage(), for content of this tree's OpenIncoming() that has been synced. FAILED_PRECONDITION when it lies on
  // another file system than the directory of `path`.
  virtual absl::StatusOr<StagedFile> StageIncoming(const TreeLock& lock, absl::string_view path,
                                                   IncomingFile& content) {
    return absl::UnimplementedError("this tree does not take in files in parts");
  }

  // Waits until the contents of regular files and the entries of directories are on disk, of all at the same time. What
  // is no longer there, or is something else by now, is left out.
  virtual absl::Status Sync(const TreeLock& lock, const std::vector<std::string>& paths) = 0;

  // Discards what writers that died over a day ago have staged.
  virtual void DiscardAbandoned(const TreeLock& lock) = 0;

  // Appends to a regular file durably, creating it and its directories when missing. A crash may leave a torn tail.
  virtual absl::Status Append(const TreeLock& lock, absl::string_view path, absl::string_view bytes) = 0;

  // The same without waiting for the disk: survives the end of the process, but a power cut only after Sync().
  virtual absl::Status AppendLazily(const TreeLock& lock, absl::string_view path, absl::string_view bytes) = 0;

  // Moves a file or directory; ALREADY_EXISTS when `to` exists. Creates the directories above `to`.
  virtual absl::Status Rename(const TreeLock& lock, absl::string_view from, absl::string_view to) = 0;

  // Removes a regular file or an empty directory.
  virtual absl::Status Remove(const TreeLock& lock, absl::string_view path) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_TREE_H_
