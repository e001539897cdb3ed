// The calls of the client that are under way.
#ifndef SPECRELAY_MCP_AGENT_MCP_CALL_TABLE_H_
#define SPECRELAY_MCP_AGENT_MCP_CALL_TABLE_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/mcp/active_call.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// Thread-safe. A call counts against the bound until its work is done, also when the client has taken it back.
class CallTable {
 public:
  explicit CallTable(int max_open) : max_open_(max_open) {}

  enum class Admission { kAdmitted, kDuplicateId, kTooMany };
  Admission Add(const std::shared_ptr<ActiveCall>& call) ABSL_LOCKS_EXCLUDED(mu_);

  // The call is about to be answered: its id is free again.
  void Release(const ActiveCall& call) ABSL_LOCKS_EXCLUDED(mu_);

  // Its work is done, and its answer on the way.
  void End() ABSL_LOCKS_EXCLUDED(mu_);

  // The client takes back the call of this id, if it is under way.
  void TakeBack(const nlohmann::ordered_json& rpc_id) ABSL_LOCKS_EXCLUDED(mu_);

  // Ends the waits of all calls. They are answered.
  void EndWaits() ABSL_LOCKS_EXCLUDED(mu_);

  // True once nothing is under way; false when that lasts longer.
  bool WaitIdle(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mu_);

  int max_open() const { return max_open_; }

 private:
  bool IsIdleLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return open_ == 0; }

  const int max_open_;

  absl::Mutex mu_;
  int open_ ABSL_GUARDED_BY(mu_) = 0;
  absl::flat_hash_map<std::string, std::shared_ptr<ActiveCall>> by_id_ ABSL_GUARDED_BY(mu_);  // ids as JSON
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_CALL_TABLE_H_
