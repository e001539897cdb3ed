// The durable record of the writes that have happened to a tree.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_JOURNAL_H_
#define SPECRELAY_MCP_AGENT_LEDGER_JOURNAL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "journal_record.pb.h"
#include "mcp_agent/ledger/journal_frames.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// What is kept. Exceeded by up to a tenth before the journal is rewritten without its oldest records.
struct JournalLimits {
  absl::Duration max_age = absl::Hours(7 * 24);
  int64_t max_records = 50'000;
  int64_t max_bytes = int64_t{32} << 20;
};

// The file `.specrelay/journal` of a tree, appended to by all agents that serve it. What is known of it in memory is
// brought up to date by CatchUp(), which comes first whenever the tree's lock has been taken.
//
// Not thread-safe; every method needs the tree's lock. `tree` must outlive it.
class Journal {
 public:
  Journal(Tree& tree, const JournalLimits& limits) : tree_(tree), limits_(limits) {}

  // Takes in what other processes appended since. A tail that a crash cut short is cut off. When other bytes are
  // damaged, the damaged file is kept beside the journal under another name, and the journal goes on with the records
  // that are whole. True when the last record may be another process's.
  absl::StatusOr<bool> CatchUp(const TreeLock& lock, absl::Time now);

  // The latest write of that request id; one of a group comes without the group's effects and audit lines.
  absl::StatusOr<absl::optional<ledger::GroupMember>> Find(absl::string_view request_id) const;

  // The last record; absent when there is none.
  const absl::optional<ledger::JournalRecord>& last() const { return last_; }

  enum class Durability {
    kPowerCut,    // for records whose loss would undo something
    kProcessEnd,  // for those that only save work
  };
  absl::Status Append(const TreeLock& lock, ledger::JournalRecord record, Durability durability);

  // Number of the newest audit line in the journal; 0 when there is none.
  int64_t last_audit_sequence() const { return last_audit_sequence_; }

  // The audit lines with numbers over `sequence`, in order, one after another.
  absl::StatusOr<std::string> AuditLinesAfter(int64_t sequence) const;

  // Number of writes.
  int64_t size() const { return static_cast<int64_t>(entries_.size()); }

 private:
  struct Entry {
    std::string request_id;
    int64_t offset;  // of the frame, which the writes of a group share
    int64_t length;
    int64_t at_ms;
    int64_t audit_sequence;  // of a group's last line
    int index;               // in its group
  };

  void Forget();
  void Take(ledger::JournalRecord record, int64_t offset, int64_t length);
  absl::StatusOr<ledger::JournalRecord> Load(const Entry& entry) const;
  absl::Status Repair(const TreeLock& lock, absl::string_view text, const JournalScan& scan, absl::Time now);
  // `added` is the number of writes since it was last asked.
  absl::Status CompactIfDue(const TreeLock& lock, int64_t added, absl::Time now);
  bool ExceedsLimits() const;
  absl::Status Rewrite(const TreeLock& lock, absl::string_view text);

  Tree& tree_;
  const JournalLimits limits_;

  // The file as it was last seen; inode 0 when there was none.
  uint64_t device_ = 0;
  uint64_t inode_ = 0;
  int64_t size_bytes_ = 0;

  std::vector<Entry> entries_;                           // in the order of the file
  absl::flat_hash_map<std::string, size_t> by_request_;  // latest entry of each request id
  absl::optional<ledger::JournalRecord> last_;
  int64_t last_offset_ = 0;  // of last_
  int64_t last_audit_sequence_ = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_JOURNAL_H_
