// Executes the typed commands in one project.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_EXECUTOR_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_EXECUTOR_H_

#include "absl/status/statusor.h"
#include "mcp_agent/commands/file_commands.h"
#include "mcp_agent/commands/project_commands.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/specs/document_cache.h"
#include "mcp_agent/specs/spec_store.h"
#include "mcp_agent/specs/steering_store.h"
#include "mcp_agent/specs/task_store.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/command.pb.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// What commands work on. References and pointers must outlive the executor.
struct ExecutorContext {
  Tree& tree;
  const Tree* project_files;  // the project's own directory; nullptr when nothing outside `tree` can be read
  v1::Project project;
  v1::Machine machine;
  v1::AgentPolicy policy;
  const Clock& clock;
  DocumentCache& cache;
};

// The one way from a command to its effect. Several executors, also of other processes, may work on one tree.
// Thread-safe: any number of threads may call Execute at once.
class CommandExecutor {
 public:
  explicit CommandExecutor(ExecutorContext context);
  CommandExecutor(const CommandExecutor&) = delete;
  CommandExecutor& operator=(const CommandExecutor&) = delete;

  // Executes the command and waits for its effect, which is durable when the outcome says APPLIED. Blocks for file I/O,
  // and up to 10 s for the tree's lock. Whatever goes wrong, exceptions included, becomes an outcome with the
  // delivery's request id and a final state.
  v1::CommandOutcome Execute(const v1::CommandDelivery& delivery) noexcept;

  // The policy in force, for registering.
  const v1::AgentPolicy& policy() const { return policy_.in_force(); }

 private:
  // Dispatch with exceptions turned into INTERNAL.
  absl::StatusOr<v1::CommandResult> DispatchSafely(const v1::Command& command);
  absl::StatusOr<v1::CommandResult> Dispatch(const v1::Command& command);

  const EnforcedPolicy policy_;
  SpecStore specs_;
  TaskStore tasks_;
  SteeringStore steering_;
  FileCommands files_;
  const ProjectCommands project_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_EXECUTOR_H_
