#include "mcp_agent/testing/agent_parts.h"

#include <iterator>
#include <utility>

#include "mcp_agent/approvals/approval_store.h"
#include "mcp_agent/questions/question_store.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/capabilities.h"
#include "proto/support/status_macros.h"
#include "proto/support/version.h"

namespace specrelay {

AgentParts::AgentParts(v1::Project project, std::string agent_id, std::string instance_uid,
                       AgentSurroundings surroundings)
    : project_(std::move(project)),
      surroundings_(surroundings),
      policy_(std::make_shared<const EnforcedPolicy>(v1::AgentPolicy())),
      ledger_(surroundings.tree, surroundings.clock, JournalLimits(), surroundings.max_audit_file_bytes),
      recovery_(ledger_, project_.path(), surroundings.timers, surroundings.runner),
      approval_waiter_(
          [this](absl::string_view id) -> absl::StatusOr<v1::Approval> {
            v1::ApprovalGetRequest request;
            request.set_id(std::string(id));
            const ApprovalStore approvals(surroundings_.tree, nullptr, *policy_, damage_, {project_.path()});
            ASSIGN_OR_RETURN(v1::ApprovalGetResponse response, approvals.Get(request));
            return std::move(*response.mutable_approval());
          },
          surroundings.timers, surroundings.runner),
      question_waiter_(
          [this](absl::string_view id) -> absl::StatusOr<v1::Question> {
            ASSIGN_OR_RETURN(const QuestionDocument document, FindQuestion(surroundings_.tree, id));
            return document.question();
          },
          surroundings.timers, surroundings.runner),
      environment_{surroundings.tree,
                   ledger_,
                   nullptr,
                   project_,
                   v1::Machine(),
                   [this] { return policy_; },
                   surroundings.clock,
                   cache_,
                   spec_lists_,
                   log_cache_,
                   damage_,
                   approval_waiter_,
                   question_waiter_,
                   surroundings.machine.jobs()} {
  RelayLinkOptions options;
  options.registration = MakeRegistration(agent_id, instance_uid);
  options.max_whole_bytes = surroundings_.max_whole_bytes;
  link_ = std::make_shared<RelayLink>(
      std::move(options),
      RelayLinkDependencies{
          &surroundings_.connector, &surroundings_.timers, &surroundings_.runner, [] { return std::string("key"); },
          [this](const v1::CommandDelivery& delivery, CommandExecutor::Receiver receive) {
            executor_.Execute(delivery, std::move(receive));
          },
          [this](const std::vector<std::string>& request_ids, const absl::Status& reason) {
            executor_.Cancel(request_ids, reason);
          },
          [this](std::function<void(std::vector<v1::FileState>)> receive) {
            surroundings_.runner.SubmitUrgent([this, receive = std::move(receive)] { receive(index_.Files()); });
            return absl::OkStatus();
          },
          surroundings_.random,
          /*on_state=*/nullptr,
          /*on_welcome=*/nullptr,
          /*execute_streamed=*/nullptr,
          [](const v1::CommandDelivery& delivery) { return IsQuickRead(delivery.command()); },
          [this](const v1::CommandDelivery& delivery) { return quick_reads_.TryExecute(delivery); }});
}

v1::Register AgentParts::MakeRegistration(const std::string& agent_id, const std::string& instance_uid) const {
  v1::Register registration;
  registration.set_agent_id(agent_id);
  registration.set_instance_uid(instance_uid);
  *registration.mutable_project() = project_;
  registration.mutable_machine()->set_host_name("laptop");
  for (const char* capability :
       {"command-cancel", "drain", "events", kTransferGzipCapability, kTransferMessageCapability, "tree-state"}) {
    registration.add_capabilities(capability);
  }
  registration.set_protocol_version(kProtocolVersion);
  registration.set_agent_version(kVersion);
  return registration;
}

void AgentParts::Start() {
  recovery_.Start();
  Check("");
  link_->Start();
}

void AgentParts::OnChanged(const std::string& path) {
  cache_.Invalidate(path);
  approval_waiter_.OnChanged(path);
  question_waiter_.OnChanged(path);
  index_.NoteWrite(path, surroundings_.clock.Now());
  if (std::vector<v1::FileChanged> changes = Check(path); !changes.empty()) link_->OnChanges(std::move(changes), "");
}

void AgentParts::OnMissed() {
  cache_.InvalidateAll();
  approval_waiter_.OnResync();
  question_waiter_.OnResync();
  link_->OnChanges(Check(""), "too much happened at once");
}

std::vector<v1::FileChanged> AgentParts::Check(const std::string& path) {
  std::vector<v1::FileChanged> changes;
  index_.BeginCheck();
  Scan(path, changes);
  std::vector<v1::FileChanged> deletions = index_.EndCheck(path);
  changes.insert(changes.end(), std::make_move_iterator(deletions.begin()), std::make_move_iterator(deletions.end()));
  index_.TakeOutdated();
  return changes;
}

void AgentParts::Scan(const std::string& path, std::vector<v1::FileChanged>& changes) {
  const absl::StatusOr<FileStat> stat = surroundings_.tree.Stat(path);
  if (!stat.ok()) return;
  if (!stat->is_directory) {
    const absl::Time read_at = surroundings_.clock.Now();
    const absl::StatusOr<FileContent> content = surroundings_.tree.Read(path, kDefaultMaxFileBytes);
    if (!content.ok()) return index_.Keep(path);
    if (auto change = index_.Observe(path, *content, read_at); change.has_value()) changes.push_back(*change);
    return;
  }
  const absl::StatusOr<std::vector<DirectoryEntry>> entries = surroundings_.tree.List(path);
  if (!entries.ok()) return index_.Keep(path);
  for (const DirectoryEntry& entry : *entries) {
    const std::string below = JoinPath(path, entry.name);
    if (below != "audit.jsonl") Scan(below, changes);
  }
}

}  // namespace specrelay
