// The JSON files of snapshots, `approvals/<category name>/.snapshots/<directory>/{metadata,snapshot-NNN}.json`, byte
// for byte as existing tools write them. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_SNAPSHOT_DOCUMENT_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_SNAPSHOT_DOCUMENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "nlohmann/json.hpp"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// Far beyond what reviews reach; what claims a higher version is damaged.
constexpr int kMaxSnapshotVersion = 999'999;

// "snapshot-004.json" of 4.
std::string SnapshotFileName(int version);
// 4 of "snapshot-004.json"; nothing for a name that SnapshotFileName does not give.
absl::optional<int> SnapshotVersionOf(absl::string_view file_name);

std::string SnapshotToJson(const v1::ApprovalSnapshot& snapshot);
// The snapshot in the file at `path`, whose name tells the version. A DamagedFileError when it is none.
absl::StatusOr<v1::ApprovalSnapshot> SnapshotFromJson(absl::string_view path, absl::string_view bytes);

// What metadata.json says of a snapshot.
nlohmann::ordered_json SnapshotIndexEntry(const v1::ApprovalSnapshot& snapshot);

// Lines of a text as existing tools count them: one more than there are line feeds.
int CountLines(absl::string_view text);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_SNAPSHOT_DOCUMENT_H_
