// Telling from a FileStat alone whether a file's content is still the one that was read.
#ifndef SPECRELAY_MCP_AGENT_WATCH_FILE_FINGERPRINT_H_
#define SPECRELAY_MCP_AGENT_WATCH_FILE_FINGERPRINT_H_

#include "absl/time/time.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// The coarsest clock among common file systems is FAT's, 2 s; the tick of Linux's own ones is 10 ms at most. Waiting
// for the coarsest costs little: a file is read anew for the first 2 s after a change.
constexpr absl::Duration kCoarsestTick = absl::Seconds(2);

// Whether `a` and `b` describe the same content, given that one of them is settled.
inline bool SameFingerprint(const FileStat& a, const FileStat& b) {
  return a.device == b.device && a.inode == b.inode && a.size_bytes == b.size_bytes &&
         a.last_modified == b.last_modified && a.changed == b.changed;
}

// Whether a file that was read after `read_at`, and was then as `stat` says, had been at rest for so long that any
// later change leaves other times behind. Only the change time matters: every modification moves it, and nobody can set
// it.
inline bool IsSettled(const FileStat& stat, absl::Time read_at) { return read_at - stat.changed > kCoarsestTick; }

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_FILE_FINGERPRINT_H_
