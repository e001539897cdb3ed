#include "mcp_agent/approvals/snapshot_document.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "mcp_agent/approvals/approval_names.h"
#include "mcp_agent/approvals/comment_json.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/iso_time.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {

using Json = nlohmann::ordered_json;

std::string SnapshotFileName(int version) { return absl::StrFormat("snapshot-%03d.json", version); }

absl::optional<int> SnapshotVersionOf(absl::string_view file_name) {
  absl::string_view digits = file_name;
  int version = 0;
  if (!absl::ConsumePrefix(&digits, "snapshot-") || !absl::ConsumeSuffix(&digits, ".json") ||
      !absl::SimpleAtoi(digits, &version) || version < 1 || version > kMaxSnapshotVersion ||
      SnapshotFileName(version) != file_name) {
    return absl::nullopt;
  }
  return version;
}

std::string SnapshotToJson(const v1::ApprovalSnapshot& snapshot) {
  Json json = Json::object();
  json["id"] = snapshot.id();
  json["approvalId"] = snapshot.approval_id();
  json["approvalTitle"] = snapshot.approval_title();
  json["version"] = snapshot.version();
  json["timestamp"] = ToIsoTime(FromProto(snapshot.timestamp()));
  json["trigger"] = snapshot.trigger();
  json["status"] = std::string(ApprovalStatusName(snapshot.status()));
  json["content"] = snapshot.content();
  Json& stats = json["fileStats"] = Json::object();
  stats["size"] = snapshot.size_bytes();
  stats["lines"] = snapshot.lines();
  stats["lastModified"] = ToIsoTime(FromProto(snapshot.last_modified()));
  json["comments"] = CommentsToJson(snapshot.comments());
  return DumpJson(json);
}

absl::StatusOr<v1::ApprovalSnapshot> SnapshotFromJson(absl::string_view path, absl::string_view bytes) {
  ASSIGN_OR_RETURN(const Json json, ParseJsonObject(path, bytes));
  absl::optional<std::string> content = StringAt(json, "content");
  if (!content.has_value()) return DamagedFileError(path, "it has no content and so is no snapshot");
  v1::ApprovalSnapshot snapshot;
  snapshot.set_id(StringAt(json, "id").value_or(""));
  snapshot.set_approval_id(StringAt(json, "approvalId").value_or(""));
  snapshot.set_approval_title(StringAt(json, "approvalTitle").value_or(""));
  snapshot.set_version(SnapshotVersionOf(BaseName(path)).value_or(0));
  if (const auto time = TimeAt(json, "timestamp")) *snapshot.mutable_timestamp() = ToProto(*time);
  snapshot.set_trigger(StringAt(json, "trigger").value_or(""));
  snapshot.set_status(ApprovalStatusFromName(StringAt(json, "status").value_or("")));
  snapshot.set_size_bytes(static_cast<int64_t>(content->size()));
  snapshot.set_lines(CountLines(*content));
  if (const auto stats = json.find("fileStats"); stats != json.end()) {
    if (const auto size = IntegerAt(*stats, "size")) snapshot.set_size_bytes(*size);
    const absl::optional<int64_t> lines = IntegerAt(*stats, "lines");
    if (lines.has_value() && *lines >= 0 && *lines <= std::numeric_limits<int32_t>::max()) {
      snapshot.set_lines(static_cast<int32_t>(*lines));
    }
    if (const auto time = TimeAt(*stats, "lastModified")) *snapshot.mutable_last_modified() = ToProto(*time);
  }
  snapshot.set_content(*std::move(content));
  *snapshot.mutable_comments() = CommentsFromJson(ArrayAt(json, "comments"));
  return snapshot;
}

Json SnapshotIndexEntry(const v1::ApprovalSnapshot& snapshot) {
  Json entry = Json::object();
  entry["version"] = snapshot.version();
  entry["filename"] = SnapshotFileName(snapshot.version());
  entry["timestamp"] = ToIsoTime(FromProto(snapshot.timestamp()));
  entry["trigger"] = snapshot.trigger();
  entry["approvalId"] = snapshot.approval_id();
  entry["approvalTitle"] = snapshot.approval_title();
  return entry;
}

int CountLines(absl::string_view text) { return static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1; }

}  // namespace specrelay
