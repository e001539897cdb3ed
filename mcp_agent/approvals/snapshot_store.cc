#include "mcp_agent/approvals/snapshot_store.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/approvals/snapshot_document.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxSearched = 100;

// The version that an entry of metadata.json speaks of; 0 for an entry that speaks of none.
int VersionOfEntry(const Json& entry) {
  const int64_t version = IntegerAt(entry, "version").value_or(0);
  return version >= 1 && version <= kMaxSnapshotVersion ? static_cast<int>(version) : 0;
}

// What is left of a time in JSON.
google::protobuf::Timestamp ToMilliseconds(absl::Time time) {
  return ToProto(absl::FromUnixMillis(absl::ToUnixMillis(time)));
}

absl::Status NoSuchVersion(int version) {
  return absl::NotFoundError(absl::StrCat("Snapshot version ", version, " not found"));
}

}  // namespace

SnapshotHistory::SnapshotHistory(const Tree& tree, DamageLog& damage, std::string file_path)
    : tree_(&tree), damage_(&damage), file_path_(std::move(file_path)) {}

absl::StatusOr<SnapshotHistory> SnapshotHistory::Open(const Tree& tree, DamageLog& damage, const SnapshotOwner& owner) {
  SnapshotHistory history(tree, damage, std::string(owner.file_path));
  ASSIGN_OR_RETURN(history.directory_, SnapshotDirectory(tree, owner));
  ASSIGN_OR_RETURN(history.versions_, ListSnapshotVersions(tree, history.directory_));
  ASSIGN_OR_RETURN(history.index_, ReadSnapshotIndex(tree, history.directory_));
  if (!history.index_.damaged_bytes.empty()) {
    const std::string path = JoinPath(history.directory_, "metadata.json");
    damage.Report(path, DamagedFileError(path, "it is no index of snapshots, and the next one rebuilds it"));
  }
  return history;
}

std::string SnapshotHistory::PathOf(int version) const { return JoinPath(directory_, SnapshotFileName(version)); }

absl::StatusOr<v1::ApprovalSnapshot> SnapshotHistory::Get(int version) const {
  if (!absl::c_binary_search(versions_, version)) return NoSuchVersion(version);
  const std::string path = PathOf(version);
  absl::StatusOr<FileContent> file = tree_->Read(path, kDefaultMaxFileBytes);
  if (absl::IsNotFound(file.status())) return NoSuchVersion(version);
  RETURN_IF_ERROR(file.status());
  return SnapshotFromJson(path, file->bytes);
}

absl::StatusOr<std::vector<v1::ApprovalSnapshot>> SnapshotHistory::List(int64_t max_bytes) const {
  std::vector<v1::ApprovalSnapshot> snapshots;
  int64_t bytes = 0;
  for (const int version : versions_) {
    absl::StatusOr<v1::ApprovalSnapshot> snapshot = Get(version);
    if (absl::IsNotFound(snapshot.status())) continue;
    if (!snapshot.ok()) {
      damage_->Report(PathOf(version), snapshot.status());
      continue;
    }
    bytes += static_cast<int64_t>(snapshot->content().size());
    if (bytes > max_bytes) {
      return absl::ResourceExhaustedError(absl::StrCat("the snapshots of ", Quoted(file_path_), " have over ",
                                                       max_bytes,
                                                       " bytes together; read them one by one with their versions"));
    }
    snapshots.push_back(*std::move(snapshot));
  }
  return snapshots;
}

absl::optional<v1::ApprovalSnapshot> SnapshotHistory::FindByHash(absl::string_view hash) const {
  int searched = 0;
  for (auto version = versions_.rbegin(); version != versions_.rend() && searched < kMaxSearched;
       ++version, ++searched) {
    absl::StatusOr<v1::ApprovalSnapshot> snapshot = Get(*version);
    if (snapshot.ok() && Sha256Hex(snapshot->content()) == hash) return *std::move(snapshot);
  }
  return absl::nullopt;
}

int SnapshotHistory::NextVersion() const {
  int last = versions_.empty() ? 0 : versions_.back();
  // Snapshots that were cleaned away keep their numbers.
  last = std::max(last, [&] {
    const int64_t stated = IntegerAt(index_.json, "currentVersion").value_or(0);
    return stated >= 1 && stated < kMaxSnapshotVersion ? static_cast<int>(stated) : 0;
  }());
  return last + 1;
}

absl::StatusOr<v1::ApprovalSnapshot> SnapshotHistory::Capture(const Transaction& tx, const v1::Approval& approval,
                                                              absl::string_view trigger, const FileContent& content) {
  const int version = NextVersion();
  if (version > kMaxSnapshotVersion) {
    return absl::ResourceExhaustedError(absl::StrCat("the snapshots of ", Quoted(file_path_), " in .spec-context/",
                                                     directory_, " have run out of versions; move them away"));
  }
  v1::ApprovalSnapshot snapshot;
  snapshot.set_id(tx.DerivedId("snapshot_", absl::StrCat(file_path_, "\n", trigger)));
  snapshot.set_approval_id(approval.id());
  snapshot.set_approval_title(approval.title());
  snapshot.set_version(version);
  *snapshot.mutable_timestamp() = ToMilliseconds(tx.now());
  snapshot.set_trigger(std::string(trigger));
  snapshot.set_status(approval.status());
  snapshot.set_content(ReplaceInvalidUtf8(content.bytes));
  snapshot.set_size_bytes(content.stat.size_bytes);
  snapshot.set_lines(CountLines(content.bytes));
  *snapshot.mutable_last_modified() = ToMilliseconds(content.stat.last_modified);
  *snapshot.mutable_comments() = approval.comments();
  versions_.push_back(version);
  added_.push_back(snapshot);
  return snapshot;
}

absl::Status SnapshotHistory::Commit(Transaction& tx) {
  if (added_.empty()) return absl::OkStatus();
  if (!index_.damaged_bytes.empty()) {
    // Named by its content, so that what is damaged once is kept once.
    const std::string name = absl::StrCat("metadata.json.damaged-", Sha256Hex(index_.damaged_bytes).substr(0, 16));
    RETURN_IF_ERROR(tx.Write(JoinPath(directory_, name), index_.damaged_bytes).status());
  }
  for (const v1::ApprovalSnapshot& snapshot : added_) {
    RETURN_IF_ERROR(tx.Write(PathOf(snapshot.version()), SnapshotToJson(snapshot)).status());
  }
  return tx.Write(JoinPath(directory_, "metadata.json"), BuildIndex()).status();
}

std::string SnapshotHistory::BuildIndex() const {
  Json json = index_.json;
  if (json.is_null()) {
    json = Json::object();
    json["filePath"] = file_path_;
    json["currentVersion"] = 0;
    json["snapshots"] = Json::array();
  }
  Json& entries = json["snapshots"];
  absl::flat_hash_set<int> known;
  for (const Json& entry : entries) known.insert(VersionOfEntry(entry));
  for (const v1::ApprovalSnapshot& snapshot : added_) {
    known.insert(snapshot.version());
    entries.push_back(SnapshotIndexEntry(snapshot));
  }
  for (const int version : versions_) {
    if (known.contains(version)) continue;
    const absl::StatusOr<v1::ApprovalSnapshot> snapshot = Get(version);
    if (snapshot.ok()) entries.push_back(SnapshotIndexEntry(*snapshot));
  }
  absl::c_stable_sort(*entries.get_ptr<Json::array_t*>(),
                      [](const Json& a, const Json& b) { return VersionOfEntry(a) < VersionOfEntry(b); });
  json["currentVersion"] = versions_.back();
  return DumpJson(json);
}

}  // namespace specrelay
