// What commands work on.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_ENVIRONMENT_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_ENVIRONMENT_H_

#include <functional>
#include <memory>

#include "mcp_agent/approvals/approval_waiter.h"
#include "mcp_agent/approvals/damage_log.h"
#include "mcp_agent/commands/job_commands.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "mcp_agent/logs/log_cache.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/questions/question_waiter.h"
#include "mcp_agent/specs/document_cache.h"
#include "mcp_agent/specs/spec_list_cache.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// One project as its commands see it. References and pointers must outlive whoever gets this.
struct CommandEnvironment {
  const Tree& tree;
  WriteLedger& ledger;
  const Tree* project_files;  // the project's own directory; nullptr when nothing outside `tree` can be read
  v1::Project project;
  v1::Machine machine;
  std::function<std::shared_ptr<const EnforcedPolicy>()> policy;  // the one in force now; thread-safe
  const Clock& clock;
  DocumentCache& cache;
  SpecListCache& spec_lists;
  LogCache& log_cache;
  DamageLog& damage;
  ApprovalWaiter& approval_waiter;
  QuestionWaiter& question_waiter;
  const JobCommands& jobs;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_ENVIRONMENT_H_
