#include "dashboard/api/implementation_log_json.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// Keys of artifacts in the order of the contract.
constexpr absl::string_view kArtifactKeys[] = {
    "apiEndpoints",    "components", "functions",     "classes",        "integrations",
    "method",          "path",       "name",          "type",           "description",
    "purpose",         "location",   "requestFormat", "responseFormat", "signature",
    "isExported",      "props",      "exports",       "methods",        "frontendComponent",
    "backendEndpoint", "dataFlow"};

Json StatisticsJson(const v1::ImplementationStatistics& statistics) {
  return {{"linesAdded", statistics.lines_added()},
          {"linesRemoved", statistics.lines_removed()},
          {"filesChanged", statistics.files_changed()}};
}

void AddWork(const v1::ImplementationLogEntry& entry, Json& json) {
  json["summary"] = entry.summary();
  json["filesModified"] = TextsJson(entry.files_modified());
  json["filesCreated"] = TextsJson(entry.files_created());
  json["statistics"] = StatisticsJson(entry.statistics());
}

absl::Status ReadStatistics(const RequestBody& body, v1::ImplementationStatistics& statistics) {
  ASSIGN_OR_RETURN(const int32_t lines_added, body.CountOr("linesAdded", 0));
  ASSIGN_OR_RETURN(const int32_t lines_removed, body.CountOr("linesRemoved", 0));
  ASSIGN_OR_RETURN(const int32_t files_changed, body.CountOr("filesChanged", 0));
  statistics.set_lines_added(lines_added);
  statistics.set_lines_removed(lines_removed);
  statistics.set_files_changed(files_changed);
  return absl::OkStatus();
}

}  // namespace

Json LogEntryJson(const v1::ImplementationLogEntry& entry) {
  Json json = {{"id", entry.id()}, {"taskId", entry.task_id()}, {"timestamp", entry.timestamp()}};
  AddWork(entry, json);
  json["artifacts"] = StructJson(entry.artifacts(), kArtifactKeys);
  return json;
}

Json LogEntriesJson(const google::protobuf::RepeatedPtrField<v1::ImplementationLogEntry>& entries) {
  Json list = Json::array();
  for (const v1::ImplementationLogEntry& entry : entries) list.push_back(LogEntryJson(entry));
  return {{"entries", std::move(list)}};
}

Json TaskLogStatsJson(const v1::ImplLogTaskStatsResponse& stats) {
  return {{"totalImplementations", stats.total_implementations()},
          {"totalFilesModified", stats.total_files_modified()},
          {"totalFilesCreated", stats.total_files_created()},
          {"totalLinesAdded", stats.total_lines_added()},
          {"totalLinesRemoved", stats.total_lines_removed()},
          {"lastImplementation", stats.has_last_implementation() ? LogEntryJson(stats.last_implementation()) : Json()}};
}

absl::StatusOr<v1::ImplementationLogEntry> LogEntryFromBody(const RequestBody& body) {
  ASSIGN_OR_RETURN(const Json* artifacts, body.Object("artifacts"));
  if (artifacts == nullptr) {
    return absl::InvalidArgumentError(
        "artifacts field is REQUIRED. Include apiEndpoints, components, functions, classes, or integrations in the "
        "artifacts object.");
  }
  v1::ImplementationLogEntry entry;
  *entry.mutable_artifacts() = StructFromJson(*artifacts);
  ASSIGN_OR_RETURN(*entry.mutable_task_id(), body.Text("taskId"));
  ASSIGN_OR_RETURN(*entry.mutable_summary(), body.Text("summary"));
  ASSIGN_OR_RETURN(*entry.mutable_timestamp(), body.TextOr("timestamp", ""));
  ASSIGN_OR_RETURN(const std::vector<std::string> modified, body.Texts("filesModified"));
  ASSIGN_OR_RETURN(const std::vector<std::string> created, body.Texts("filesCreated"));
  for (const std::string& path : modified) entry.add_files_modified(path);
  for (const std::string& path : created) entry.add_files_created(path);
  v1::ImplementationStatistics& statistics = *entry.mutable_statistics();
  ASSIGN_OR_RETURN(const Json* counts, body.Object("statistics"));
  if (counts != nullptr) {
    ASSIGN_OR_RETURN(const RequestBody fields, BodyFromObject(*counts, "statistics"));
    RETURN_IF_ERROR(ReadStatistics(fields, statistics));
  }
  return entry;
}

Json AddedLogEntryJson(const v1::ImplementationLogEntry& added, const RequestBody& body) {
  Json json = {{"taskId", added.task_id()}};
  if (body.Has("timestamp")) json["timestamp"] = added.timestamp();
  AddWork(added, json);
  json["artifacts"] = *body.Find("artifacts");
  json["id"] = added.id();
  return json;
}

}  // namespace specrelay
