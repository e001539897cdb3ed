// What the tools of one project share.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_TOOL_CONTEXT_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_TOOL_CONTEXT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "mcp_agent/mcp/command_port.h"
#include "mcp_agent/mcp/tool.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// Commands on behalf of calls, and what is owed to answers that were given. Thread-safe. `port` must outlive it.
//
// A decision that was deleted before the client has it would be lost, and an answer that was sent may still be lost
// with the process or the client. So an approval stays until the next call, which shows that the client lives on; when
// none comes, waiting for it again gives the same decision.
class ToolContext {
 public:
  explicit ToolContext(CommandPort& port) : port_(port) {}

  CommandPort& port() const { return port_; }

  // Executes a command that does not wait, under an idempotency key made from the call's and `step`, which tells the
  // commands of one call apart.
  absl::StatusOr<v1::CommandResult> Run(const ToolCall& call, absl::string_view step, v1::Command command) const;

  // The decision on the approval is about to be answered; delete it when the client calls again.
  void DeleteWithNextCall(const std::string& approval_id) ABSL_LOCKS_EXCLUDED(mu_);

  // The answer to the question is about to be given; confirm it when the client calls again.
  void ConfirmWithNextCall(const std::string& question_id) ABSL_LOCKS_EXCLUDED(mu_);

  // A call begins. Blocks for file I/O if something is owed.
  void OnCall(const ToolCall& call) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  CommandPort& port_;
  absl::Mutex mu_;
  // Each call empties it, so it has one for each wait at most.
  std::vector<v1::Command> owed_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_TOOL_CONTEXT_H_
