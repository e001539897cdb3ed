// A Transaction without a journal, for tests of handlers.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_TESTING_DIRECT_TRANSACTION_H_
#define SPECRELAY_MCP_AGENT_LEDGER_TESTING_DIRECT_TRANSACTION_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// Holds the tree's lock while it lives and carries out each effect at once, so that a test sees what a handler did even
// when that failed later. `tree` must outlive it.
class DirectTransaction final : public Transaction {
 public:
  DirectTransaction(Tree& tree, absl::string_view request_id, absl::Time now = absl::Now(), v1::Actor actor = {})
      : tree_(tree),
        lock_(tree.Lock(absl::Seconds(10)).value()),
        request_id_(request_id),
        now_(now),
        actor_(std::move(actor)) {}

  const Tree& tree() const override { return tree_; }
  const v1::Actor& actor() const override { return actor_; }
  absl::Time now() const override { return now_; }
  absl::string_view request_id() const override { return request_id_; }

  absl::StatusOr<FileStat> Write(absl::string_view path, absl::string_view bytes) override {
    ++effects_;
    return tree_.Write(*lock_, path, bytes);
  }
  absl::StatusOr<FileStat> WriteIncoming(absl::string_view path, IncomingFile& content) override {
    ++effects_;
    absl::StatusOr<StagedFile> staged = tree_.StageIncoming(*lock_, path, content);
    if (!staged.ok()) return staged.status();
    const absl::Status placed = tree_.Place(*lock_, staged->path, path);
    if (!placed.ok()) return placed;
    return staged->stat;
  }
  absl::Status Append(absl::string_view path, absl::string_view bytes) override {
    ++effects_;
    return tree_.Append(*lock_, path, bytes);
  }
  absl::Status Rename(absl::string_view from, absl::string_view to) override {
    ++effects_;
    return tree_.Rename(*lock_, from, to);
  }
  absl::Status Remove(absl::string_view path) override {
    ++effects_;
    return tree_.Remove(*lock_, path);
  }
  void SetSummary(absl::string_view summary) override { summary_ = std::string(summary); }

  int effects() const { return effects_; }
  const std::string& summary() const { return summary_; }

 private:
  Tree& tree_;
  const std::unique_ptr<TreeLock> lock_;
  const std::string request_id_;
  const absl::Time now_;
  const v1::Actor actor_;
  int effects_ = 0;
  std::string summary_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_TESTING_DIRECT_TRANSACTION_H_
