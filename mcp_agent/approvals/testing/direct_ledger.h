// A WriteLedger without a journal that remembers outcomes, for tests of commands that make several writes.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_TESTING_DIRECT_LEDGER_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_TESTING_DIRECT_LEDGER_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mcp_agent/ledger/testing/direct_transaction.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// For tests of one thread. `tree` must outlive it.
class DirectLedger final : public WriteLedger {
 public:
  DirectLedger(Tree& tree, absl::Time now) : tree_(tree), now_(now) {}

  absl::StatusOr<v1::CommandResult> Execute(const WriteRequest& request, Handler handler) override {
    requests.push_back(request);
    const auto known = outcomes_.find(request.request_id);
    if (known != outcomes_.end()) {
      if (known->second.first != request.digest) return absl::InvalidArgumentError("another digest");
      return known->second.second;
    }
    DirectTransaction tx(tree_, request.request_id, now_, request.actor);
    absl::StatusOr<v1::CommandResult> result = handler(tx);
    if (result.ok()) outcomes_[request.request_id] = {request.digest, *result};
    return result;
  }

  absl::StatusOr<absl::optional<v1::CommandResult>> FindOutcome(const WriteRequest& request) override {
    const auto known = outcomes_.find(request.request_id);
    if (known == outcomes_.end()) return absl::optional<v1::CommandResult>();
    return absl::make_optional(known->second.second);
  }

  std::vector<WriteRequest> requests;  // as they came

 private:
  Tree& tree_;
  const absl::Time now_;
  std::map<std::string, std::pair<std::string, v1::CommandResult>> outcomes_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_TESTING_DIRECT_LEDGER_H_
