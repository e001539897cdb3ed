#include "mcp_agent/project_host.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/time/clock.h"
#include "mcp_agent/approvals/approval_store.h"
#include "mcp_agent/questions/question_store.h"
#include "mcp_agent/tree/posix_tree.h"
#include "proto/support/capabilities.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"
#include "proto/support/version.h"

namespace specrelay {
namespace {

// What this version can do, beside what every version can.
constexpr const char* kCapabilities[] = {
    kBatchCapability,        "command-cancel",           "drain",     "events", kTransferCapability,
    kTransferGzipCapability, kTransferMessageCapability, "tree-state"};

v1::Register MakeRegistration(const ProjectHostOptions& options, const v1::AgentPolicy& policy) {
  v1::Register registration;
  registration.set_agent_id(options.agent_id);
  registration.set_instance_uid(options.instance_uid);
  *registration.mutable_machine() = options.machine;
  *registration.mutable_project() = options.project;
  for (const char* capability : kCapabilities) registration.add_capabilities(capability);
  registration.set_protocol_version(kProtocolVersion);
  registration.set_agent_version(kVersion);
  *registration.mutable_policy() = policy;
  *registration.mutable_started_at() = ToProto(options.started_at);
  return registration;
}

}  // namespace

ProjectHost::ProjectHost(ProjectHostOptions options, ProjectHostDependencies dependencies)
    : options_(std::move(options)),
      dependencies_(std::move(dependencies)),
      spec_lists_([this] { return watcher_->Generation(); }, dependencies_.clock) {}

absl::StatusOr<std::unique_ptr<ProjectHost>> ProjectHost::Open(ProjectHostOptions options,
                                                               ProjectHostDependencies dependencies) {
  auto host = absl::WrapUnique(new ProjectHost(std::move(options), std::move(dependencies)));
  RETURN_IF_ERROR(host->OpenTree());
  host->MakeExecutor();
  host->MakeLink();
  RETURN_IF_ERROR(host->Watch());
  return host;
}

ProjectHost::~ProjectHost() {
  if (link_ != nullptr) {
    Stop("the agent ends");
    Wait(absl::InfiniteDuration());
  }
}

absl::Status ProjectHost::OpenTree() {
  ASSIGN_OR_RETURN(tree_, PosixTree::Open(options_.project.path()));
  ASSIGN_OR_RETURN(project_files_, PosixTree::OpenProjectReader(options_.project.path()));
  policy_ =
      std::make_unique<PolicySource>(options_.policy, &dependencies_.machine.directory(), *tree_, dependencies_.clock);
  ledger_ = std::make_unique<Ledger>(*tree_, dependencies_.clock);
  recovery_ = std::make_unique<LedgerRecovery>(*ledger_, options_.project.path(), dependencies_.timers, workers_);
  recovery_->Start();
  dependencies_.machine.NoteServed(options_.project.path());
  return absl::OkStatus();
}

void ProjectHost::MakeExecutor() {
  const auto read_approval = [this](absl::string_view id) -> absl::StatusOr<v1::Approval> {
    v1::ApprovalGetRequest request;
    request.set_id(std::string(id));
    const std::shared_ptr<const EnforcedPolicy> policy = CurrentPolicy();
    const ApprovalStore approvals(*tree_, project_files_.get(), *policy, damage_, {options_.project.path()});
    ASSIGN_OR_RETURN(v1::ApprovalGetResponse response, approvals.Get(request));
    return std::move(*response.mutable_approval());
  };
  task_events_ = std::make_unique<TaskEventRecorder>(*tree_, *ledger_, policy_->Current()->max_file_bytes());
  approval_waiter_ = std::make_unique<ApprovalWaiter>(read_approval, dependencies_.timers, workers_);
  const auto read_question = [this](absl::string_view id) -> absl::StatusOr<v1::Question> {
    ASSIGN_OR_RETURN(const QuestionDocument document, FindQuestion(*tree_, id));
    return document.question();
  };
  question_waiter_ = std::make_unique<QuestionWaiter>(read_question, dependencies_.timers, workers_);
  const CommandEnvironment environment{*tree_,
                                       *ledger_,
                                       project_files_.get(),
                                       options_.project,
                                       options_.machine,
                                       [this] { return CurrentPolicy(); },
                                       dependencies_.clock,
                                       cache_,
                                       spec_lists_,
                                       log_cache_,
                                       damage_,
                                       *approval_waiter_,
                                       *question_waiter_,
                                       dependencies_.machine.jobs()};
  executor_ = std::make_unique<CommandExecutor>(environment);
  quick_reads_ = std::make_unique<QuickReads>(environment);
  transfers_ = std::make_unique<FileTransfers>(environment, workers_, dependencies_.timers, options_.transfers);
}

void ProjectHost::MakeLink() {
  RelayLinkOptions link_options;
  {
    absl::MutexLock lock(&mu_);
    announced_policy_ = policy_->Current();
    link_options.registration = MakeRegistration(options_, announced_policy_->in_force());
  }
  link_ = std::make_shared<RelayLink>(
      std::move(link_options),
      RelayLinkDependencies{
          &dependencies_.connector, &dependencies_.timers, &workers_, dependencies_.api_key,
          [this](const v1::CommandDelivery& delivery, CommandExecutor::Receiver receive) {
            executor_->Execute(delivery, std::move(receive));
          },
          [this](const std::vector<std::string>& request_ids, const absl::Status& reason) {
            executor_->Cancel(request_ids, reason);
          },
          [this](TreeWatcher::SnapshotReceiver receive) { return watcher_->Snapshot(std::move(receive)); }, random_,
          options_.on_link_state, options_.on_welcome,
          [this](const v1::CommandDelivery& delivery, std::shared_ptr<BodyLine> body, FileTransfer::Receiver receive) {
            transfers_->Execute(delivery, std::move(body), std::move(receive));
          },
          [this](const v1::CommandDelivery& delivery) {
            return dependencies_.machine.on_local_file_system() && watcher_->on_local_file_systems() &&
                   IsQuickRead(delivery.command());
          },
          [this](const v1::CommandDelivery& delivery) { return quick_reads_->TryExecute(delivery); }});
  progress_ = std::make_unique<MachineHost::ProgressSubscription>(
      dependencies_.machine, [link = std::weak_ptr<RelayLink>(link_)](const v1::JobProgress& progress) {
        if (const std::shared_ptr<RelayLink> open = link.lock()) open->ReportProgress(progress);
      });
}

std::shared_ptr<const EnforcedPolicy> ProjectHost::CurrentPolicy() {
  std::shared_ptr<const EnforcedPolicy> policy = policy_->Current();
  {
    absl::MutexLock lock(&mu_);
    if (policy == announced_policy_) return policy;
    announced_policy_ = policy;
  }
  link_->Reregister(MakeRegistration(options_, policy->in_force()));
  return policy;
}

void ProjectHost::OnChanges(TreeChanges changes) {
  for (const v1::FileChanged& change : changes.changes) {
    cache_.Invalidate(change.path());
    if (change.path() == kPolicyFile) policy_->OnFileChanged();
    approval_waiter_->OnChanged(change.path());
    question_waiter_->OnChanged(change.path());
    // A queue that is full drops it; the document's next change makes up for it.
    if (change.category() == v1::FILE_CATEGORY_TASKS) {
      workers_.TrySubmit(0, [this, path = change.path()] { RecordTaskEvents(path); });
    }
  }
  if (!changes.resync_reason.empty()) {
    cache_.InvalidateAll();
    approval_waiter_->OnResync();
    question_waiter_->OnResync();
  }
  CurrentPolicy();
  if (options_.on_changes != nullptr) options_.on_changes(changes);
  link_->OnChanges(std::move(changes.changes), changes.resync_reason);
}

void ProjectHost::RecordTaskEvents(const std::string& path) {
  if (CurrentPolicy()->in_force().read_only()) return;
  if (const absl::Status recorded = task_events_->OnFileChanged(path); !recorded.ok()) {
    Log(LogLevel::kWarning, "task transitions not recorded",
        {{"path", path}, {"reason", std::string(recorded.message())}});
  }
}

absl::Status ProjectHost::Watch() {
  if (const absl::Status known = task_events_->TakeBaseline(); !known.ok()) {
    Log(LogLevel::kWarning, "tasks cannot be followed", {{"reason", std::string(known.message())}});
  }
  ASSIGN_OR_RETURN(watcher_, TreeWatcher::Start(
                                 options_.project.path(), *tree_, dependencies_.clock,
                                 [this](TreeChanges changes) { OnChanges(std::move(changes)); }, TreeWatcherOptions()));
  return absl::OkStatus();
}

void ProjectHost::Connect() { link_->Start(); }

void ProjectHost::Execute(const v1::CommandDelivery& delivery, CommandExecutor::Receiver receive) {
  executor_->Execute(delivery, std::move(receive));
}

void ProjectHost::Cancel(const std::vector<std::string>& request_ids, const absl::Status& reason) {
  executor_->Cancel(request_ids, reason);
}

void ProjectHost::Stop(absl::string_view reason) { link_->Stop(reason); }

bool ProjectHost::Wait(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  return link_->WaitStopped(timeout) && transfers_->WaitIdle(deadline - absl::Now()) &&
         workers_.Drain(deadline - absl::Now());
}

}  // namespace specrelay
