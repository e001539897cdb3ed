#include "mcp_agent/commands/command_handlers.h"

#include "mcp_agent/commands/command_answer.h"

namespace specrelay {

using Result = v1::CommandResult;

CommandHandlers::CommandHandlers(const CommandEnvironment& environment, const EnforcedPolicy& policy)
    : specs_(environment.tree, policy, environment.cache, environment.clock),
      tasks_(environment.tree, policy),
      steering_(environment.tree, policy),
      files_(environment.tree, environment.project_files, policy),
      project_(environment, steering_, policy) {}

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
    case v1::Command::kFileWrite:
      return Answer(files_.Write(transaction, command.file_write()), &Result::mutable_file_write);
    default:
      return NotImplemented(command);
  }
}

}  // namespace specrelay
