#include <string>
#include <utility>

#include "dashboard/api/implementation_log_json.h"
#include "dashboard/api/routes.h"
#include "proto/support/status_macros.h"

// Implementation logs of specs.

namespace specrelay {
namespace {

absl::StatusOr<HttpResponse> Search(const ApiCall& call, const std::string& query) {
  v1::Command command;
  v1::ImplLogSearchRequest& search = *command.mutable_impl_log_search();
  search.set_spec_name(call.Path("name"));
  search.set_query(query);
  search.set_task_id(call.Query("taskId"));
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer(LogEntriesJson(result.impl_log_search().entries()));
}

absl::StatusOr<HttpResponse> GetLog(const ApiCall& call) {
  const std::string query = call.Query("search");
  if (!query.empty()) return Search(call, query);
  v1::Command command;
  command.mutable_impl_log_read()->set_spec_name(call.Path("name"));
  command.mutable_impl_log_read()->set_task_id(call.Query("taskId"));
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer(LogEntriesJson(result.impl_log_read().entries()));
}

absl::StatusOr<HttpResponse> AddEntry(const ApiCall& call) {
  v1::Command command;
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(*command.mutable_impl_log_add()->mutable_entry(), LogEntryFromBody(body));
  command.mutable_impl_log_add()->set_spec_name(call.Path("name"));
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer(AddedLogEntryJson(result.impl_log_add().entry(), body));
}

absl::StatusOr<HttpResponse> GetTaskStats(const ApiCall& call) {
  v1::Command command;
  command.mutable_impl_log_task_stats()->set_spec_name(call.Path("name"));
  command.mutable_impl_log_task_stats()->set_task_id(call.Path("taskId"));
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer(TaskLogStatsJson(result.impl_log_task_stats()));
}

}  // namespace

std::vector<Route> ImplementationLogRoutes(ApiServices& services) {
  return {
      ApiRoute(services,
               {"GET",
                "/api/projects/{projectId}/specs/{name}/implementation-log",
                Access::kViewer,
                "Reads the implementation log of a spec",
                "",
                "LogEntries",
                kReads,
                {{"taskId", "Entries of this task alone"}, {"search", "Entries that hold these words alone"}}},
               GetLog),
      ApiRoute(services,
               {"POST", "/api/projects/{projectId}/specs/{name}/implementation-log", Access::kUser,
                "Adds to the implementation log of a spec", "NewLogEntry", "AddedLogEntry", kWrites},
               AddEntry),
      ApiRoute(services,
               {"GET", "/api/projects/{projectId}/specs/{name}/implementation-log/task/{taskId}/stats", Access::kViewer,
                "Sums up the log entries of a task", "", "TaskLogStats", kReads},
               GetTaskStats),
  };
}

}  // namespace specrelay
