// Executes the typed commands in one project.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_EXECUTOR_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_EXECUTOR_H_

#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mcp_agent/commands/command_environment.h"
#include "mcp_agent/commands/pending_waits.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// The one way from a command to its effect. Several executors, also of other processes, may work on one tree.
// Thread-safe: any number of threads may call Execute at once. Outlives the commands that it has begun: CancelAll()
// ends those that only wait.
class CommandExecutor {
 public:
  // Gets the outcome, once. Runs on any thread, and must not block.
  using Receiver = absl::AnyInvocable<void(v1::CommandOutcome)>;

  explicit CommandExecutor(CommandEnvironment environment);
  CommandExecutor(const CommandExecutor&) = delete;
  CommandExecutor& operator=(const CommandExecutor&) = delete;

  // Executes the command; its effect is durable when the outcome says APPLIED. Blocks for file I/O, and up to 10 s for
  // the tree's lock, and calls `receive` before it returns, except for commands that wait for something to happen:
  // those return at once. Whatever goes wrong, exceptions included, becomes an outcome with the delivery's request id
  // and a final state.
  void Execute(const v1::CommandDelivery& delivery, Receiver receive) noexcept;

  // Ends the commands of these request ids that only wait, with this reason.
  void Cancel(const std::vector<std::string>& request_ids, const absl::Status& reason);

 private:
  // Begin commands that wait.
  void WaitForDecision(const v1::CommandDelivery& delivery, Receiver receive);
  void WaitForAnswer(const v1::CommandDelivery& delivery, Receiver receive);
  void RunJob(const v1::CommandDelivery& delivery, Receiver receive);
  // What makes the answer of a wait into the outcome; ends the wait's entry.
  template <typename Response>
  auto Finish(PendingWaits::Token token, const std::string& request_id, Response* (v1::CommandResult::*field)(),
              Receiver receive);

  absl::Status CheckAllowed(const v1::CommandDelivery& delivery) const;
  absl::StatusOr<v1::CommandResult> ExecuteSafely(const v1::CommandDelivery& delivery);
  absl::StatusOr<v1::CommandResult> ExecuteNow(const v1::CommandDelivery& delivery);

  const CommandEnvironment environment_;
  PendingWaits waits_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_EXECUTOR_H_
