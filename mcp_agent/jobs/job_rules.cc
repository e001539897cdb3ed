#include "mcp_agent/jobs/job_rules.h"

#include <cmath>
#include <cstddef>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/jobs/cron.h"
#include "mcp_agent/specs/names.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kMaxJobNameBytes = 256;
constexpr size_t kMaxConfigBytes = 256 * 1024;
constexpr int kMaxDaysOld = 3650;

bool IsCleanup(absl::string_view type) {
  return type == kCleanupApprovals || type == kCleanupSpecs || type == kCleanupArchivedSpecs;
}

const google::protobuf::Value* Find(const google::protobuf::Struct& config, const char* key) {
  const auto it = config.fields().find(key);
  return it == config.fields().end() ? nullptr : &it->second;
}

}  // namespace

absl::Status CheckNewJob(const v1::Job& job) {
  if (job.id().empty() || job.name().empty() || job.type().empty() || !job.has_config() || job.schedule().empty()) {
    return absl::InvalidArgumentError("Missing required fields: id, name, type, config, schedule");
  }
  RETURN_IF_ERROR(CheckName("job id", job.id()));
  RETURN_IF_ERROR(CheckJobName(job.name()));
  if (!IsCleanup(job.type()) && job.type() != kRunAgent) {
    return absl::InvalidArgumentError(absl::StrCat("there is no job type ", Quoted(job.type()), "; the types are ",
                                                   kCleanupApprovals, ", ", kCleanupSpecs, ", ", kCleanupArchivedSpecs,
                                                   " and ", kRunAgent));
  }
  return CheckSchedule(job.schedule());
}

absl::Status CheckJobName(absl::string_view name) {
  if (name.empty()) return absl::InvalidArgumentError("the job's name is empty; give it one");
  if (name.size() > kMaxJobNameBytes || !IsValidUtf8(name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the job's name must be UTF-8 of at most ", kMaxJobNameBytes, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status CheckSchedule(absl::string_view schedule) { return CronSchedule::Parse(schedule).status(); }

absl::Status CheckJobConfig(absl::string_view type, const google::protobuf::Struct& config,
                            const RunnerCatalog& runners) {
  if (config.ByteSizeLong() > kMaxConfigBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the job's config has ", config.ByteSizeLong(), " bytes; the limit is ", kMaxConfigBytes));
  }
  if (IsCleanup(type)) return DaysOld(config).status();
  if (type != kRunAgent) {
    return absl::InvalidArgumentError(absl::StrCat("jobs of type ", Quoted(type), " are not known to this agent"));
  }
  ASSIGN_OR_RETURN(const RunnerCall call, RunnerCallOf(config));
  return runners.Check(call);
}

absl::StatusOr<int> DaysOld(const google::protobuf::Struct& config) {
  const google::protobuf::Value* days = Find(config, "daysOld");
  const double number = days != nullptr && days->has_number_value() ? days->number_value() : 0;
  if (!(number >= 1 && number <= kMaxDaysOld) || number != std::floor(number)) {
    return absl::InvalidArgumentError(
        absl::StrCat("config.daysOld must be a whole number of days from 1 to ", kMaxDaysOld));
  }
  return static_cast<int>(number);
}

absl::StatusOr<RunnerCall> RunnerCallOf(const google::protobuf::Struct& config) {
  RunnerCall call;
  const google::protobuf::Value* runner = Find(config, "runner");
  if (runner == nullptr || runner->string_value().empty()) {
    return absl::InvalidArgumentError("config.runner must be the name of a runner that runners.json declares");
  }
  call.runner = runner->string_value();
  if (const google::protobuf::Value* parameters = Find(config, "parameters")) {
    if (!parameters->has_struct_value()) {
      return absl::InvalidArgumentError("config.parameters must be an object of strings");
    }
    for (const auto& [name, value] : parameters->struct_value().fields()) {
      if (!value.has_string_value()) {
        return absl::InvalidArgumentError(absl::StrCat("config.parameters.", name, " must be a string"));
      }
      call.parameters[name] = value.string_value();
    }
  }
  if (const google::protobuf::Value* path = Find(config, "projectPath")) {
    if (!absl::StartsWith(path->string_value(), "/")) {
      return absl::InvalidArgumentError("config.projectPath must be the absolute path of a project on this machine");
    }
    call.project_path = path->string_value();
  }
  return call;
}

}  // namespace specrelay
