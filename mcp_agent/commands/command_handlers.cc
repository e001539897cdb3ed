#include "mcp_agent/commands/command_handlers.h"

#include "mcp_agent/commands/command_answer.h"

namespace specrelay {

using Result = v1::CommandResult;

namespace {

// How long a decision can be taken back.
constexpr absl::Duration kUndoWindow = absl::Seconds(30);

MayDecide MayDecideUnder(const EnforcedPolicy& policy) {
  return [&policy](const v1::Actor& actor) { return policy.CheckMayDecide(actor); };
}

}  // namespace

CommandHandlers::CommandHandlers(const CommandEnvironment& environment, const EnforcedPolicy& policy)
    : specs_(environment.tree, policy, environment.cache, environment.spec_lists, environment.clock),
      tasks_(environment.tree, policy),
      steering_(environment.tree, policy),
      approvals_(environment.tree, environment.project_files, policy, environment.damage,
                 {environment.project.path(), kUndoWindow, MayDecideUnder(policy)}),
      auto_approve_(environment.tree, environment.damage, MayDecideUnder(policy)),
      questions_(environment.tree, environment.damage),
      logs_(environment.tree, policy, environment.log_cache, environment.clock),
      analytics_(environment.tree, environment.clock, environment.project.path()),
      files_(environment.tree, environment.project_files, policy),
      project_(environment, steering_, auto_approve_, policy) {}

absl::StatusOr<v1::CommandResult> CommandHandlers::Read(const v1::Command& command) const {
  switch (command.request_case()) {
    case v1::Command::kProjectInfo:
      return Answer(project_.Info(command.project_info()), &Result::mutable_project_info);
    case v1::Command::kSpecList:
      return Answer(specs_.List(command.spec_list()), &Result::mutable_spec_list);
    case v1::Command::kSpecRead:
      return Answer(specs_.Read(command.spec_read()), &Result::mutable_spec_read);
    case v1::Command::kSpecArchivedList:
      return Answer(specs_.ListArchived(command.spec_archived_list()), &Result::mutable_spec_archived_list);
    case v1::Command::kSpecArchivedRead:
      return Answer(specs_.ReadArchived(command.spec_archived_read()), &Result::mutable_spec_archived_read);
    case v1::Command::kTaskProgress:
      return Answer(tasks_.Progress(command.task_progress()), &Result::mutable_task_progress);
    case v1::Command::kSteeringRead:
      return Answer(steering_.Read(command.steering_read()), &Result::mutable_steering_read);
    case v1::Command::kSteeringStatus:
      return Answer(steering_.Status(command.steering_status()), &Result::mutable_steering_status);
    case v1::Command::kApprovalList:
      return Answer(approvals_.List(command.approval_list()), &Result::mutable_approval_list);
    case v1::Command::kApprovalGet:
      return Answer(approvals_.Get(command.approval_get()), &Result::mutable_approval_get);
    case v1::Command::kApprovalContent:
      return Answer(approvals_.Content(command.approval_content()), &Result::mutable_approval_content);
    case v1::Command::kApprovalSnapshots:
      return Answer(approvals_.Snapshots(command.approval_snapshots()), &Result::mutable_approval_snapshots);
    case v1::Command::kApprovalSnapshotGet:
      return Answer(approvals_.SnapshotGet(command.approval_snapshot_get()), &Result::mutable_approval_snapshot_get);
    case v1::Command::kApprovalDiff:
      return Answer(approvals_.Diff(command.approval_diff()), &Result::mutable_approval_diff);
    case v1::Command::kAutoApproveGet:
      return Answer(auto_approve_.Get(command.auto_approve_get()), &Result::mutable_auto_approve_get);
    case v1::Command::kQuestionList:
      return Answer(questions_.List(command.question_list()), &Result::mutable_question_list);
    case v1::Command::kQuestionGet:
      return Answer(questions_.Get(command.question_get()), &Result::mutable_question_get);
    case v1::Command::kImplLogRead:
      return Answer(logs_.Read(command.impl_log_read()), &Result::mutable_impl_log_read);
    case v1::Command::kImplLogSearch:
      return Answer(logs_.Search(command.impl_log_search()), &Result::mutable_impl_log_search);
    case v1::Command::kImplLogTaskStats:
      return Answer(logs_.TaskStats(command.impl_log_task_stats()), &Result::mutable_impl_log_task_stats);
    case v1::Command::kAnalyticsHistory:
      return Answer(analytics_.History(command.analytics_history()), &Result::mutable_analytics_history);
    case v1::Command::kAnalyticsTaskVelocity:
      return Answer(analytics_.TaskVelocity(command.analytics_task_velocity()),
                    &Result::mutable_analytics_task_velocity);
    case v1::Command::kAnalyticsApprovalMetrics:
      return Answer(analytics_.ApprovalMetrics(command.analytics_approval_metrics()),
                    &Result::mutable_analytics_approval_metrics);
    case v1::Command::kAnalyticsCodeMetrics:
      return Answer(analytics_.CodeMetrics(command.analytics_code_metrics()), &Result::mutable_analytics_code_metrics);
    case v1::Command::kAnalyticsCycleTime:
      return Answer(analytics_.CycleTime(command.analytics_cycle_time()), &Result::mutable_analytics_cycle_time);
    case v1::Command::kAnalyticsBurndown:
      return Answer(analytics_.Burndown(command.analytics_burndown()), &Result::mutable_analytics_burndown);
    case v1::Command::kFileRead:
      return Answer(files_.Read(command.file_read()), &Result::mutable_file_read);
    default:
      return NotImplemented(command);
  }
}

absl::StatusOr<v1::CommandResult> CommandHandlers::Write(Transaction& transaction, const v1::Command& command) const {
  switch (command.request_case()) {
    case v1::Command::kSpecDocumentWrite:
      return Answer(specs_.WriteDocument(transaction, command.spec_document_write()),
                    &Result::mutable_spec_document_write);
    case v1::Command::kSpecArchive:
      return Answer(specs_.Archive(transaction, command.spec_archive()), &Result::mutable_spec_archive);
    case v1::Command::kSpecUnarchive:
      return Answer(specs_.Unarchive(transaction, command.spec_unarchive()), &Result::mutable_spec_unarchive);
    case v1::Command::kTaskStatusUpdate:
      return Answer(tasks_.UpdateStatus(transaction, command.task_status_update()),
                    &Result::mutable_task_status_update);
    case v1::Command::kSteeringWrite:
      return Answer(steering_.Write(transaction, command.steering_write()), &Result::mutable_steering_write);
    case v1::Command::kApprovalCreate:
      return Answer(approvals_.Create(transaction, command.approval_create()), &Result::mutable_approval_create);
    case v1::Command::kApprovalUpdate:
      return Answer(approvals_.Update(transaction, command.approval_update()), &Result::mutable_approval_update);
    case v1::Command::kApprovalSnapshot:
      return Answer(approvals_.Snapshot(transaction, command.approval_snapshot()), &Result::mutable_approval_snapshot);
    case v1::Command::kApprovalDelete:
      return Answer(approvals_.Delete(transaction, command.approval_delete()), &Result::mutable_approval_delete);
    case v1::Command::kApprovalConsume:
      return Answer(approvals_.Consume(transaction, command.approval_consume()), &Result::mutable_approval_consume);
    case v1::Command::kAutoApproveSet:
      return Answer(auto_approve_.Set(transaction, command.auto_approve_set()), &Result::mutable_auto_approve_set);
    case v1::Command::kQuestionCreate:
      return Answer(questions_.Create(transaction, command.question_create()), &Result::mutable_question_create);
    case v1::Command::kQuestionAnswer:
      return Answer(questions_.Answer(transaction, command.question_answer()), &Result::mutable_question_answer);
    case v1::Command::kQuestionConsume:
      return Answer(questions_.Consume(transaction, command.question_consume()), &Result::mutable_question_consume);
    case v1::Command::kQuestionDismiss:
      return Answer(questions_.Dismiss(transaction, command.question_dismiss()), &Result::mutable_question_dismiss);
    case v1::Command::kQuestionDelete:
      return Answer(questions_.Delete(transaction, command.question_delete()), &Result::mutable_question_delete);
    case v1::Command::kImplLogAdd:
      return Answer(logs_.Add(transaction, command.impl_log_add()), &Result::mutable_impl_log_add);
    case v1::Command::kFileWrite:
      return Answer(files_.Write(transaction, command.file_write()), &Result::mutable_file_write);
    default:
      return NotImplemented(command);
  }
}

bool CommandHandlers::IsMany(const v1::Command& command) {
  return command.has_approval_batch_update() || command.has_approval_undo();
}

absl::StatusOr<v1::CommandResult> CommandHandlers::WriteMany(WriteLedger& ledger, const WriteRequest& request,
                                                             const v1::Command& command) const {
  switch (command.request_case()) {
    case v1::Command::kApprovalBatchUpdate:
      return Answer(approvals_.BatchUpdate(ledger, request, command.approval_batch_update()),
                    &Result::mutable_approval_batch_update);
    case v1::Command::kApprovalUndo:
      return Answer(approvals_.Undo(ledger, request, command.approval_undo()), &Result::mutable_approval_undo);
    default:
      return NotImplemented(command);
  }
}

}  // namespace specrelay
