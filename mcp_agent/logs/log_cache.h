// Remembers parsed implementation logs.
#ifndef SPECRELAY_MCP_AGENT_LOGS_LOG_CACHE_H_
#define SPECRELAY_MCP_AGENT_LOGS_LOG_CACHE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/implementation_log.pb.h"

namespace specrelay {

struct LoggedEntry {
  absl::Time time;  // InfinitePast() when the entry states none
  v1::ImplementationLogEntry entry;
};

// One file of a log.
struct ParsedLogFile {
  std::vector<LoggedEntry> entries;  // in the order of the file
  absl::Status damage;               // why there are none, or not all
};

// Parsed files by path, each valid for the content that it was made from. Outlives the stores that share it.
// Thread-safe.
class LogCache {
 public:
  // Keeps the parsed form of at most `max_bytes` of files. That form takes about ten times as much memory.
  explicit LogCache(int64_t max_bytes = int64_t{16} << 20) : max_bytes_(max_bytes) {}

  // What the file at `path` holds that `stat` describes; nullptr when that is not known.
  std::shared_ptr<const ParsedLogFile> Find(absl::string_view path, const FileStat& stat) const;

  // The same for content that has been read, which is also found when the file's times could not be relied on.
  std::shared_ptr<const ParsedLogFile> FindContent(absl::string_view path, const FileContent& content,
                                                   absl::Time read_at);

  void Store(absl::string_view path, const FileContent& content, std::shared_ptr<const ParsedLogFile> file,
             absl::Time read_at);

  int64_t bytes() const;

 private:
  struct Entry {
    FileStat stat;
    bool settled = false;  // whether `stat` alone identifies the content
    std::string hash;
    std::shared_ptr<const ParsedLogFile> file;
  };

  void EraseLocked(absl::string_view path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const int64_t max_bytes_;

  mutable absl::Mutex mu_;
  absl::flat_hash_map<std::string, Entry> entries_ ABSL_GUARDED_BY(mu_);
  int64_t bytes_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LOGS_LOG_CACHE_H_
