#include "mcp_agent/mcp/tools/task_next.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/mcp/tools/answer.h"
#include "mcp_agent/mcp/tools/approval_shapes.h"
#include "mcp_agent/mcp/tools/open_questions.h"
#include "mcp_agent/mcp/tools/task_shapes.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// How often a document may change between reading and marking before the call gives up.
constexpr int kMaxAttempts = 5;

ToolInfo Info() {
  ToolInfo info;
  info.name = "task-next";
  info.title = "Next task";
  info.description =
      "Take the next task of a spec: its description, files, requirements and structured prompt. Marks it in progress. "
      "A "
      "task in progress is given again, so call it after a restart, too. When nothing is next, it says what is blocked "
      "and why. Call it before each task; finish the task with log-implementation and task-update.";
  info.input_schema = ObjectSchema(
      {{"specName", TextSchema()}, {"peek", FlagSchema("only look, mark nothing; false when absent")}}, {"specName"});
  info.output_schema = AnswerSchema({{"specName", TextSchema()},
                                     {"task", TaskSchema()},
                                     {"started", FlagSchema("by this call")},
                                     {"isGroup", FlagSchema("its subtasks are completed")},
                                     {"allCompleted", FlagSchema()},
                                     {"blocked", BlockedTasksSchema()}},
                                    {"specName", "started", "allCompleted"});
  info.annotations.idempotent = true;
  return info;
}

std::string TasksPath(const std::string& spec_name) {
  return absl::StrCat(".spec-context/specs/", spec_name, "/tasks.md");
}

// Both, in this order.
std::vector<std::string> Join(std::vector<std::string> first, std::vector<std::string> then) {
  std::move(then.begin(), then.end(), std::back_inserter(first));
  return first;
}

std::vector<std::string> StepsOf(const std::string& spec_name, const NextTask& next) {
  const std::string update = absl::StrCat("task-update with specName \"", spec_name, "\", taskId \"", next.task->id(),
                                          "\" and status completed");
  if (next.is_group) {
    return {
        absl::StrCat("Its subtasks are completed: check that together they do what it says, then call ", update, ".")};
  }
  return {"Call search-logs for what exists already, so that nothing is built twice; then implement and test.",
          absl::StrCat("Call log-implementation, then ", update,
                       "; if it cannot be done, status blocked with the reason.")};
}

}  // namespace

TaskNextTool::TaskNextTool(std::shared_ptr<ToolContext> context) : ImmediateTool(Info(), std::move(context)) {}

absl::StatusOr<ToolAnswer> TaskNextTool::Answer(const Json& arguments, const ToolCall& call) {
  const std::string spec_name = StringAt(arguments, "specName").value_or("");
  for (int attempt = 1; attempt <= kMaxAttempts; ++attempt) {
    absl::StatusOr<absl::optional<ToolAnswer>> answer = Try(spec_name, IsTrueAt(arguments, "peek"), attempt, call);
    if (!answer.ok()) return AdviseOnSpec(answer.status());
    if (answer->has_value()) return **std::move(answer);
  }
  return absl::AbortedError(
      absl::StrCat(TasksPath(spec_name), " is being changed over and over; call task-next again"));
}

absl::StatusOr<absl::optional<ToolAnswer>> TaskNextTool::Try(const std::string& spec_name, bool peek, int attempt,
                                                             const ToolCall& call) const {
  v1::Command read;
  read.mutable_task_progress()->set_spec_name(spec_name);
  ASSIGN_OR_RETURN(const v1::CommandResult result, context()->Run(call, absl::StrCat("read-", attempt), read));
  const v1::TaskProgressResponse& progress = result.task_progress();
  if (progress.tasks().empty()) {
    return absl::FailedPreconditionError(absl::StrCat(TasksPath(spec_name), " has no tasks; write them and get them ",
                                                      "approved as spec-workflow-guide tells"));
  }
  NextTask next = FindNextTask(progress.tasks());
  if (next.task == nullptr) return absl::make_optional(AnswerNothing(spec_name, next, StepsBefore(spec_name, call)));
  if (peek || next.task->status() == v1::TASK_STATUS_IN_PROGRESS) {
    return absl::make_optional(AnswerTask(spec_name, next, /*started=*/false, StepsBefore(spec_name, call)));
  }
  if (next.same_number != nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat(TasksPath(spec_name), " has two tasks ", next.task->id(), "; give each task a number of its own"));
  }
  RETURN_IF_ERROR(CheckApproval(spec_name, attempt, call));
  v1::Command start;
  start.mutable_task_status_update()->set_spec_name(spec_name);
  start.mutable_task_status_update()->set_task_id(next.task->id());
  start.mutable_task_status_update()->set_status(v1::TASK_STATUS_IN_PROGRESS);
  start.mutable_task_status_update()->set_base_hash(progress.version().hash());
  const absl::StatusOr<v1::CommandResult> started = context()->Run(call, absl::StrCat("start-", attempt), start);
  if (absl::IsAborted(started.status())) return absl::optional<ToolAnswer>();
  RETURN_IF_ERROR(started.status());
  next.task = &started->task_status_update().task();
  return absl::make_optional(AnswerTask(spec_name, next, /*started=*/true, StepsBefore(spec_name, call)));
}

absl::Status TaskNextTool::CheckApproval(const std::string& spec_name, int attempt, const ToolCall& call) const {
  v1::Command command;
  command.mutable_approval_list()->set_include_decided(true);
  ASSIGN_OR_RETURN(const v1::CommandResult result, context()->Run(call, absl::StrCat("approvals-", attempt), command));
  for (const v1::Approval& approval : result.approval_list().approvals()) {
    if (approval.category_name() != spec_name || !absl::EndsWith(approval.file_path(), TasksPath(spec_name))) continue;
    if (approval.status() == v1::APPROVAL_STATUS_APPROVED) break;
    return Advise(
        absl::FailedPreconditionError(absl::StrCat("the tasks may not be worked on: ", DescribeApproval(approval))),
        absl::StrCat(StepsAfter(approval, context()->port()).front(), " With peek the next task can be looked at."));
  }
  return absl::OkStatus();
}

std::vector<std::string> TaskNextTool::StepsBefore(const std::string& spec_name, const ToolCall& call) const {
  const absl::StatusOr<std::vector<v1::Question>> open = OpenQuestions(*context(), call, spec_name);
  // No reason to withhold the task.
  return open.ok() ? StepsForAnswers(*open) : std::vector<std::string>();
}

ToolAnswer TaskNextTool::AnswerTask(const std::string& spec_name, const NextTask& next, bool started,
                                    std::vector<std::string> first) const {
  return MakeAnswer(DescribeTask(*next.task),
                    {{"specName", spec_name},
                     {"task", TaskJson(*next.task)},
                     {"started", started},
                     {"isGroup", next.is_group},
                     {"allCompleted", false}},
                    Join(std::move(first), StepsOf(spec_name, next)));
}

ToolAnswer TaskNextTool::AnswerNothing(const std::string& spec_name, const NextTask& next,
                                       std::vector<std::string> first) const {
  const bool done = next.blocked.empty();
  const Json fields = {
      {"specName", spec_name}, {"started", false}, {"allCompleted", done}, {"blocked", BlockedTasksJson(next.blocked)}};
  if (done) {
    return MakeAnswer(absl::StrCat("All tasks of ", spec_name, " are completed."), fields,
                      Join(std::move(first), {"Run the project's tests and tell the user what was made."}));
  }
  return MakeAnswer(
      absl::StrCat("Nothing is next: these tasks of ", spec_name, " are blocked:", DescribeBlockedTasks(next.blocked)),
      fields,
      Join(std::move(first), {"Resolve what blocks them, asking the user with request-input if need be.",
                              "Then call task-update with status pending for the task, and task-next again."}));
}

}  // namespace specrelay
