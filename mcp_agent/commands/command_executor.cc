#include "mcp_agent/commands/command_executor.h"

#include <exception>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "proto/support/command_catalog.h"
#include "proto/support/command_error.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "proto/support/version.h"

namespace specrelay {
namespace {

// Puts a handler's answer into the field of the result that `field` gives access to.
template <typename Response>
absl::StatusOr<v1::CommandResult> Answer(absl::StatusOr<Response> response, Response* (v1::CommandResult::*field)()) {
  RETURN_IF_ERROR(response.status());
  v1::CommandResult result;
  *(result.*field)() = *std::move(response);
  return result;
}

absl::Status NotImplemented(const v1::Command& command) {
  const CommandInfo* info = FindCommand(command);
  if (info == nullptr) {
    return absl::UnimplementedError(
        absl::StrCat("this agent (version ", kVersion, ") does not know the command; update the agent"));
  }
  return absl::UnimplementedError(
      absl::StrCat("this agent (version ", kVersion, ") does not implement ", info->name, " yet; update the agent"));
}

absl::Status UnexpectedError(const v1::Command& command, absl::string_view what) {
  const CommandInfo* info = FindCommand(command);
  const absl::string_view name = info == nullptr ? "unknown" : info->name;
  Log(LogLevel::kError, "command threw", {{"command", std::string(name)}, {"what", std::string(what)}});
  return absl::InternalError(
      absl::StrCat("the agent failed in ", name, ": ", what,
                   "; read what the command was about before sending it again, and report this"));
}

v1::CommandOutcome ToOutcome(const std::string& request_id, absl::StatusOr<v1::CommandResult> result) {
  v1::CommandOutcome outcome;
  outcome.set_request_id(request_id);
  if (result.ok()) {
    outcome.set_state(v1::COMMAND_STATE_APPLIED);
    *outcome.mutable_result() = *std::move(result);
  } else {
    outcome.set_state(FinalState(result.status()));
    *outcome.mutable_error() = ToCommandError(WithCommand(result.status(), request_id, outcome.state()));
  }
  return outcome;
}

}  // namespace

CommandExecutor::CommandExecutor(ExecutorContext context)
    : policy_(std::move(context.policy)),
      specs_(context.tree, policy_, context.cache, context.clock),
      tasks_(context.tree, policy_),
      steering_(context.tree, policy_),
      files_(context.tree, context.project_files, policy_),
      project_(context.tree, steering_, policy_, std::move(context.project), std::move(context.machine)) {}

v1::CommandOutcome CommandExecutor::Execute(const v1::CommandDelivery& delivery) noexcept {
  return ToOutcome(delivery.request_id(), DispatchSafely(delivery.command()));
}

absl::StatusOr<v1::CommandResult> CommandExecutor::DispatchSafely(const v1::Command& command) {
  try {
    return Dispatch(command);
  } catch (const std::exception& e) {
    return UnexpectedError(command, e.what());
  } catch (...) {
    return UnexpectedError(command, "an exception of unknown type");
  }
}

absl::StatusOr<v1::CommandResult> CommandExecutor::Dispatch(const v1::Command& command) {
  using Result = v1::CommandResult;
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
    case v1::Command::kSpecDocumentWrite:
      return Answer(specs_.WriteDocument(command.spec_document_write()), &Result::mutable_spec_document_write);
    case v1::Command::kSpecArchive:
      return Answer(specs_.Archive(command.spec_archive()), &Result::mutable_spec_archive);
    case v1::Command::kSpecUnarchive:
      return Answer(specs_.Unarchive(command.spec_unarchive()), &Result::mutable_spec_unarchive);
    case v1::Command::kTaskStatusUpdate:
      return Answer(tasks_.UpdateStatus(command.task_status_update()), &Result::mutable_task_status_update);
    case v1::Command::kSteeringRead:
      return Answer(steering_.Read(command.steering_read()), &Result::mutable_steering_read);
    case v1::Command::kSteeringStatus:
      return Answer(steering_.Status(command.steering_status()), &Result::mutable_steering_status);
    case v1::Command::kSteeringWrite:
      return Answer(steering_.Write(command.steering_write()), &Result::mutable_steering_write);
    case v1::Command::kFileRead:
      return Answer(files_.Read(command.file_read()), &Result::mutable_file_read);
    case v1::Command::kFileWrite:
      return Answer(files_.Write(command.file_write()), &Result::mutable_file_write);
    default:
      return NotImplemented(command);
  }
}

}  // namespace specrelay
