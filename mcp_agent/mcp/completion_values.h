// What an argument may be, as far as the project tells.
#ifndef SPECRELAY_MCP_AGENT_MCP_COMPLETION_VALUES_H_
#define SPECRELAY_MCP_AGENT_MCP_COMPLETION_VALUES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/mcp/command_port.h"

namespace specrelay {

// Reads names from the project. Thread-safe; blocks for file I/O. `port` must outlive it. `call_id` is an idempotency
// key.
class CompletionValues {
 public:
  explicit CompletionValues(CommandPort& port) : port_(port) {}

  // Those changed last come first.
  absl::StatusOr<std::vector<std::string>> SpecNames(absl::string_view call_id) const;
  absl::StatusOr<std::vector<std::string>> ArchivedSpecNames(absl::string_view call_id) const;
  // Those of one spec, in their order; those of all specs, without one. Tasks that are done are left out.
  absl::StatusOr<std::vector<std::string>> TaskIds(absl::string_view call_id, const std::string& spec) const;
  // Newest first.
  absl::StatusOr<std::vector<std::string>> ApprovalIds(absl::string_view call_id) const;

 private:
  CommandPort& port_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_COMPLETION_VALUES_H_
