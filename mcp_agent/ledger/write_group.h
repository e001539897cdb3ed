// Writes that are made durable together, while they are being put together.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_WRITE_GROUP_H_
#define SPECRELAY_MCP_AGENT_LEDGER_WRITE_GROUP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "journal_record.pb.h"
#include "mcp_agent/audit/audit_chain.h"
#include "mcp_agent/ledger/ledger_transaction.h"
#include "mcp_agent/ledger/overlay_tree.h"
#include "mcp_agent/ledger/write_queue.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// Collects outcomes, effects and audit lines of writes in the order in which they were decided, and shows each the
// effects of those before it. There is one effect for each path in the end. What is staged is discarded on destruction
// unless Release() was called. Not thread-safe.
class WriteGroup {
 public:
  // `audit_head` is the line that the group's own follow. `tree` and `lock` must outlive it.
  WriteGroup(Tree& tree, const TreeLock& lock, ChainHead audit_head)
      : tree_(tree), lock_(lock), overlay_(tree), audit_head_(std::move(audit_head)) {}
  ~WriteGroup();
  WriteGroup(const WriteGroup&) = delete;
  WriteGroup& operator=(const WriteGroup&) = delete;

  // The tree as the next member finds it.
  const OverlayTree& overlay() const { return overlay_; }

  bool Contains(absl::string_view request_id) const { return request_ids_.contains(request_id); }
  bool empty() const { return members_.empty(); }
  bool full() const { return closed_; }

  // Whether effects can be merged with those that are there and take place in the order stated. An empty group can.
  bool KeepsOrderWith(const Effects& effects) const;

  // Takes in a write that its handler has carried out on `transaction`, or that was refused.
  void Add(WaitingWrite& write, StagingTransaction& transaction, v1::CommandResult result);
  void AddRefusal(WaitingWrite& write, const absl::Status& refusal, absl::Time now);

  // The whole group, of one write at least, for the journal.
  const ledger::JournalRecord& record() const { return record_; }
  bool has_effects() const { return !record_.effects().empty(); }
  // Stages the contents that superseded others. Nothing is added afterwards.
  absl::Status StageRest();
  // What record() needs on disk.
  std::vector<std::string> StagedPaths() const;

  // record() is in the journal, which sees to what is staged.
  void Release() { released_ = true; }

  // Gives each member its own outcome.
  void AnswerAsDecided();
  // Nothing has happened, because of `failure`. Without effects, refusals stand all the same.
  void AnswerFailed(const absl::Status& failure);
  // It is recorded and has perhaps not happened wholly.
  void AnswerUnknown(const absl::Status& failure);

 private:
  struct Member {
    WaitingWrite* write;
    absl::StatusOr<v1::CommandResult> answer;
  };

  // `outcome` is what the journal is told.
  void AddMember(WaitingWrite& write, const v1::CommandOutcome& outcome, absl::Time now);
  void AddAuditLine(const WriteRequest& request, const StagingTransaction& transaction);
  void Merge(const ledger::Effect& effect);
  void Grow(size_t bytes);

  Tree& tree_;
  const TreeLock& lock_;
  OverlayTree overlay_;
  ChainHead audit_head_;
  std::vector<Member> members_;
  absl::flat_hash_set<std::string> request_ids_;
  ledger::JournalRecord record_;
  absl::btree_map<std::string, int> effect_of_;  // index by path, of writes and appends
  size_t bytes_ = 0;                             // that it keeps in memory
  bool closed_ = false;
  bool released_ = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_WRITE_GROUP_H_
