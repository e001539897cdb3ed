#include "mcp_agent/logs/implementation_log_store.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/logs/log_entry_check.h"
#include "mcp_agent/logs/log_entry_json.h"
#include "mcp_agent/logs/log_search.h"
#include "mcp_agent/specs/document_reader.h"
#include "mcp_agent/specs/spec_layout.h"
#include "proto/support/iso_time.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxQueryBytes = 4096;

absl::Status CheckSpec(const Tree& tree, absl::string_view name) {
  RETURN_IF_ERROR(CheckSpecName(name));
  return StatSpec(tree, SpecShelf::kActive, name, absl::StrCat("Spec not found: '", name, "'")).status();
}

bool IsOfTask(const LoggedEntry& logged, absl::string_view task_id) {
  return task_id.empty() || logged.entry.task_id() == task_id;
}

// A UUID (RFC 4122 version 5: made from a name) that the same command always gets.
std::string EntryId(const Transaction& transaction) {
  std::string digits = absl::StrCat(transaction.DerivedId("", "implementation-log"),
                                    transaction.DerivedId("", "implementation-log-tail"));
  digits[12] = '5';
  digits[16] = "89ab"[digits[16] % 4];
  const absl::string_view text = digits;
  return absl::StrCat(text.substr(0, 8), "-", text.substr(8, 4), "-", text.substr(12, 4), "-", text.substr(16, 4), "-",
                      text.substr(20, 12));
}

// The log to add to; an empty one when there is none.
absl::StatusOr<Json> ReadLog(const Tree& tree, absl::string_view path, int64_t max_bytes) {
  ASSIGN_OR_RETURN(const absl::optional<FileContent> content, ReadIfExists(tree, path, max_bytes));
  if (!content.has_value()) return Json{{"entries", Json::array()}};
  ASSIGN_OR_RETURN(Json log, ParseJsonObject(path, content->bytes));
  if (ArrayAt(log, "entries") == nullptr) return DamagedFileError(path, "it has no list of entries");
  return log;
}

const Json* FindEntry(const Json& log, absl::string_view id) {
  for (const Json& entry : *ArrayAt(log, "entries")) {
    if (StringAt(entry, "id").value_or("") == id) return &entry;
  }
  return nullptr;
}

int32_t Capped(int64_t sum) {
  return static_cast<int32_t>(std::min<int64_t>(sum, std::numeric_limits<int32_t>::max()));
}

}  // namespace

ImplementationLogStore::ImplementationLogStore(const Tree& tree, const EnforcedPolicy& policy, LogCache& cache,
                                               const Clock& clock)
    : tree_(tree), policy_(policy), reader_(tree, cache, clock, policy.max_file_bytes()) {}

absl::StatusOr<v1::ImplLogReadResponse> ImplementationLogStore::Read(const v1::ImplLogReadRequest& request) const {
  RETURN_IF_ERROR(CheckSpec(tree_, request.spec_name()));
  ASSIGN_OR_RETURN(const MergedLog log, reader_.Read(request.spec_name()));
  v1::ImplLogReadResponse response;
  for (const LoggedEntry* logged : log.entries) {
    if (IsOfTask(*logged, request.task_id())) *response.add_entries() = logged->entry;
  }
  return response;
}

absl::StatusOr<v1::ImplLogSearchResponse> ImplementationLogStore::Search(
    const v1::ImplLogSearchRequest& request) const {
  RETURN_IF_ERROR(CheckSpec(tree_, request.spec_name()));
  if (request.query().size() > kMaxQueryBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the query has ", request.query().size(), " bytes; use at most ", kMaxQueryBytes));
  }
  const std::vector<std::string> words = SearchWords(request.query());
  ASSIGN_OR_RETURN(const MergedLog log, reader_.Read(request.spec_name()));
  v1::ImplLogSearchResponse response;
  for (const LoggedEntry* logged : log.entries) {
    if (IsOfTask(*logged, request.task_id()) && Matches(logged->entry, words)) {
      *response.add_entries() = logged->entry;
    }
  }
  return response;
}

absl::StatusOr<v1::ImplLogTaskStatsResponse> ImplementationLogStore::TaskStats(
    const v1::ImplLogTaskStatsRequest& request) const {
  RETURN_IF_ERROR(CheckSpec(tree_, request.spec_name()));
  if (request.task_id().empty()) return absl::InvalidArgumentError("taskId is required: say which task to sum up");
  ASSIGN_OR_RETURN(const MergedLog log, reader_.Read(request.spec_name()));
  v1::ImplLogTaskStatsResponse response;
  absl::flat_hash_set<absl::string_view> modified, created;
  int64_t count = 0, added = 0, removed = 0;
  for (const LoggedEntry* logged : log.entries) {
    if (!IsOfTask(*logged, request.task_id())) continue;
    const v1::ImplementationLogEntry& entry = logged->entry;
    if (count++ == 0) *response.mutable_last_implementation() = entry;
    modified.insert(entry.files_modified().begin(), entry.files_modified().end());
    created.insert(entry.files_created().begin(), entry.files_created().end());
    added += entry.statistics().lines_added();
    removed += entry.statistics().lines_removed();
  }
  response.set_total_implementations(Capped(count));
  response.set_total_files_modified(Capped(static_cast<int64_t>(modified.size())));
  response.set_total_files_created(Capped(static_cast<int64_t>(created.size())));
  response.set_total_lines_added(Capped(added));
  response.set_total_lines_removed(Capped(removed));
  return response;
}

absl::StatusOr<v1::ImplLogAddResponse> ImplementationLogStore::Add(Transaction& transaction,
                                                                   const v1::ImplLogAddRequest& request) const {
  const Tree& tree = transaction.tree();
  RETURN_IF_ERROR(CheckLogEntry(request.entry()));
  RETURN_IF_ERROR(CheckSpec(tree, request.spec_name()));
  const std::string path = LogJsonPath(request.spec_name());
  ASSIGN_OR_RETURN(Json log, ReadLog(tree, path, policy_.max_file_bytes()));

  v1::ImplLogAddResponse response;
  v1::ImplementationLogEntry& entry = *response.mutable_entry();
  entry = request.entry();
  entry.set_id(EntryId(transaction));
  // The journal forgets; the log does not.
  if (const Json* existing = FindEntry(log, entry.id()); existing != nullptr) {
    entry = LogEntryFromJson(*existing);
    return response;
  }
  const std::string now = ToIsoTime(transaction.now());
  if (entry.timestamp().empty()) entry.set_timestamp(now);
  log["entries"].push_back(LogEntryToJson(entry));
  log["lastUpdated"] = now;
  const std::string bytes = DumpJson(log);
  if (static_cast<int64_t>(bytes.size()) > policy_.max_file_bytes()) {
    return absl::ResourceExhaustedError(absl::StrCat(".spec-context/", path, " would have ", bytes.size(),
                                                     " bytes, over the limit of ", policy_.max_file_bytes(),
                                                     "; move old entries away"));
  }
  RETURN_IF_ERROR(transaction.Write(path, bytes).status());
  transaction.SetSummary(absl::StrCat("logged ", entry.id()));
  return response;
}

}  // namespace specrelay
