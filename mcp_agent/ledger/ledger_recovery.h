// Completing at an agent's start what a crash cut off, however long that takes.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_LEDGER_RECOVERY_H_
#define SPECRELAY_MCP_AGENT_LEDGER_LEDGER_RECOVERY_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/link/task_runner.h"
#include "mcp_agent/link/timers.h"

namespace specrelay {

// Recovers a ledger, and tries again for as long as that fails, as it does on a full disk: half a command must not lie
// there until somebody happens to write. Thread-safe. The destructor waits for a try that is under way.
class LedgerRecovery {
 public:
  static constexpr absl::Duration kRetry = absl::Seconds(30);

  // `path` tells people which tree it is. The others must outlive it.
  LedgerRecovery(Ledger& ledger, std::string path, Timers& timers, TaskRunner& runner);
  ~LedgerRecovery();
  LedgerRecovery(const LedgerRecovery&) = delete;
  LedgerRecovery& operator=(const LedgerRecovery&) = delete;

  // The first try, inside this call. A failure is logged, and is no reason not to serve the tree: reads work, and each
  // write says what is wrong. Later tries run on `runner`. Once.
  void Start();

 private:
  class Core;

  const std::shared_ptr<Core> core_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_LEDGER_RECOVERY_H_
