// What a ledger makes of a process that died at any point of a write.
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "mcp_agent/tree/testing/observed_tree.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::HasSubstr;

constexpr int kNever = std::numeric_limits<int>::max();
// Changes that a command makes until it is in the journal: two contents staged and synced, and its record.
constexpr int kRecorded = 4;

// Whether `operation` of a Tree changes something; a death between two of them leaves a state of its own.
bool IsChange(absl::string_view operation) {
  return operation != "Read" && operation != "ReadFrom" && operation != "Stat" && operation != "List" &&
         operation != "Lock";
}

// A tree with one command done, ready for the command "a".
class Disk {
 public:
  Disk() {
    Prepare("seed");
    EXPECT_THAT(Process(*this, kNever).Edit("seed"), IsOk());
    Prepare("a");
    Prepare("b");
  }

  // A process that dies before its `changes`-th change of the tree: whatever it asks of the tree from then on fails.
  class Process {
   public:
    Process(Disk& disk, int changes) : observed_(disk.tree_), ledger_(observed_, disk.clock_) {
      observed_.set_hook([this, changes](absl::string_view operation, absl::string_view) -> absl::Status {
        if (!dead_ && IsChange(operation) && changes_++ >= changes) {
          dead_ = true;
          died_before_ = std::string(operation);
        }
        return dead_ ? absl::InternalError("the process is dead") : absl::OkStatus();
      });
    }

    // A command with an effect of each kind.
    absl::Status Edit(absl::string_view id) {
      WriteRequest request;
      request.request_id = std::string(id);
      request.digest = Sha256(id);
      request.command = "test";
      const auto handler = [&](Transaction& transaction) -> absl::StatusOr<v1::CommandResult> {
        RETURN_IF_ERROR(transaction.Write("doc", id).status());
        RETURN_IF_ERROR(transaction.Write(absl::StrCat("made-", id), id).status());
        RETURN_IF_ERROR(transaction.Append("log", absl::StrCat(id, "\n")));
        RETURN_IF_ERROR(transaction.Rename(absl::StrCat("from-", id), absl::StrCat("to-", id)));
        RETURN_IF_ERROR(transaction.Remove(absl::StrCat("gone-", id)));
        return v1::CommandResult();
      };
      return ledger_.Execute(request, handler).status();
    }

    absl::Status Recover() { return ledger_.Recover(); }
    bool dead() const { return dead_; }
    const std::string& died_before() const { return died_before_; }

   private:
    ObservedTree observed_;
    Ledger ledger_;
    int changes_ = 0;
    bool dead_ = false;
    std::string died_before_;
  };

  void Prepare(absl::string_view id) {
    tree_.Put(absl::StrCat("from-", id), "moved");
    tree_.Put(absl::StrCat("gone-", id), "x");
  }

  std::string Content(absl::string_view path) const {
    const absl::StatusOr<FileContent> content = tree_.Read(path, kDefaultMaxFileBytes);
    return content.ok() ? content->bytes : "";
  }

  bool Exists(absl::string_view path) const { return tree_.Stat(path).ok(); }

  void ExpectDone(absl::string_view id) const {
    EXPECT_EQ(Content(absl::StrCat("made-", id)), id);
    EXPECT_FALSE(Exists(absl::StrCat("from-", id)));
    EXPECT_EQ(Content(absl::StrCat("to-", id)), "moved");
    EXPECT_FALSE(Exists(absl::StrCat("gone-", id)));
  }

  void ExpectUndone(absl::string_view id) const {
    EXPECT_FALSE(Exists(absl::StrCat("made-", id)));
    EXPECT_TRUE(Exists(absl::StrCat("from-", id)));
    EXPECT_FALSE(Exists(absl::StrCat("to-", id)));
    EXPECT_TRUE(Exists(absl::StrCat("gone-", id)));
  }

  void ExpectAuditIntact() const {
    AuditVerifier verifier;
    verifier.Feed(Content("audit.jsonl"));
    EXPECT_TRUE(verifier.Finish().intact()) << Content("audit.jsonl");
  }

  MemoryTree& tree() { return tree_; }

 private:
  FakeClock clock_;
  MemoryTree tree_{&clock_};
};

// Number of changes of the tree that one command makes.
int ChangesOfACommand() {
  for (int changes = 1;; ++changes) {
    Disk disk;
    Disk::Process process(disk, changes);
    if (process.Edit("a").ok() && !process.dead()) return changes;
  }
}

TEST(LedgerCrashTest, ADeathAtAnyPointIsMadeGoodWhenTheCommandIsSentAgain) {
  const int count = ChangesOfACommand();
  std::vector<std::string> points;
  for (int changes = 0; changes < count; ++changes) {
    SCOPED_TRACE(changes);
    Disk disk;
    Disk::Process dying(disk, changes);
    const absl::Status first = dying.Edit("a");
    ASSERT_TRUE(dying.dead());
    points.push_back(dying.died_before());
    Disk::Process next(disk, kNever);
    if (first.ok()) {
      ASSERT_THAT(next.Recover(), IsOk());
      disk.ExpectDone("a");
    }
    ASSERT_THAT(next.Edit("a"), IsOk());
    disk.ExpectDone("a");
    EXPECT_EQ(disk.Content("doc"), "a");
    EXPECT_EQ(disk.Content("log"), "seed\na\n");
    ASSERT_THAT(next.Edit("b"), IsOk());
    EXPECT_EQ(disk.Content("log"), "seed\na\nb\n");
    disk.ExpectAuditIntact();
  }
  // Both contents staged and synced, the journal written, each effect carried out and all synced, the audit written.
  EXPECT_THAT(points, testing::ElementsAre("Stage", "Stage", "Sync", "Append", "Place", "Place", "AppendLazily",
                                           "Rename", "Remove", "Sync", "AppendLazily"));
}

TEST(LedgerCrashTest, WithoutBeingSentAgainTheCommandHappensWhollyOrNotAtAll) {
  const int count = ChangesOfACommand();
  for (int changes = 0; changes < count; ++changes) {
    SCOPED_TRACE(changes);
    Disk disk;
    Disk::Process dying(disk, changes);
    dying.Edit("a").IgnoreError();
    Disk::Process next(disk, kNever);
    ASSERT_THAT(next.Recover(), IsOk());
    changes < kRecorded ? disk.ExpectUndone("a") : disk.ExpectDone("a");
    EXPECT_EQ(disk.Content("log"), changes < kRecorded ? "seed\n" : "seed\na\n");
    disk.ExpectAuditIntact();
  }
}

TEST(LedgerCrashTest, ADeathDuringRecoveryIsMadeGoodByTheNextProcess) {
  const int count = ChangesOfACommand();
  for (int changes = kRecorded; changes < count; ++changes) {
    for (int again = 0; again < count; ++again) {
      SCOPED_TRACE(absl::StrCat(changes, " then ", again));
      Disk disk;
      Disk::Process(disk, changes).Edit("a").IgnoreError();
      Disk::Process(disk, again).Recover().IgnoreError();
      Disk::Process last(disk, kNever);
      ASSERT_THAT(last.Edit("a"), IsOk());
      disk.ExpectDone("a");
      EXPECT_EQ(disk.Content("log"), "seed\na\n");
      disk.ExpectAuditIntact();
    }
  }
}

TEST(LedgerCrashTest, AnEditBetweenDeathAndRecoveryMakesTheCommandVoid) {
  Disk disk;
  Disk::Process dying(disk, kRecorded);  // journalled, no effect carried out
  EXPECT_FALSE(dying.Edit("a").ok());
  disk.tree().Put("doc", "somebody's later edit");
  Disk::Process next(disk, kNever);
  const absl::Status again = next.Edit("a");
  EXPECT_THAT(again, HasCode(StatusCode::kAborted));
  EXPECT_THAT(std::string(again.message()), HasSubstr("nothing was done"));
  EXPECT_EQ(disk.Content("doc"), "somebody's later edit");
  disk.ExpectUndone("a");
  EXPECT_EQ(disk.Content("log"), "seed\n");
  disk.ExpectAuditIntact();
  EXPECT_THAT(Disk::Process(disk, kNever).Edit("a"), HasCode(StatusCode::kAborted)) << "the outcome is stored";
}

TEST(LedgerCrashTest, ACommandStaysVoidWhenItsVoidingIsCutOff) {
  for (int again = 0; again < 5; ++again) {
    SCOPED_TRACE(again);
    Disk disk;
    Disk::Process(disk, kRecorded).Edit("a").IgnoreError();  // journalled, no effect carried out
    disk.tree().Put("doc", "somebody's later edit");
    Disk::Process(disk, again).Recover().IgnoreError();
    EXPECT_THAT(Disk::Process(disk, kNever).Edit("a"), HasCode(StatusCode::kAborted));
    EXPECT_EQ(disk.Content("doc"), "somebody's later edit");
    disk.ExpectUndone("a");
    disk.ExpectAuditIntact();
  }
}

TEST(LedgerCrashTest, AnEditAfterThePartThatWasDoneStaysAndTheRestIsCompleted) {
  Disk disk;
  Disk::Process dying(disk, kRecorded + 1);  // `doc` is in place, the rest is not
  EXPECT_FALSE(dying.Edit("a").ok());
  disk.tree().Put("made-a", "somebody's later edit");
  Disk::Process next(disk, kNever);
  ASSERT_THAT(next.Edit("a"), IsOk());
  EXPECT_EQ(disk.Content("doc"), "a");
  EXPECT_EQ(disk.Content("made-a"), "somebody's later edit");
  EXPECT_EQ(disk.Content("to-a"), "moved");
  EXPECT_EQ(disk.Content("log"), "seed\na\n");
}

TEST(LedgerCrashTest, AnAppendThatWasCutShortIsCompleted) {
  Disk disk;
  Disk::Process dying(disk, kRecorded + 2);
  EXPECT_FALSE(dying.Edit("a").ok());
  disk.tree().Put("log", "seed\na");  // without its line end
  ASSERT_THAT(Disk::Process(disk, kNever).Recover(), IsOk());
  EXPECT_EQ(disk.Content("log"), "seed\na\n");
}

TEST(LedgerCrashTest, AFailureAfterTheRecordLeavesTheOutcomeUnknownUntilTheNextTry) {
  Disk disk;
  Disk::Process process(disk, kNever);
  disk.tree().InjectWriteFault(absl::ResourceExhaustedError("disk full"), 3);
  const absl::Status failed = process.Edit("a");
  EXPECT_EQ(FinalState(failed), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_FALSE(process.Edit("b").ok()) << "what was begun comes first";
  disk.tree().ClearWriteFault();
  ASSERT_THAT(process.Edit("b"), IsOk());
  disk.ExpectDone("a");
  ASSERT_THAT(process.Edit("a"), IsOk());
  EXPECT_EQ(disk.Content("log"), "seed\na\nb\n");
  disk.ExpectAuditIntact();
}

}  // namespace
}  // namespace specrelay
