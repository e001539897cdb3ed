// The states that a document had during its reviews, kept in `approvals/<category name>/.snapshots/`.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_SNAPSHOT_STORE_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_SNAPSHOT_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/approvals/damage_log.h"
#include "mcp_agent/approvals/snapshot_directory.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/tree/tree.h"
#include "nlohmann/json.hpp"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// The snapshots of one file in one category, of all its approvals, as they were when it was opened, and those that are
// to be added. The snapshot files count; metadata.json is an index of them, which is written anew when it is damaged,
// and the damaged one is kept beside it. Not thread-safe. `tree` and `damage` must outlive it.
class SnapshotHistory {
 public:
  // Errors are the tree's.
  static absl::StatusOr<SnapshotHistory> Open(const Tree& tree, DamageLog& damage, const SnapshotOwner& owner);

  // In ascending order, those added included.
  const std::vector<int>& versions() const { return versions_; }

  // One that is on disk. NOT_FOUND "Snapshot version 9 not found"; FAILED_PRECONDITION that names the file when it is
  // damaged.
  absl::StatusOr<v1::ApprovalSnapshot> Get(int version) const;

  // All on disk that are whole, in ascending order of version; the others are logged. RESOURCE_EXHAUSTED when they have
  // over `max_bytes` together.
  absl::StatusOr<std::vector<v1::ApprovalSnapshot>> List(int64_t max_bytes) const;

  // The newest one of the last hundred whose content has that hash; nothing when there is none.
  absl::optional<v1::ApprovalSnapshot> FindByHash(absl::string_view hash) const;

  // Adds a snapshot of `content` as part of `approval`; `trigger` is as in ApprovalSnapshot, and each at most once in a
  // transaction. The result is as it will be on disk after Commit().
  absl::StatusOr<v1::ApprovalSnapshot> Capture(const Transaction& tx, const v1::Approval& approval,
                                               absl::string_view trigger, const FileContent& content);

  // States what was captured as effects of `tx`; nothing when nothing was. To be called once.
  absl::Status Commit(Transaction& tx);

 private:
  SnapshotHistory(const Tree& tree, DamageLog& damage, std::string file_path);

  std::string PathOf(int version) const;
  int NextVersion() const;
  // metadata.json with an entry for each snapshot.
  std::string BuildIndex() const;

  const Tree* tree_;
  DamageLog* damage_;
  std::string file_path_;
  std::string directory_;
  std::vector<int> versions_;
  SnapshotIndex index_;
  std::vector<v1::ApprovalSnapshot> added_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_SNAPSHOT_STORE_H_
