// What changed in a project's git repository.
#ifndef SPECRELAY_MCP_AGENT_ANALYTICS_GIT_HISTORY_H_
#define SPECRELAY_MCP_AGENT_ANALYTICS_GIT_HISTORY_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace specrelay {

// A file as a commit changed it.
struct GitFileChange {
  absl::Time time;  // of the commit
  absl::string_view path;
  int64_t lines_added = 0;  // 0 for what is no text
  int64_t lines_deleted = 0;
};

// Reads history by running git with fixed arguments. What a repository's own configuration names is never run: no
// hooks, pagers, signature checks, external diffs or text conversions, and no transports, through which a partial clone
// would fetch what it lacks. Configuration of the user and of the system is not read; hence a repository of another
// user is always refused. Thread-safe.
class GitHistory {
 public:
  // `directory` is absolute. Runs longer than `timeout` and output over `max_output_bytes` are cut off.
  explicit GitHistory(std::string directory, absl::Duration timeout = absl::Seconds(10),
                      int64_t max_output_bytes = int64_t{32} << 20);

  enum class Outcome {
    kComplete,
    kCutOff,       // what is oldest is missing
    kUnavailable,  // no git, no repository, or one that git refuses to read
  };

  // Calls `take` with each file that the commits from `since` on have changed on the way to HEAD, newest commit first.
  // Blocks until git has ended.
  Outcome ForEachChange(absl::Time since, absl::FunctionRef<void(const GitFileChange&)> take) const;

 private:
  const std::string directory_;
  const absl::Duration timeout_;
  const int64_t max_output_bytes_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_ANALYTICS_GIT_HISTORY_H_
