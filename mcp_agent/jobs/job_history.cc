#include "mcp_agent/jobs/job_history.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mcp_agent/jobs/machine_file.h"
#include "mcp_agent/json/json_object.h"
#include "nlohmann/json.hpp"
#include "proto/support/iso_time.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

// A thousand runs with 8 KiB of output each, escaped, and room for what others wrote.
constexpr int64_t kMaxHistoryFileBytes = int64_t{64} << 20;
constexpr size_t kMaxExecutions = 1000;
constexpr int kDefaultLimit = 50;

int32_t CountAt(const Json& entry, const char* key) {
  const int64_t count = IntegerAt(entry, key).value_or(0);
  return static_cast<int32_t>(std::clamp<int64_t>(count, 0, std::numeric_limits<int32_t>::max()));
}

v1::JobExecution ToExecution(const Json& entry) {
  v1::JobExecution execution;
  execution.set_id(StringAt(entry, "id").value_or(""));
  execution.set_job_id(StringAt(entry, "jobId").value_or(""));
  execution.set_job_name(StringAt(entry, "jobName").value_or(""));
  execution.set_job_type(StringAt(entry, "jobType").value_or(""));
  execution.set_success(IsTrueAt(entry, "success"));
  if (const auto time = TimeAt(entry, "startTime")) *execution.mutable_start_time() = ToProto(*time);
  if (const auto time = TimeAt(entry, "endTime")) *execution.mutable_end_time() = ToProto(*time);
  execution.set_duration_ms(IntegerAt(entry, "duration").value_or(0));
  execution.set_items_processed(CountAt(entry, "itemsProcessed"));
  execution.set_items_deleted(CountAt(entry, "itemsDeleted"));
  execution.set_error(StringAt(entry, "error").value_or(""));
  if (const auto code = IntegerAt(entry, "exitCode")) execution.set_exit_code(static_cast<int32_t>(*code));
  execution.set_output_tail(StringAt(entry, "outputTail").value_or(""));
  return execution;
}

Json ToEntry(const v1::JobExecution& execution) {
  Json entry = Json::object();
  entry["id"] = execution.id();
  entry["jobId"] = execution.job_id();
  entry["jobName"] = execution.job_name();
  entry["jobType"] = execution.job_type();
  entry["success"] = execution.success();
  entry["startTime"] = ToIsoTime(FromProto(execution.start_time()));
  entry["endTime"] = ToIsoTime(FromProto(execution.end_time()));
  entry["duration"] = execution.duration_ms();
  entry["itemsProcessed"] = execution.items_processed();
  entry["itemsDeleted"] = execution.items_deleted();
  if (!execution.error().empty()) entry["error"] = execution.error();
  if (execution.has_exit_code()) entry["exitCode"] = execution.exit_code();
  if (!execution.output_tail().empty()) entry["outputTail"] = execution.output_tail();
  return entry;
}

// The file as an object with an array of executions.
absl::StatusOr<Json> ReadHistory(const Tree& machine_tree) {
  ASSIGN_OR_RETURN(absl::optional<Json> json, ReadMachineFile(machine_tree, kJobHistoryFile, kMaxHistoryFileBytes));
  Json history = Json::object();
  if (json.has_value() && json->is_array()) {
    history["executions"] = *std::move(json);
  } else if (json.has_value()) {
    history = *std::move(json);
    if (!history.is_object()) return DamagedMachineFileError(kJobHistoryFile, "it is neither an object nor an array");
    if (!history.contains("executions")) history["executions"] = Json::array();
  } else {
    history["executions"] = Json::array();
  }
  if (ArrayAt(history, "executions") == nullptr) {
    return DamagedMachineFileError(kJobHistoryFile, "'executions' is not an array");
  }
  return history;
}

// The runs of one job, newest first.
absl::StatusOr<std::vector<v1::JobExecution>> ExecutionsOf(const Tree& machine_tree, absl::string_view job_id) {
  ASSIGN_OR_RETURN(const Json history, ReadHistory(machine_tree));
  std::vector<v1::JobExecution> executions;
  for (const Json& entry : *ArrayAt(history, "executions")) {
    if (StringAt(entry, "jobId") == job_id) executions.push_back(ToExecution(entry));
  }
  std::reverse(executions.begin(), executions.end());
  // Stable, so that of two runs that began at once the one that was written later is the newer.
  std::stable_sort(executions.begin(), executions.end(), [](const v1::JobExecution& a, const v1::JobExecution& b) {
    return FromProto(a.start_time()) > FromProto(b.start_time());
  });
  return executions;
}

}  // namespace

absl::StatusOr<v1::JobHistoryResponse> JobHistory::History(const v1::JobHistoryRequest& request) const {
  if (request.limit() < 0) {
    return absl::InvalidArgumentError(absl::StrCat("the limit ", request.limit(), " is negative; it may be 1 to ",
                                                   kMaxExecutions, ", or 0 for ", kDefaultLimit));
  }
  const size_t limit = static_cast<size_t>(request.limit() == 0 ? kDefaultLimit : request.limit());
  ASSIGN_OR_RETURN(std::vector<v1::JobExecution> executions, ExecutionsOf(machine_tree_, request.id()));
  v1::JobHistoryResponse response;
  for (size_t i = 0; i < std::min(limit, executions.size()); ++i) {
    *response.add_executions() = std::move(executions[i]);
  }
  return response;
}

absl::StatusOr<v1::JobStatsResponse> JobHistory::Stats(const v1::JobStatsRequest& request) const {
  ASSIGN_OR_RETURN(const std::vector<v1::JobExecution> executions, ExecutionsOf(machine_tree_, request.id()));
  v1::JobStatsResponse stats;
  if (executions.empty()) return stats;
  double duration_ms = 0;
  int64_t deleted = 0;
  int successes = 0;
  for (const v1::JobExecution& execution : executions) {
    successes += execution.success() ? 1 : 0;
    deleted += execution.items_deleted();
    duration_ms += static_cast<double>(execution.duration_ms());
  }
  const auto count = static_cast<int>(executions.size());
  stats.set_total_executions(count);
  stats.set_successful_executions(successes);
  stats.set_failed_executions(count - successes);
  stats.set_success_rate_percent(100.0 * successes / count);
  stats.set_total_items_deleted(static_cast<int32_t>(std::min<int64_t>(deleted, std::numeric_limits<int32_t>::max())));
  stats.set_avg_duration_ms(duration_ms / count);
  *stats.mutable_last_execution() = executions.front();
  return stats;
}

absl::StatusOr<absl::optional<v1::JobExecution>> JobHistory::Find(absl::string_view execution_id) const {
  ASSIGN_OR_RETURN(const Json history, ReadHistory(machine_tree_));
  for (const Json& entry : *ArrayAt(history, "executions")) {
    if (StringAt(entry, "id") == execution_id) return absl::optional<v1::JobExecution>(ToExecution(entry));
  }
  return absl::optional<v1::JobExecution>();
}

absl::Status JobHistory::Append(Transaction& tx, const v1::JobExecution& execution) {
  absl::StatusOr<Json> history = ReadHistory(tx.tree());
  if (absl::IsFailedPrecondition(history.status())) {
    ASSIGN_OR_RETURN(const FileContent damaged, tx.tree().Read(kJobHistoryFile, kMaxHistoryFileBytes));
    const std::string kept =
        absl::StrCat(kJobHistoryFile, ".damaged-", absl::FormatTime("%Y%m%dT%H%M%SZ", tx.now(), absl::UTCTimeZone()));
    RETURN_IF_ERROR(tx.Write(kept, damaged.bytes).status());
    history = Json::object();
    (*history)["executions"] = Json::array();
  }
  if (!history.ok()) return history.status();
  Json& entries = (*history)["executions"];
  for (const Json& entry : entries) {
    if (StringAt(entry, "id") == execution.id()) return absl::OkStatus();
  }
  entries.push_back(ToEntry(execution));
  if (entries.size() > kMaxExecutions) {
    entries.erase(entries.begin(),
                  entries.begin() + static_cast<Json::difference_type>(entries.size() - kMaxExecutions));
  }
  return tx.Write(kJobHistoryFile, DumpJson(*history)).status();
}

}  // namespace specrelay
