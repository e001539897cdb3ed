#include "mcp_agent/mcp/tools/task_update.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/mcp/tools/answer.h"
#include "mcp_agent/mcp/tools/task_shapes.h"
#include "proto/support/task_status.h"

namespace specrelay {
namespace {

ToolInfo Info() {
  ToolInfo info;
  info.name = "task-update";
  info.title = "Update a task";
  info.description =
      "Set the status of a task in tasks.md: completed when it is implemented, tested and logged; blocked with the "
      "reason when it cannot be done now; pending to put it back. Use it instead of editing the checkbox.";
  info.input_schema = ObjectSchema({{"specName", TextSchema()},
                                    {"taskId", TextSchema("its number, for example 2.1")},
                                    {"status", TaskStatusSchema()},
                                    {"reason", TextSchema("for blocked: one line on what would unblock it")}},
                                   {"specName", "taskId", "status"});
  info.output_schema = AnswerSchema({{"specName", TextSchema()},
                                     {"task", TaskSchema()},
                                     {"previousStatus", TaskStatusSchema()},
                                     {"changed", FlagSchema("false when it had the status already")}},
                                    {"specName", "task", "previousStatus", "changed"});
  info.annotations.idempotent = true;
  return info;
}

}  // namespace

TaskUpdateTool::TaskUpdateTool(std::shared_ptr<ToolContext> context) : ImmediateTool(Info(), std::move(context)) {}

absl::StatusOr<ToolAnswer> TaskUpdateTool::Answer(const Json& arguments, const ToolCall& call) {
  const std::string spec_name = StringAt(arguments, "specName").value_or("");
  v1::Command command;
  v1::TaskStatusUpdateRequest& request = *command.mutable_task_status_update();
  request.set_spec_name(spec_name);
  request.set_task_id(StringAt(arguments, "taskId").value_or(""));
  request.set_status(TaskStatusFromName(StringAt(arguments, "status").value_or("")));
  request.set_reason(StringAt(arguments, "reason").value_or(""));
  if (request.status() == v1::TASK_STATUS_BLOCKED && request.reason().empty()) {
    return absl::InvalidArgumentError(
        "status blocked needs a reason; call task-update again with one line on what would unblock the task");
  }
  const absl::StatusOr<v1::CommandResult> result = context()->Run(call, "update", std::move(command));
  if (!result.ok()) return AdviseOnSpec(result.status());
  const v1::TaskStatusUpdateResponse& update = result->task_status_update();
  const absl::string_view previous = TaskStatusName(update.previous_status());
  const absl::string_view status = TaskStatusName(update.task().status());
  return MakeAnswer(absl::StrCat("Task ", update.task().id(), " of ", spec_name,
                                 update.changed() ? absl::StrCat(" was ", previous, " and is ", status)
                                                  : absl::StrCat(" is ", status, " already"),
                                 "."),
                    {{"specName", spec_name},
                     {"task", TaskJson(update.task())},
                     {"previousStatus", std::string(previous)},
                     {"changed", update.changed()}},
                    StepsAfterUpdate(spec_name, update.task(), call));
}

std::vector<std::string> TaskUpdateTool::StepsAfterUpdate(const std::string& spec_name, const v1::Task& task,
                                                          const ToolCall& call) const {
  if (task.status() == v1::TASK_STATUS_IN_PROGRESS) return {};
  std::vector<std::string> steps;
  if (task.status() == v1::TASK_STATUS_COMPLETED && !task.is_header()) {
    v1::Command command;
    command.mutable_impl_log_task_stats()->set_spec_name(spec_name);
    command.mutable_impl_log_task_stats()->set_task_id(task.id());
    const absl::StatusOr<v1::CommandResult> stats = context()->Run(call, "log", std::move(command));
    if (stats.ok() && stats->impl_log_task_stats().total_implementations() == 0) {
      steps.push_back(absl::StrCat("Nothing is logged for task ", task.id(),
                                   ": call log-implementation, so that later tasks find what it made."));
    }
  }
  steps.push_back(absl::StrCat("Call task-next with specName \"", spec_name, "\" for the next task."));
  return steps;
}

}  // namespace specrelay
