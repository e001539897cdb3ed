#include <utility>

#include "dashboard/api/analytics_json.h"
#include "dashboard/api/routes.h"
#include "proto/support/status_macros.h"

// Analytics of a project.

namespace specrelay {
namespace {

// Asks for the analysis whose request, result and JSON are given.
template <typename Request, typename Response>
absl::StatusOr<HttpResponse> Analyze(const ApiCall& call, Request* (v1::Command::*request)(),
                                     const Response& (v1::CommandResult::*response)() const,
                                     Json (*to_json)(const Response&)) {
  ASSIGN_OR_RETURN(const int32_t days, call.QueryCount("days", 0));
  v1::Command command;
  (command.*request)()->set_days(days);
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer(to_json((result.*response)()));
}

using Command = v1::Command;
using Result = v1::CommandResult;

absl::StatusOr<HttpResponse> GetHistory(const ApiCall& call) {
  return Analyze(call, &Command::mutable_analytics_history, &Result::analytics_history, HistoryJson);
}

absl::StatusOr<HttpResponse> GetTaskVelocity(const ApiCall& call) {
  return Analyze(call, &Command::mutable_analytics_task_velocity, &Result::analytics_task_velocity, TaskVelocityJson);
}

absl::StatusOr<HttpResponse> GetApprovalMetrics(const ApiCall& call) {
  return Analyze(call, &Command::mutable_analytics_approval_metrics, &Result::analytics_approval_metrics,
                 ApprovalMetricsJson);
}

absl::StatusOr<HttpResponse> GetCodeMetrics(const ApiCall& call) {
  return Analyze(call, &Command::mutable_analytics_code_metrics, &Result::analytics_code_metrics, CodeMetricsJson);
}

absl::StatusOr<HttpResponse> GetCycleTime(const ApiCall& call) {
  return Analyze(call, &Command::mutable_analytics_cycle_time, &Result::analytics_cycle_time, CycleTimeJson);
}

absl::StatusOr<HttpResponse> GetBurndown(const ApiCall& call) {
  return Analyze(call, &Command::mutable_analytics_burndown, &Result::analytics_burndown, BurndownJson);
}

}  // namespace

std::vector<Route> AnalyticsRoutes(ApiServices& services) {
  const auto route = [&services](absl::string_view pattern, absl::string_view summary, absl::string_view schema,
                                 ApiHandler handler) {
    const std::vector<QueryParameter> query = {{"days", "Length of the window: 1 to 365 days, 30 when absent"}};
    return ApiRoute(services, {"GET", pattern, Access::kViewer, summary, "", schema, kReads, query}, handler);
  };
  return {
      route("/api/projects/{projectId}/analytics/history", "Counts specs and approvals that came and went each day",
            "History", GetHistory),
      route("/api/projects/{projectId}/analytics/task-velocity", "Counts the tasks completed each day", "TaskVelocity",
            GetTaskVelocity),
      route("/api/projects/{projectId}/analytics/approval-metrics", "Measures how approvals went", "ApprovalMetrics",
            GetApprovalMetrics),
      route("/api/projects/{projectId}/analytics/code-metrics", "Counts the lines changed each day", "CodeMetrics",
            GetCodeMetrics),
      route("/api/projects/{projectId}/analytics/cycle-time", "Measures how long tasks and specs took", "CycleTime",
            GetCycleTime),
      route("/api/projects/{projectId}/analytics/burndown", "Counts the open tasks of each day", "Burndown",
            GetBurndown),
  };
}

}  // namespace specrelay
