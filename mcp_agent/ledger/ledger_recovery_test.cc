#include "mcp_agent/ledger/ledger_recovery.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "mcp_agent/ledger/testing/write_document.h"
#include "mcp_agent/link/testing/fake_timers.h"
#include "mcp_agent/link/testing/manual_runner.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

constexpr char kAudit[] = "audit.jsonl";
constexpr int64_t kNoLimit = int64_t{1} << 20;

class LedgerRecoveryTest : public testing::Test {
 protected:
  LedgerRecoveryTest() {
    tree_.Put("doc", "first");
    EXPECT_THAT(WriteDocument(ledger_, "one"), IsOk());
  }

  // A write whose agent dies when it is in the journal and has not been carried out: it staged and recorded it.
  void CutOff(const std::string& content) {
    Ledger ledger(tree_, clock_);
    tree_.InjectWriteFault(absl::InternalError("dead"), /*changes_before=*/2);
    EXPECT_FALSE(WriteDocument(ledger, content).ok());
    tree_.ClearWriteFault();
  }

  void Fill() { tree_.InjectWriteFault(absl::ResourceExhaustedError("the disk is full")); }

  std::string Content(absl::string_view path) {
    const absl::StatusOr<FileContent> content = tree_.Read(path, kNoLimit);
    return content.ok() ? content->bytes : "";
  }

  bool AuditIsIntact() {
    AuditVerifier verifier;
    verifier.Feed(Content(kAudit));
    return verifier.Finish().intact();
  }

  // Time passes until the next try, which is made.
  void PassTime() {
    timers_.Advance(LedgerRecovery::kRetry);
    runner_.RunAll();
  }

  FakeClock clock_;
  MemoryTree tree_;
  FakeTimers timers_;
  ManualRunner runner_;
  Ledger ledger_{tree_, clock_};
};

TEST_F(LedgerRecoveryTest, CompletesWhatWasCutOff) {
  CutOff("two");
  Ledger next(tree_, clock_);
  LedgerRecovery recovery(next, "tree", timers_, runner_);
  recovery.Start();
  EXPECT_EQ(Content("doc"), "two");
  EXPECT_FALSE(timers_.UntilNext().has_value());
}

TEST_F(LedgerRecoveryTest, CompletesItOnceTheDiskHasRoomThoughNobodyWrites) {
  CutOff("two");
  Ledger next(tree_, clock_);
  LedgerRecovery recovery(next, "tree", timers_, runner_);
  Fill();
  recovery.Start();
  PassTime();
  EXPECT_EQ(Content("doc"), "one");
  tree_.ClearWriteFault();
  PassTime();
  EXPECT_EQ(Content("doc"), "two");
  EXPECT_FALSE(timers_.UntilNext().has_value());
}

TEST_F(LedgerRecoveryTest, RepairsTheAuditOnceTheDiskHasRoom) {
  const std::string whole = Content(kAudit);
  tree_.Put(kAudit, whole.substr(0, whole.size() / 2));
  Ledger next(tree_, clock_);
  LedgerRecovery recovery(next, "tree", timers_, runner_);
  Fill();
  recovery.Start();
  EXPECT_FALSE(AuditIsIntact());
  tree_.ClearWriteFault();
  PassTime();
  EXPECT_TRUE(AuditIsIntact());
  EXPECT_EQ(Content(kAudit), whole);
}

TEST_F(LedgerRecoveryTest, KeepsOneCopyOfADamagedAuditHoweverOftenItsRepairFails) {
  const std::string whole = Content(kAudit);
  tree_.Put(kAudit, whole.substr(0, whole.size() / 2));
  Ledger next(tree_, clock_);
  LedgerRecovery recovery(next, "tree", timers_, runner_);
  tree_.InjectWriteFault(absl::ResourceExhaustedError("the disk is full"), /*changes_before=*/1);
  recovery.Start();
  clock_.Advance(LedgerRecovery::kRetry);
  PassTime();
  tree_.ClearWriteFault();
  PassTime();
  EXPECT_EQ(Content(kAudit), whole);
  ASSERT_OK_AND_ASSIGN(const std::vector<DirectoryEntry> entries, tree_.List(""));
  EXPECT_EQ(std::count_if(entries.begin(), entries.end(),
                          [](const DirectoryEntry& entry) { return absl::StrContains(entry.name, ".damaged-"); }),
            1);
}

TEST_F(LedgerRecoveryTest, DoesNotTryOnceItIsGone) {
  CutOff("two");
  Ledger next(tree_, clock_);
  auto recovery = std::make_unique<LedgerRecovery>(next, "tree", timers_, runner_);
  Fill();
  recovery->Start();
  timers_.Advance(LedgerRecovery::kRetry);
  tree_.ClearWriteFault();
  recovery.reset();
  runner_.RunAll();
  EXPECT_EQ(Content("doc"), "one");
  EXPECT_FALSE(timers_.UntilNext().has_value());
}

}  // namespace
}  // namespace specrelay
