// Which directory holds the snapshots of a file.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_SNAPSHOT_DIRECTORY_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_SNAPSHOT_DIRECTORY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/tree.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// The file in question. The views must outlive the call that gets them.
struct SnapshotOwner {
  absl::string_view project_path;
  absl::string_view category_name;
  absl::string_view file_path;  // a ProjectRelativePath()
};

// metadata.json of a directory.
struct SnapshotIndex {
  nlohmann::ordered_json json;  // null when it does not exist or is damaged
  std::string damaged_bytes;    // its content when it is damaged
};

// Errors are the tree's.
absl::StatusOr<SnapshotIndex> ReadSnapshotIndex(const Tree& tree, absl::string_view directory);

// Versions of which there is a file, in ascending order; none when there is no directory. Errors are the tree's.
absl::StatusOr<std::vector<int>> ListSnapshotVersions(const Tree& tree, absl::string_view directory);

// `approvals/<category name>/.snapshots/<base name>` unless that belongs to another file of the same name; then, and
// ever after, the same with the hash of the path behind it. Whose a directory is tells its metadata.json, or when that
// is damaged the approvals that its snapshots were taken for. Errors are the tree's.
absl::StatusOr<std::string> SnapshotDirectory(const Tree& tree, const SnapshotOwner& owner);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_SNAPSHOT_DIRECTORY_H_
