#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "dashboard/api/json_writer.h"
#include "dashboard/api/routes.h"
#include "dashboard/api/task_json.h"
#include "proto/support/status_macros.h"
#include "proto/support/task_status.h"

// Tasks of a spec.

namespace specrelay {
namespace {

absl::StatusOr<v1::Command> ReadProgress(const ApiCall& call) {
  v1::Command command;
  command.mutable_task_progress()->set_spec_name(call.Path("name"));
  return command;
}

absl::StatusOr<HttpResponse> ShowProgress(const ApiCall& call, const v1::CommandResult& result) {
  const v1::TaskProgressResponse& progress = result.task_progress();
  if (!progress.has_version()) {
    return absl::NotFoundError(
        absl::StrCat("spec ", call.Path("name"), " has no tasks document; PUT …/tasks makes one"));
  }
  return call.TaggedText([&progress] { return TaskProgressJson(progress); }, progress.version().hash());
}

absl::StatusOr<v1::TaskStatusUpdateRequest> UpdateOf(const ApiCall& call) {
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  v1::TaskStatusUpdateRequest update;
  update.set_spec_name(call.Path("name"));
  update.set_task_id(call.Path("taskId"));
  const absl::StatusOr<std::string> status = body.Text("status");
  update.set_status(status.ok() ? TaskStatusFromName(*status) : v1::TASK_STATUS_UNSPECIFIED);
  if (update.status() == v1::TASK_STATUS_UNSPECIFIED) {
    return absl::InvalidArgumentError("Invalid status. Must be pending, in-progress, completed, or blocked");
  }
  ASSIGN_OR_RETURN(*update.mutable_reason(), body.TextOr("reason", ""));
  ASSIGN_OR_RETURN(absl::optional<std::string> base_hash, call.BaseHash());
  if (base_hash.has_value()) update.set_base_hash(*std::move(base_hash));
  return update;
}

absl::StatusOr<HttpResponse> PutStatus(const ApiCall& call) {
  v1::Command command;
  ASSIGN_OR_RETURN(*command.mutable_task_status_update(), UpdateOf(call));
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  const v1::TaskStatusUpdateResponse& update = result.task_status_update();
  const std::string message =
      absl::StrCat("Task ", update.task().id(), update.changed() ? " status updated to " : " already has status ",
                   TaskStatusName(update.task().status()));
  JsonWriter json;
  json.BeginObject().Key("success").Bool(true).Key("message").Text(message).Key("task");
  WriteTask(update.task(), json);
  HttpResponse response = HttpResponse::Json(200, json.EndObject().Take());
  call.SetTag(update.version().hash(), response);
  return response;
}

}  // namespace

std::vector<Route> TaskRoutes(ApiServices& services) {
  return {
      ApiRoute(services,
               {"GET", "/api/projects/{projectId}/specs/{name}/tasks/progress", Access::kViewer,
                "Tells how far the tasks of a spec are", "", "TaskProgress", kTaggedReads},
               ApiQuery{ReadProgress, ShowProgress}),
      ApiRoute(services,
               {"PUT", "/api/projects/{projectId}/specs/{name}/tasks/{taskId}/status", Access::kUser,
                "Sets the state of a task", "TaskStatusUpdate", "TaskStatusUpdated", kConditionalWrites},
               PutStatus),
  };
}

}  // namespace specrelay
