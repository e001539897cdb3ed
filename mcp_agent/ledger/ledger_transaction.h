// The transactions that a Ledger gives to handlers.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_LEDGER_TRANSACTION_H_
#define SPECRELAY_MCP_AGENT_LEDGER_LEDGER_TRANSACTION_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/audit/audit_chain.h"
#include "mcp_agent/ledger/effects.h"
#include "mcp_agent/ledger/overlay_tree.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// A write of more bytes needs a group of its own.
constexpr int64_t kMaxGroupBytes = int64_t{8} << 20;

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
//
// Only the first content of a path in a group is staged at once, which shows whether the file can be written. Those
// that supersede it are kept in memory, for but the last of them comes to the disk.
//
// It is one of a group, whose earlier members' effects `overlay` shows. What these cannot be merged with, as a rename,
// is refused with ABORTED unless the group is empty; the handler is then to run again in a group of its own.
class StagingTransaction final : public RequestTransaction {
 public:
  // `tree`, `lock`, and `overlay`, which is over `tree`, must outlive it.
  StagingTransaction(Tree& tree, const TreeLock& lock, const OverlayTree& overlay, const WriteRequest& request,
                     absl::Time now);
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

  // Whether it has failed because it needs a group of its own.
  bool failed_to_join() const { return failed_to_join_ || overlay_.failed_to_show(); }
  // Whether its effects cannot be shown to members after it.
  bool closes_group() const { return closes_group_; }

  // What is written, unless it closes the group; to be called once.
  std::vector<StagedContent> TakeContents() { return std::move(contents_); }

  // Others see to what is staged now.
  void Release() { released_ = true; }

 private:
  // INTERNAL for a second effect on one path, which would not see the first.
  absl::Status CheckNew(absl::string_view path);
  // ABORTED unless the group is empty.
  absl::Status BeAlone();
  // Where the content is staged, or will be.
  absl::StatusOr<StagedFile> Stage(absl::string_view path, absl::string_view bytes);
  // A write of content with the hash `after` where the file has `before`.
  void StateWrite(absl::string_view path, std::string staged_path, std::string before, std::string after);

  Tree& target_;
  const TreeLock& lock_;
  const OverlayTree& overlay_;
  Effects effects_;
  std::vector<StagedContent> contents_;
  std::vector<std::string> paths_;
  bool failed_to_join_ = false;
  bool closes_group_ = false;
  bool released_ = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_LEDGER_TRANSACTION_H_
