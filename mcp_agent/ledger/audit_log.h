// The record of a tree's writes as the ledger writes it: `audit.jsonl`, and the parts of it put aside (audit_parts.h).
#ifndef SPECRELAY_MCP_AGENT_LEDGER_AUDIT_LOG_H_
#define SPECRELAY_MCP_AGENT_LEDGER_AUDIT_LOG_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/audit/audit_chain.h"
#include "mcp_agent/ledger/journal.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// So long the file grows: some 80,000 writes, and half of what any file of a tree may hold.
constexpr int64_t kAuditFileBytes = int64_t{32} << 20;

// Lines are appended without waiting for the disk: each is in the journal too, from where a power cut's loss is made
// good. Not thread-safe; every method needs the tree's lock. `tree` must outlive it.
class AuditLog {
 public:
  // A file of `max_file_bytes` is put aside before the next line.
  AuditLog(Tree& tree, int64_t max_file_bytes) : tree_(tree), max_file_bytes_(max_file_bytes) {}

  // Finds the end of the chain. A file whose end is damaged is kept under another name, and the chain goes on from its
  // last whole line.
  absl::Status FindHead(const TreeLock& lock);

  // The same, and appends what the journal has and the file lacks.
  absl::Status CatchUp(const TreeLock& lock, const Journal& journal);

  // Checks the file, without the parts put aside, and logs what is wrong with it.
  absl::Status Verify() const;

  const ChainHead& head() const { return head_; }

 private:
  // Appends lines that FormatAuditLine() made for head() and those after it, so that the chain ends in `head`.
  absl::Status Append(const TreeLock& lock, absl::string_view lines, const ChainHead& head);
  // When that does not succeed, the file goes on growing until no more fits.
  void PutAsideIfLarge(const TreeLock& lock);
  // What the first line of the file follows.
  absl::StatusOr<ChainHead> HeadOfParts() const;
  absl::Status Repair(const TreeLock& lock);
  absl::Status Remember();

  Tree& tree_;
  const int64_t max_file_bytes_;
  ChainHead head_;
  bool explained_ = false;  // why the file cannot be put aside
  // The file as it was last seen; inode 0 when there was none.
  uint64_t device_ = 0;
  uint64_t inode_ = 0;
  int64_t size_bytes_ = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_AUDIT_LOG_H_
