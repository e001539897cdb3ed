// One project that the agent serves: its tree, what executes commands on it, what watches it, and the link to the
// relay.
#ifndef SPECRELAY_MCP_AGENT_PROJECT_HOST_H_
#define SPECRELAY_MCP_AGENT_PROJECT_HOST_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/random/random.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/analytics/task_event_recorder.h"
#include "mcp_agent/approvals/approval_waiter.h"
#include "mcp_agent/approvals/damage_log.h"
#include "mcp_agent/commands/command_executor.h"
#include "mcp_agent/commands/quick_reads.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/ledger/ledger_recovery.h"
#include "mcp_agent/link/relay_link.h"
#include "mcp_agent/link/relay_stream.h"
#include "mcp_agent/link/timers.h"
#include "mcp_agent/link/worker_pool.h"
#include "mcp_agent/logs/log_cache.h"
#include "mcp_agent/machine_host.h"
#include "mcp_agent/policy/policy_source.h"
#include "mcp_agent/questions/question_waiter.h"
#include "mcp_agent/specs/document_cache.h"
#include "mcp_agent/specs/spec_list_cache.h"
#include "mcp_agent/transfers/file_transfers.h"
#include "mcp_agent/tree/tree.h"
#include "mcp_agent/watch/change_batch.h"
#include "mcp_agent/watch/tree_watcher.h"
#include "proto/support/clock.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

struct ProjectHostOptions {
  v1::Project project;  // with its canonical path
  v1::Machine machine;
  std::string agent_id;
  std::string instance_uid;
  absl::Time started_at;
  FileTransferOptions transfers;
  v1::AgentPolicy policy;  // as the command line has it; the owner's files restrict it further
  // Observers, which may be left out; they must not block. Files have changed; as RelayLinkDependencies has the others.
  std::function<void(const TreeChanges&)> on_changes = nullptr;
  std::function<void(LinkState, absl::string_view reason)> on_link_state = nullptr;
  std::function<void(const v1::Welcome&)> on_welcome = nullptr;
};

// Shared by all projects of the process; all must outlive them.
struct ProjectHostDependencies {
  MachineHost& machine;
  const Clock& clock;
  Timers& timers;
  RelayConnector& connector;
  std::function<absl::StatusOr<std::string>()> api_key;
};

// Thread-safe. Everything a project needs is its own, so that a stuck one does not hold up the others. Shutdown:
// Stop(), then Wait() until it is true, then destruction; destruction without these waits as long as commands run.
class ProjectHost {
 public:
  // Opens the tree and watches it. Errors name the project's path.
  static absl::StatusOr<std::unique_ptr<ProjectHost>> Open(ProjectHostOptions options,
                                                           ProjectHostDependencies dependencies);
  ~ProjectHost();
  ProjectHost(const ProjectHost&) = delete;
  ProjectHost& operator=(const ProjectHost&) = delete;

  // Begins to reach for the relay, for as long as the project is served.
  void Connect();

  // Executes a command of this machine, as the relay's are executed (command_executor.h). `receive` must have been
  // called before the host is stopped.
  void Execute(const v1::CommandDelivery& delivery, CommandExecutor::Receiver receive);

  // Ends such commands that only wait.
  void Cancel(const std::vector<std::string>& request_ids, const absl::Status& reason);

  // Takes no more commands and takes leave of the relay. Returns at once.
  void Stop(absl::string_view reason);

  // True when Stop() has been carried out, commands that had begun included; false when that lasts longer.
  bool Wait(absl::Duration timeout);

  const v1::Project& project() const { return options_.project; }

 private:
  // Writes wait for the disk on their threads and share one wait, so this is how many can. The rest is for reads.
  static constexpr int kMaxCommandThreads = 20;

  ProjectHost(ProjectHostOptions options, ProjectHostDependencies dependencies);

  absl::Status OpenTree();
  void MakeExecutor();
  // Files have changed, whoever changed them.
  void OnChanges(TreeChanges changes);
  void RecordTaskEvents(const std::string& path);
  // The policy in force, which the relay is told of when it has changed.
  std::shared_ptr<const EnforcedPolicy> CurrentPolicy() ABSL_LOCKS_EXCLUDED(mu_);
  void MakeLink();
  absl::Status Watch();

  const ProjectHostOptions options_;
  const ProjectHostDependencies dependencies_;
  absl::BitGen random_;
  DocumentCache cache_;
  SpecListCache spec_lists_;
  LogCache log_cache_;
  std::unique_ptr<Tree> tree_;
  std::unique_ptr<Tree> project_files_;
  std::unique_ptr<PolicySource> policy_;
  std::unique_ptr<Ledger> ledger_;
  DamageLog damage_;
  std::unique_ptr<CommandExecutor> executor_;
  std::unique_ptr<QuickReads> quick_reads_;
  std::unique_ptr<FileTransfers> transfers_;
  WorkerPool workers_{WorkerPoolOptions{kMaxCommandThreads}};
  std::unique_ptr<LedgerRecovery> recovery_;
  std::unique_ptr<ApprovalWaiter> approval_waiter_;
  std::unique_ptr<QuestionWaiter> question_waiter_;
  std::unique_ptr<TaskEventRecorder> task_events_;
  std::shared_ptr<RelayLink> link_;
  std::unique_ptr<MachineHost::ProgressSubscription> progress_;
  std::unique_ptr<TreeWatcher> watcher_;

  absl::Mutex mu_;
  std::shared_ptr<const EnforcedPolicy> announced_policy_ ABSL_GUARDED_BY(mu_);  // as the relay knows it
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_PROJECT_HOST_H_
