#include "mcp_agent/jobs/job_document.h"

#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "mcp_agent/jobs/machine_file.h"
#include "mcp_agent/json/json_object.h"
#include "proto/support/iso_time.h"
#include "proto/support/json.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kMaxJobsFileBytes = int64_t{16} << 20;

Json ToJsonValue(const google::protobuf::Struct& config) {
  const absl::StatusOr<std::string> text = specrelay::ToJson(config);
  if (!text.ok()) return Json::object();
  Json json = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json : Json::object();
}

StoredJob ToStoredJob(const Json& entry) {
  StoredJob stored;
  v1::Job& job = stored.job;
  job.set_id(StringAt(entry, "id").value_or(""));
  job.set_name(StringAt(entry, "name").value_or(job.id()));
  job.set_type(StringAt(entry, "type").value_or(""));
  job.set_enabled(IsTrueAt(entry, "enabled"));
  job.set_schedule(StringAt(entry, "schedule").value_or(""));
  const auto config = entry.find("config");
  // What cannot be a config is none: the run says what it misses.
  if (config == entry.end() || !config->is_object() || !FromJson(DumpJson(*config), *job.mutable_config()).ok()) {
    job.mutable_config()->Clear();
  }
  if (const auto time = TimeAt(entry, "createdAt")) *job.mutable_created_at() = ToProto(*time);
  if (const auto time = TimeAt(entry, "lastRun")) *job.mutable_last_run() = ToProto(*time);
  stored.last_scheduled_for = TimeAt(entry, "lastScheduledFor");
  return stored;
}

}  // namespace

absl::StatusOr<JobDocument> JobDocument::Read(const Tree& machine_tree) {
  ASSIGN_OR_RETURN(absl::optional<Json> json, ReadMachineFile(machine_tree, kJobsFile, kMaxJobsFileBytes));
  if (!json.has_value()) json = Json::object();
  if (!json->is_object()) return DamagedMachineFileError(kJobsFile, "it is not a JSON object");
  // A name that a damaged byte has changed must not be taken for no jobs.
  if (!json->contains("automationJobs") && !json->empty()) {
    return DamagedMachineFileError(kJobsFile, "'automationJobs' is missing");
  }
  if (json->empty()) (*json)["automationJobs"] = Json::array();
  if (ArrayAt(*json, "automationJobs") == nullptr) {
    return DamagedMachineFileError(kJobsFile, "'automationJobs' is not an array");
  }
  return JobDocument(*std::move(json));
}

const Json& JobDocument::entries() const { return *ArrayAt(json_, "automationJobs"); }

std::vector<StoredJob> JobDocument::Jobs() const {
  std::vector<StoredJob> jobs;
  absl::flat_hash_set<std::string> ids;
  for (const Json& entry : entries()) {
    const absl::optional<std::string> id = StringAt(entry, "id");
    if (id.has_value() && !id->empty() && ids.insert(*id).second) jobs.push_back(ToStoredJob(entry));
  }
  return jobs;
}

int JobDocument::entries_left_out() const { return static_cast<int>(entries().size() - Jobs().size()); }

absl::optional<StoredJob> JobDocument::Find(absl::string_view id) const {
  for (const Json& entry : entries()) {
    if (StringAt(entry, "id") == id && !id.empty()) return ToStoredJob(entry);
  }
  return absl::nullopt;
}

Json* JobDocument::Entry(absl::string_view id) {
  for (Json& entry : entries()) {
    if (StringAt(entry, "id") == id) return &entry;
  }
  return nullptr;
}

void JobDocument::Add(const v1::Job& job) {
  Json entry = Json::object();
  entry["id"] = job.id();
  entry["name"] = job.name();
  entry["type"] = job.type();
  entry["enabled"] = job.enabled();
  entry["config"] = ToJsonValue(job.config());
  entry["schedule"] = job.schedule();
  entry["createdAt"] = ToIsoTime(FromProto(job.created_at()));
  entries().push_back(std::move(entry));
}

void JobDocument::SetName(absl::string_view id, absl::string_view name) { (*Entry(id))["name"] = std::string(name); }

void JobDocument::SetEnabled(absl::string_view id, bool enabled) { (*Entry(id))["enabled"] = enabled; }

void JobDocument::SetConfig(absl::string_view id, const google::protobuf::Struct& config) {
  (*Entry(id))["config"] = ToJsonValue(config);
}

void JobDocument::SetSchedule(absl::string_view id, absl::string_view schedule) {
  (*Entry(id))["schedule"] = std::string(schedule);
}

void JobDocument::SetLastRun(absl::string_view id, absl::Time time) { (*Entry(id))["lastRun"] = ToIsoTime(time); }

void JobDocument::SetLastScheduledFor(absl::string_view id, absl::Time time) {
  (*Entry(id))["lastScheduledFor"] = ToIsoTime(time);
}

void JobDocument::Remove(absl::string_view id) {
  Json& list = entries();
  for (auto it = list.begin(); it != list.end(); ++it) {
    if (StringAt(*it, "id") != id) continue;
    list.erase(it);
    return;
  }
}

std::string JobDocument::ToJson() const { return DumpJson(json_); }

}  // namespace specrelay
