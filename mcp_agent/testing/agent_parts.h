// One agent process for one project, with everything that reaches outside replaceable.
#ifndef SPECRELAY_MCP_AGENT_TESTING_AGENT_PARTS_H_
#define SPECRELAY_MCP_AGENT_TESTING_AGENT_PARTS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/random/bit_gen_ref.h"
#include "absl/status/status.h"
#include "mcp_agent/approvals/approval_waiter.h"
#include "mcp_agent/approvals/damage_log.h"
#include "mcp_agent/commands/command_environment.h"
#include "mcp_agent/commands/command_executor.h"
#include "mcp_agent/commands/quick_reads.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/ledger/ledger_recovery.h"
#include "mcp_agent/link/relay_link.h"
#include "mcp_agent/link/relay_stream.h"
#include "mcp_agent/link/task_runner.h"
#include "mcp_agent/link/timers.h"
#include "mcp_agent/logs/log_cache.h"
#include "mcp_agent/machine_host.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/questions/question_waiter.h"
#include "mcp_agent/specs/document_cache.h"
#include "mcp_agent/specs/spec_list_cache.h"
#include "mcp_agent/tree/tree.h"
#include "mcp_agent/watch/tree_index.h"
#include "proto/support/clock.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// What an agent process gets from the world. All must outlive it.
struct AgentSurroundings {
  Tree& tree;
  const Clock& clock;
  Timers& timers;
  TaskRunner& runner;
  RelayConnector& connector;
  absl::BitGenRef random;
  MachineHost& machine;                            // for the job commands
  int64_t max_whole_bytes = kMaxWholeBytes;        // answers of more pass in parts
  int64_t max_audit_file_bytes = kAuditFileBytes;  // it is put aside when it is as large
};

// The same parts that a ProjectHost is made of, without threads: whoever owns it says which files have changed. One
// thread. It may be left as it is when its process is to have died.
class AgentParts {
 public:
  AgentParts(v1::Project project, std::string agent_id, std::string instance_uid, AgentSurroundings surroundings);

  // What an agent does when it starts: completes what a crash cut off, learns the state of the tree, reaches for the
  // relay.
  void Start();

  // The files at and below `path` may have changed.
  void OnChanged(const std::string& path);
  // Changes may have been missed.
  void OnMissed();

  // Takes leave of the relay.
  void Stop() { link_->Stop("the agent ends"); }

  LinkState link_state() const { return link_->state(); }

 private:
  v1::Register MakeRegistration(const std::string& agent_id, const std::string& instance_uid) const;
  void Scan(const std::string& path, std::vector<v1::FileChanged>& changes);
  std::vector<v1::FileChanged> Check(const std::string& path);

  const v1::Project project_;
  AgentSurroundings surroundings_;
  const std::shared_ptr<const EnforcedPolicy> policy_;
  DocumentCache cache_;
  SpecListCache spec_lists_{nullptr, surroundings_.clock};
  LogCache log_cache_;
  DamageLog damage_;
  TreeIndex index_;
  Ledger ledger_;
  LedgerRecovery recovery_;
  ApprovalWaiter approval_waiter_;
  QuestionWaiter question_waiter_;
  const CommandEnvironment environment_;
  CommandExecutor executor_{environment_};
  QuickReads quick_reads_{environment_};
  std::shared_ptr<RelayLink> link_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TESTING_AGENT_PARTS_H_
