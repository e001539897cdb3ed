// Commands that have begun and wait for something to happen.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_PENDING_WAITS_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_PENDING_WAITS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace specrelay {

// Makes a wait end with this status, unless it has ended.
using CancelWait = std::function<void(absl::Status)>;

// Finds the waits of a request id, to cancel them. A wait may end, and may be cancelled, before the function that
// cancels it is known. Thread-safe; calls out without its lock.
class PendingWaits {
 public:
  using Token = int64_t;

  // A wait begins.
  Token Begin(absl::string_view request_id);

  // Tells how to cancel it.
  void Attach(Token token, CancelWait cancel);

  // It has ended.
  void End(Token token);

  // Cancels the waits of these request ids.
  void Cancel(const std::vector<std::string>& request_ids, const absl::Status& status);

  int64_t size() const;

 private:
  struct Wait {
    std::string request_id;
    CancelWait cancel;         // nullptr until attached
    absl::Status cancel_with;  // not OK when cancelled before that
  };

  mutable absl::Mutex mu_;
  Token last_token_ ABSL_GUARDED_BY(mu_) = 0;
  absl::flat_hash_map<Token, Wait> waits_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_PENDING_WAITS_H_
