// Remembers what was parsed from documents, so that a listing of many specs stats files instead of reading them.
#ifndef SPECRELAY_MCP_AGENT_SPECS_DOCUMENT_CACHE_H_
#define SPECRELAY_MCP_AGENT_SPECS_DOCUMENT_CACHE_H_

#include <cstddef>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

// Task summaries by path, each valid only for the file that it was parsed from: same device, inode, size, modification
// and change time. A file that changes is therefore parsed anew even when nobody invalidates its entry; invalidation
// frees memory early and covers file systems whose times cannot be trusted. Thread-safe.
class DocumentCache {
 public:
  // Keeps at least the `max_entries` / 2 entries used last, and never more than `max_entries` (at least 2).
  explicit DocumentCache(size_t max_entries = 20'000);

  // The summary stored for the file at `path` that `stat` describes.
  absl::optional<v1::TaskSummary> Find(absl::string_view path, const FileStat& stat);

  // Stores the summary of the file at `path`, which was read after `read_at` and was then as `stat` says. Does nothing
  // when the file had changed so shortly before `read_at` that a further change could leave the same times behind.
  void Store(absl::string_view path, const FileStat& stat, const v1::TaskSummary& summary, absl::Time read_at);

  // Forgets `path` and, when it is a directory, everything below.
  void Invalidate(absl::string_view path);

  void InvalidateAll();

  // Number of entries.
  size_t size() const;

 private:
  struct Entry {
    FileStat stat;
    v1::TaskSummary summary;
  };
  // Ordered, so that a directory's entries are one range.
  using Generation = absl::btree_map<std::string, Entry>;

  void InsertLocked(std::string path, Entry entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const size_t max_generation_size_;

  mutable absl::Mutex mu_;
  // Entries used since the last turn, and those used only before it. When `recent_` is full it becomes `older_`, and
  // what was in there goes: an approximation of least recently used that needs no list.
  // An entry in both counts as the one in `recent_`.
  Generation recent_ ABSL_GUARDED_BY(mu_);
  Generation older_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SPECS_DOCUMENT_CACHE_H_
