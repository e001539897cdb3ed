// Summaries of specs, made from what the file system says of their documents.
#ifndef SPECRELAY_MCP_AGENT_SPECS_SPEC_SUMMARY_H_
#define SPECRELAY_MCP_AGENT_SPECS_SPEC_SUMMARY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/specs/document_cache.h"
#include "mcp_agent/specs/spec_layout.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"
#include "specrelay/v1/spec.pb.h"

namespace specrelay {

// The documents of a spec; nothing for those that do not exist.
struct SpecDocumentStats {
  absl::optional<FileStat> requirements;
  absl::optional<FileStat> design;
  absl::optional<FileStat> tasks;
};

// A summary of everything but the tasks' counts. Without documents the spec counts as modified when it was made.
v1::SpecSummary ToSpecSummary(absl::string_view name, const FileStat& directory, const SpecDocumentStats& documents);

struct SpecSummaries {
  std::vector<v1::SpecSummary> specs;
  // Whether the same would be found for as long as the tree's generation stays the same: nothing in it may change
  // unseen, nor was something left out for a passing reason, as when no descriptor was to be had.
  bool may_be_believed = true;
};

// Summarizes specs without reading what the cache knows. Thread-safe; does not own what it is given.
class SpecSummarizer {
 public:
  SpecSummarizer(const Tree& tree, DocumentCache& cache, const Clock& clock, int64_t max_file_bytes);

  // The summaries of the specs `names` for a listing, in their order and without those that are gone. What cannot be
  // read must not spoil the listing: a document that is a symbolic link or is denied by the system counts as absent,
  // and a tasks document over the limit has no counts.
  absl::StatusOr<SpecSummaries> Summarize(SpecShelf shelf, const std::vector<std::string>& names) const;

 private:
  // Counts the tasks in the file at `path`, which `stat` describes, and sets `stat` to that of the file that was read.
  // Clears `may_be_believed` when there are no counts now but may be the next time.
  absl::StatusOr<absl::optional<v1::TaskSummary>> CountTasks(absl::string_view path, absl::optional<FileStat>& stat,
                                                             bool& may_be_believed) const;

  const Tree& tree_;
  DocumentCache& cache_;
  const Clock& clock_;
  const int64_t max_file_bytes_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SPECS_SPEC_SUMMARY_H_
