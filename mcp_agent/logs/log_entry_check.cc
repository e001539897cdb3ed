#include "mcp_agent/logs/log_entry_check.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/logs/artifact_json.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/iso_time.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kMaxEntryBytes = size_t{1} << 20;
constexpr size_t kMaxTaskIdBytes = 128;

absl::Status CheckTexts(const v1::ImplementationLogEntry& entry) {
  const auto valid = [](const std::string& text) { return IsValidUtf8(text); };
  if (!valid(entry.task_id()) || !valid(entry.summary()) ||
      !std::all_of(entry.files_modified().begin(), entry.files_modified().end(), valid) ||
      !std::all_of(entry.files_created().begin(), entry.files_created().end(), valid)) {
    return absl::InvalidArgumentError("the entry holds text that is not UTF-8; send UTF-8 text");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckLogEntry(const v1::ImplementationLogEntry& entry) {
  if (!entry.has_artifacts()) {
    return absl::InvalidArgumentError(
        "artifacts field is REQUIRED. Include apiEndpoints, components, functions, classes, or integrations in the "
        "artifacts object.");
  }
  if (entry.task_id().empty()) return absl::InvalidArgumentError("taskId is required: say which task it is of");
  if (entry.task_id().size() > kMaxTaskIdBytes) {
    return absl::InvalidArgumentError(absl::StrCat("taskId has over ", kMaxTaskIdBytes, " bytes"));
  }
  if (entry.ByteSizeLong() > kMaxEntryBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the entry has ", entry.ByteSizeLong(), " bytes; at most ", kMaxEntryBytes, " are allowed"));
  }
  RETURN_IF_ERROR(CheckTexts(entry));
  const v1::ImplementationStatistics& statistics = entry.statistics();
  if (statistics.lines_added() < 0 || statistics.lines_removed() < 0 || statistics.files_changed() < 0) {
    return absl::InvalidArgumentError("statistics must not be negative");
  }
  if (!entry.timestamp().empty() && !ParseIsoTime(entry.timestamp()).has_value()) {
    return absl::InvalidArgumentError(
        "timestamp is no ISO 8601 time such as 2026-01-05T10:00:00.000Z; correct it or leave it out");
  }
  return CheckArtifacts(entry.artifacts());
}

}  // namespace specrelay
