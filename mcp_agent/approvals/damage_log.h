// Tells the owner of damaged files without repeating it with each command that meets them.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_DAMAGE_LOG_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_DAMAGE_LOG_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace specrelay {

// Thread-safe.
class DamageLog {
 public:
  // Logs that the file at `path` of the tree is left out because of `why`; once for each pair. Remembers 1,024 pairs
  // and then begins anew.
  void Report(absl::string_view path, const absl::Status& why) ABSL_LOCKS_EXCLUDED(mu_);

  // Lines written so far.
  int reported() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  mutable absl::Mutex mu_;
  absl::flat_hash_set<std::string> known_ ABSL_GUARDED_BY(mu_);
  int reported_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_DAMAGE_LOG_H_
