// Commands that look at a few small files and do nothing else, for a thread that must not be kept.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_QUICK_READS_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_QUICK_READS_H_

#include <cstdint>
#include <memory>

#include "absl/types/optional.h"
#include "mcp_agent/commands/command_environment.h"
#include "mcp_agent/commands/command_executor.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// Whether a command by its kind reads a few documents of the tree, and neither searches, compares, runs a program nor
// waits. Their size decides whether it is quick.
bool IsQuickRead(const v1::Command& command);

// Executes such commands, as long as what they read is little. One thread at a time.
class QuickReads {
 public:
  // Of all documents that one command reads.
  static constexpr int64_t kMaxBytes = int64_t{256} << 10;

  explicit QuickReads(CommandEnvironment environment);
  QuickReads(const QuickReads&) = delete;
  QuickReads& operator=(const QuickReads&) = delete;
  ~QuickReads();

  // The outcome of a quick read. Nothing when it must read more, or list a directory: somebody else is to execute it,
  // and little was done in vain.
  absl::optional<v1::CommandOutcome> TryExecute(const v1::CommandDelivery& delivery);

 private:
  class BriefTree;

  const std::unique_ptr<BriefTree> tree_;
  CommandExecutor executor_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_QUICK_READS_H_
