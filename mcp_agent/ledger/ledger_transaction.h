// The transactions that a Ledger gives to handlers.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_LEDGER_TRANSACTION_H_
#define SPECRELAY_MCP_AGENT_LEDGER_LEDGER_TRANSACTION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/audit/audit_chain.h"
#include "mcp_agent/ledger/effects.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// What both kinds share. References must outlive it.
class RequestTransaction : public Transaction {
 public:
  RequestTransaction(const Tree& tree, const WriteRequest& request, absl::Time now)
      : tree_(tree), request_(request), now_(now) {}

  const Tree& tree() const override { return tree_; }
  const v1::Actor& actor() const override { return request_.actor; }
  absl::Time now() const override { return now_; }
  absl::string_view request_id() const override { return request_.request_id; }
  void SetSummary(absl::string_view summary) override { summary_ = std::string(summary); }

 protected:
  const std::string& summary() const { return summary_; }

 private:
  const Tree& tree_;
  const WriteRequest& request_;
  const absl::Time now_;
  std::string summary_;
};

// Finds out whether a handler would succeed on a tree that does not exist yet. Has no effects.
class Rehearsal final : public RequestTransaction {
 public:
  using RequestTransaction::RequestTransaction;

  absl::StatusOr<FileStat> Write(absl::string_view path, absl::string_view bytes) override;
  absl::StatusOr<FileStat> WriteIncoming(absl::string_view path, IncomingFile& content) override;
  absl::Status Append(absl::string_view path, absl::string_view bytes) override { return absl::OkStatus(); }
  absl::Status Rename(absl::string_view from, absl::string_view to) override { return tree().Stat(from).status(); }
  absl::Status Remove(absl::string_view path) override { return tree().Stat(path).status(); }
};

// Stages contents and collects effects. What is staged is discarded on destruction unless Release() was called.
class StagingTransaction final : public RequestTransaction {
 public:
  // `lock` must outlive it.
  StagingTransaction(Tree& tree, const TreeLock& lock, const WriteRequest& request, absl::Time now)
      : RequestTransaction(tree, request, now), target_(tree), lock_(lock) {}
  ~StagingTransaction() override;
  StagingTransaction(const StagingTransaction&) = delete;
  StagingTransaction& operator=(const StagingTransaction&) = delete;

  // Content that a file has already is no effect.
  absl::StatusOr<FileStat> Write(absl::string_view path, absl::string_view bytes) override;
  absl::StatusOr<FileStat> WriteIncoming(absl::string_view path, IncomingFile& content) override;
  absl::Status Append(absl::string_view path, absl::string_view bytes) override;
  absl::Status Rename(absl::string_view from, absl::string_view to) override;
  absl::Status Remove(absl::string_view path) override;

  const Effects& effects() const { return effects_; }
  // The same as the audit tells it.
  std::vector<AuditEffect> AuditEffects() const;
  using RequestTransaction::summary;

  // The effects are in the journal now, which sees to what is staged.
  void Release() { released_ = true; }

 private:
  // INTERNAL for a second effect on one path, which would not see the first.
  absl::Status CheckNew(absl::string_view path);
  // A write of content with the hash `after` where the file has `before`.
  void StateWrite(absl::string_view path, std::string staged_path, std::string before, std::string after);

  Tree& target_;
  const TreeLock& lock_;
  Effects effects_;
  std::vector<std::string> paths_;
  bool released_ = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_LEDGER_TRANSACTION_H_
