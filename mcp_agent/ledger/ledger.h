// Makes each write happen once, whole, and on the record.
//
// A write goes through these steps under the tree's writer lock; docs/adr/0006 has the reasons.
//   1. The handler states effects; new contents are staged in temporary files.
//   2. A record of the effects and of the outcome goes to the journal. From here on the write has happened.
//   3. The effects are carried out, and the audit gets its line.
// Whoever takes the lock next, in any process, completes what the last record began.
//
// Writes that wait at the same time go through these steps together, as a group (docs/adr/0018): one of their threads
// runs the handlers one after another, each of which sees the effects of those before it, and step 2 and 3 are done
// once for all. A write that finds nobody else there is a group of one.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_LEDGER_H_
#define SPECRELAY_MCP_AGENT_LEDGER_LEDGER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/ledger/audit_log.h"
#include "mcp_agent/ledger/journal.h"
#include "mcp_agent/ledger/write_group.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "mcp_agent/ledger/write_queue.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"

namespace specrelay {

// The WriteLedger of one tree. Several, in several processes, may serve one tree. Thread-safe. Blocks for file I/O and
// for the lock, so never to be called on a thread of the transport.
class Ledger final : public WriteLedger {
 public:
  // Both must outlive it. `max_audit_file_bytes`: see AuditLog.
  Ledger(Tree& tree, const Clock& clock, const JournalLimits& limits = JournalLimits(),
         int64_t max_audit_file_bytes = kAuditFileBytes);
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Completes what a crash cut off, repairs the journal and the end of the audit, and says in the log what is damaged.
  // Does nothing when the tree does not exist. For the start of an agent; each write does the same but for the full
  // check of the audit.
  absl::Status Recover();

  absl::StatusOr<v1::CommandResult> Execute(const WriteRequest& request, Handler handler) override;
  absl::StatusOr<absl::optional<v1::CommandResult>> FindOutcome(const WriteRequest& request) override;

  // Number of writes that wait for others to be done.
  int waiting() const { return queue_.waiting(); }

 private:
  // Brings what is known of journal and audit up to date. First thing under the lock.
  absl::Status Prepare(const TreeLock& lock) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Whether the audit tells of writes after the journal's last record. That one was completed before them, and must not
  // be completed again: they may have undone it.
  bool LaterWritesWereLost() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status CompleteLast(const TreeLock& lock) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status AmendLast(const TreeLock& lock) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Takes the tree's lock and deals with a group of those that wait, `own` the first. For the leader of the queue.
  void Lead(const WaitingWrite& own) ABSL_LOCKS_EXCLUDED(mu_);
  // Answers the write, or adds it to the group. False, and nothing has happened, when it needs a group of its own.
  bool Decide(const TreeLock& lock, WaitingWrite& write, WriteGroup& group) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Makes the group happen and answers its members.
  void Commit(const TreeLock& lock, WriteGroup& group) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // After the journal has the group, a staged file that is gone stands for one that is in its place.
  absl::Status CheckStaged(const std::vector<std::string>& paths) const;
  absl::Status Record(const TreeLock& lock, WriteGroup& group) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  Tree& tree_;
  const Clock& clock_;
  WriteQueue queue_;

  // Taken after the tree's lock, which orders all writers; it only lets the compiler check that the members below are
  // used by one of them at a time.
  absl::Mutex mu_;
  Journal journal_ ABSL_GUARDED_BY(mu_);
  AuditLog audit_ ABSL_GUARDED_BY(mu_);
  // Whether the effects of the journal's last record are known to have been carried out.
  bool last_completed_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_LEDGER_H_
