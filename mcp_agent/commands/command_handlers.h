// Which handler carries out which command.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_HANDLERS_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_HANDLERS_H_

#include "absl/status/statusor.h"
#include "mcp_agent/analytics/analytics_store.h"
#include "mcp_agent/approvals/approval_store.h"
#include "mcp_agent/approvals/auto_approve.h"
#include "mcp_agent/commands/command_environment.h"
#include "mcp_agent/commands/file_commands.h"
#include "mcp_agent/commands/project_commands.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "mcp_agent/logs/implementation_log_store.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/questions/question_store.h"
#include "mcp_agent/specs/spec_store.h"
#include "mcp_agent/specs/steering_store.h"
#include "mcp_agent/specs/task_store.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// The handlers of the commands on a project's tree, under one policy. Cheap to make: one is made for each command,
// under the policy of that moment. `environment` and `policy` must outlive it. Thread-safe.
class CommandHandlers {
 public:
  CommandHandlers(const CommandEnvironment& environment, const EnforcedPolicy& policy);

  // Carries out a command that reads. UNIMPLEMENTED for any other.
  absl::StatusOr<v1::CommandResult> Read(const v1::Command& command) const;

  // Carries out a command that is several writes, each for itself. UNIMPLEMENTED for any other.
  absl::StatusOr<v1::CommandResult> WriteMany(WriteLedger& ledger, const WriteRequest& request,
                                              const v1::Command& command) const;
  static bool IsMany(const v1::Command& command);

  // States what a command changes. UNIMPLEMENTED for one that reads, or that is no single change of the tree.
  absl::StatusOr<v1::CommandResult> Write(Transaction& transaction, const v1::Command& command) const;

 private:
  const SpecStore specs_;
  const TaskStore tasks_;
  const SteeringStore steering_;
  const ApprovalStore approvals_;
  const AutoApproveStore auto_approve_;
  const QuestionStore questions_;
  const ImplementationLogStore logs_;
  const AnalyticsStore analytics_;
  const FileCommands files_;
  const ProjectCommands project_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_HANDLERS_H_
