#include "mcp_agent/commands/job_commands.h"

#include "mcp_agent/commands/command_answer.h"
#include "proto/support/status_macros.h"

namespace specrelay {

using Result = v1::CommandResult;

bool JobCommands::Handles(const v1::Command& command) {
  switch (command.request_case()) {
    case v1::Command::kJobList:
    case v1::Command::kJobGet:
    case v1::Command::kJobHistory:
    case v1::Command::kJobStats:
    case v1::Command::kJobCreate:
    case v1::Command::kJobUpdate:
    case v1::Command::kJobDelete:
    case v1::Command::kJobCancel:
      return true;
    default:
      return false;
  }
}

absl::StatusOr<v1::CommandResult> JobCommands::Execute(const WriteRequest& request, const v1::Command& command) const {
  switch (command.request_case()) {
    case v1::Command::kJobList:
      return Answer(jobs_.List(command.job_list()), &Result::mutable_job_list);
    case v1::Command::kJobGet:
      return Answer(jobs_.Get(command.job_get()), &Result::mutable_job_get);
    case v1::Command::kJobHistory:
      return Answer(history_.History(command.job_history()), &Result::mutable_job_history);
    case v1::Command::kJobStats:
      return Answer(history_.Stats(command.job_stats()), &Result::mutable_job_stats);
    case v1::Command::kJobCancel:
      return Cancel(request, command.job_cancel());
    default:
      break;
  }
  ASSIGN_OR_RETURN(v1::CommandResult result, machine_ledger_.Execute(request, [&](Transaction& transaction) {
    return Write(transaction, command);
  }));
  changed_();
  return result;
}

absl::Status JobCommands::Claim(const WriteRequest& request) const {
  const auto nothing = [](Transaction&) -> absl::StatusOr<v1::CommandResult> { return v1::CommandResult(); };
  return machine_ledger_.Execute(request, nothing).status();
}

absl::StatusOr<v1::CommandResult> JobCommands::Cancel(const WriteRequest& request,
                                                      const v1::JobCancelRequest& cancel) const {
  // Through the ledger, so that a command which is sent again does not end a later run.
  ASSIGN_OR_RETURN(v1::CommandResult result,
                   machine_ledger_.Execute(request, [&](Transaction&) -> absl::StatusOr<v1::CommandResult> {
                     v1::CommandResult stored;
                     stored.mutable_job_cancel()->set_cancelled(runner_.CancelOwn(cancel.id()));
                     return stored;
                   }));
  // Runs of other agents can merely be looked after, and that may be done at any time.
  if (!result.job_cancel().cancelled()) RETURN_IF_ERROR(runner_.SettleOthers(cancel.id()));
  return result;
}

absl::StatusOr<v1::CommandResult> JobCommands::Write(Transaction& transaction, const v1::Command& command) const {
  switch (command.request_case()) {
    case v1::Command::kJobCreate:
      return Answer(jobs_.Create(transaction, command.job_create()), &Result::mutable_job_create);
    case v1::Command::kJobUpdate:
      return Answer(jobs_.Update(transaction, command.job_update()), &Result::mutable_job_update);
    case v1::Command::kJobDelete:
      return Answer(jobs_.Delete(transaction, command.job_delete()), &Result::mutable_job_delete);
    default:
      return NotImplemented(command);
  }
}

}  // namespace specrelay
