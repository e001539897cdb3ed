// Reads a spec's implementation log from all the files that it is spread over.
#ifndef SPECRELAY_MCP_AGENT_LOGS_LOG_READER_H_
#define SPECRELAY_MCP_AGENT_LOGS_LOG_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/logs/log_cache.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"

namespace specrelay {

// Path of a spec's implementation-log.json; `spec_name` has passed CheckSpecName.
std::string LogJsonPath(absl::string_view spec_name);

// Keeps files alive that entries point into.
struct MergedLog {
  std::vector<std::shared_ptr<const ParsedLogFile>> files;
  std::vector<const LoggedEntry*> entries;  // newest first; entries without a time last
};

// Thread-safe; does not own what it is given.
class LogReader {
 public:
  LogReader(const Tree& tree, LogCache& cache, const Clock& clock, int64_t max_file_bytes);

  // The entries of implementation-log.json and of `Implementation Logs/*.md`, one for each id; of those with the same
  // id the one in JSON counts. Damaged files are logged and left out. Errors are the tree's.
  absl::StatusOr<MergedLog> Read(absl::string_view spec_name) const;

 private:
  using Parser = absl::FunctionRef<ParsedLogFile(const FileContent&)>;

  // nullptr when there is no such file or it cannot be used.
  absl::StatusOr<std::shared_ptr<const ParsedLogFile>> ReadFile(const std::string& path, int64_t max_bytes,
                                                                Parser parse) const;

  const Tree& tree_;
  LogCache& cache_;
  const Clock& clock_;
  const int64_t max_file_bytes_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LOGS_LOG_READER_H_
