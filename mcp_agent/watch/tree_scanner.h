// Looks at a path of the tree, watches the directories there and finds out what has changed.
#ifndef SPECRELAY_MCP_AGENT_WATCH_TREE_SCANNER_H_
#define SPECRELAY_MCP_AGENT_WATCH_TREE_SCANNER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/tree.h"
#include "mcp_agent/watch/directory_watches.h"
#include "mcp_agent/watch/tree_index.h"
#include "proto/support/clock.h"
#include "specrelay/v1/event.pb.h"

namespace specrelay {

// Beyond these, files and directories are left out, as if they were not there; the first time that is logged. They are
// taken in when they are next looked at with room again.
struct ScanLimits {
  // A larger file is known by size and time, without a hash: nothing else is noticed while it is hashed.
  int64_t max_file_bytes = int64_t{256} << 20;
  size_t max_files = 100'000;
  size_t max_directories = 20'000;
  int max_depth = 32;  // components of a file's path
};

// Whether `status`, of a Tree, tells that nothing is there that watchers could be told of, and not only that it cannot
// be looked at now.
bool MeansAbsent(const absl::Status& status);

// Not thread-safe; owned by the watcher's thread.
//
// A file or directory that the system does not let the agent read is not there, as far as watchers are concerned, nor
// is a symbolic link, a device, a socket or a FIFO. What cannot be looked at for a passing reason (no descriptors left,
// a disk error, a project directory that is gone) stays as it was last seen.
class TreeScanner {
 public:
  struct Hooks {
    std::function<void(v1::FileChanged)> changed;
    // Called with a path to check again later, because it could not be looked at.
    std::function<void(absl::string_view path)> failed;
    // Called with a path to check soon, because another name of its file showed new content.
    std::function<void(absl::string_view path)> outdated;
    // Called with a file that is too long to be read at once, when it has been read.
    std::function<void(absl::string_view path, int64_t size_bytes)> read_in_parts;
    // Called between files, for what may not wait until a long scan ends. Must not call Check().
    std::function<void()> pause;
  };

  // The arguments must outlive the scanner.
  TreeScanner(const Tree& tree, const Clock& clock, const ScanLimits& limits, DirectoryWatches& watches,
              TreeIndex& index, Hooks hooks);

  // Looks at `path` and at everything below. A file at `path` itself is read whatever its times say; files below are
  // read unless they must be what was last seen.
  void Check(absl::string_view path);

  // As Check() when nothing is there.
  void Forget(absl::string_view path);

  // Whether the limits ever left out a directory, of which nothing is known then. Thread-safe.
  bool left_out_directories() const { return explained_directories_ || explained_depth_; }

 private:
  enum class Freshness { kRead, kTrustFingerprint };

  void Begin();
  void End(absl::string_view path);
  void CheckDirectory(const std::string& dir, int depth);
  void CheckFile(const std::string& path, Freshness freshness);
  void ReadFile(const std::string& path, const FileStat& stat);
  void OnFailure(absl::string_view path, const absl::Status& status);
  void Report(absl::optional<v1::FileChanged> change);
  void ExplainLimitOnce(std::atomic<bool>& explained, absl::string_view limit, absl::string_view path);

  const Tree& tree_;
  const Clock& clock_;
  const ScanLimits limits_;
  DirectoryWatches& watches_;
  TreeIndex& index_;
  const Hooks hooks_;
  std::atomic<bool> explained_files_{false};
  std::atomic<bool> explained_directories_{false};
  std::atomic<bool> explained_depth_{false};
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_TREE_SCANNER_H_
