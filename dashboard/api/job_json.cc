#include "dashboard/api/job_json.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

void AddOutcome(const v1::JobExecution& execution, Json& json) {
  json["success"] = execution.success();
  json["startTime"] = TimeJson(execution.start_time());
  json["endTime"] = TimeJson(execution.end_time());
  json["duration"] = execution.duration_ms();
  json["itemsProcessed"] = execution.items_processed();
  json["itemsDeleted"] = execution.items_deleted();
  if (!execution.error().empty()) json["error"] = execution.error();
}

Json PastRunJson(const v1::JobExecution& execution) {
  Json json = {{"id", execution.id()},
               {"jobId", execution.job_id()},
               {"jobName", execution.job_name()},
               {"jobType", execution.job_type()}};
  AddOutcome(execution, json);
  if (execution.has_exit_code()) json["exitCode"] = execution.exit_code();
  if (!execution.output_tail().empty()) json["outputTail"] = execution.output_tail();
  return json;
}

}  // namespace

Json JobJson(const v1::Job& job) {
  Json json = {{"id", job.id()},
               {"name", job.name()},
               {"type", job.type()},
               {"enabled", job.enabled()},
               {"config", StructJson(job.config())},
               {"schedule", job.schedule()}};
  if (job.has_last_run()) json["lastRun"] = TimeJson(job.last_run());
  json["createdAt"] = TimeJson(job.created_at());
  return json;
}

Json JobListJson(const v1::JobListResponse& jobs) {
  Json list = Json::array();
  for (const v1::Job& job : jobs.jobs()) list.push_back(JobJson(job));
  return list;
}

Json JobRunJson(const v1::JobExecution& execution) {
  Json json = {{"jobId", execution.job_id()}, {"jobName", execution.job_name()}};
  AddOutcome(execution, json);
  return json;
}

Json JobHistoryJson(const v1::JobHistoryResponse& history) {
  Json list = Json::array();
  for (const v1::JobExecution& execution : history.executions()) list.push_back(PastRunJson(execution));
  return list;
}

Json JobStatsJson(const v1::JobStatsResponse& stats) {
  return {{"totalExecutions", stats.total_executions()},
          {"successfulExecutions", stats.successful_executions()},
          {"failedExecutions", stats.failed_executions()},
          {"successRate", NumberJson(stats.success_rate_percent())},
          {"totalItemsDeleted", stats.total_items_deleted()},
          {"avgDuration", NumberJson(stats.avg_duration_ms())},
          {"lastExecution", stats.has_last_execution() ? PastRunJson(stats.last_execution()) : Json()}};
}

absl::StatusOr<v1::Job> JobFromBody(const RequestBody& body) {
  for (const char* field : {"id", "name", "type", "config", "schedule"}) {
    if (!body.Has(field)) {
      return absl::InvalidArgumentError("Missing required fields: id, name, type, config, schedule");
    }
  }
  v1::Job job;
  ASSIGN_OR_RETURN(*job.mutable_id(), body.Text("id"));
  ASSIGN_OR_RETURN(*job.mutable_name(), body.Text("name"));
  ASSIGN_OR_RETURN(*job.mutable_type(), body.Text("type"));
  ASSIGN_OR_RETURN(*job.mutable_schedule(), body.Text("schedule"));
  ASSIGN_OR_RETURN(const bool enabled, body.FlagOr("enabled", true));
  job.set_enabled(enabled);
  ASSIGN_OR_RETURN(const Json* config, body.Object("config"));
  *job.mutable_config() = StructFromJson(*config);
  return job;
}

absl::StatusOr<v1::JobUpdateRequest> JobUpdateFromBody(const RequestBody& body, absl::string_view id) {
  v1::JobUpdateRequest request;
  request.set_id(std::string(id));
  if (body.Has("name")) {
    ASSIGN_OR_RETURN(*request.mutable_name(), body.Text("name"));
  }
  if (body.Has("schedule")) {
    ASSIGN_OR_RETURN(*request.mutable_schedule(), body.Text("schedule"));
  }
  if (body.Has("enabled")) {
    ASSIGN_OR_RETURN(const bool enabled, body.Flag("enabled"));
    request.set_enabled(enabled);
  }
  ASSIGN_OR_RETURN(const Json* config, body.Object("config"));
  if (config != nullptr) *request.mutable_config() = StructFromJson(*config);
  return request;
}

}  // namespace specrelay
