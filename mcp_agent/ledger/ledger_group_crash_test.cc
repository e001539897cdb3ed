// What a ledger makes of a process that died at any point of a group of writes.
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/ledger/testing/group_of_writes.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "mcp_agent/tree/testing/observed_tree.h"
#include "proto/support/status_macros.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using Answer = absl::StatusOr<v1::CommandResult>;

constexpr int kNever = std::numeric_limits<int>::max();
// Changes that the group makes until it is in the journal: the first content of two files staged, the second of one of
// them in place of the first, all synced, and the record.
constexpr int kRecorded = 4;

bool IsChange(absl::string_view operation) {
  static const auto& changes = *new std::set<std::string>{"Write", "Stage",  "Restage",      "Place",  "Discard",
                                                          "Sync",  "Append", "AppendLazily", "Rename", "Remove"};
  return changes.count(std::string(operation)) > 0;
}

class Disk {
 public:
  Disk() {
    tree_.Put("doc", "begin\n");
    tree_.Put("log", "begin\n");
  }

  // A process that dies before its `changes`-th change of the tree: whatever it asks of the tree from then on fails.
  class Process {
   public:
    Process(Disk& disk, int changes) : observed_(disk.tree_), ledger_(observed_, disk.clock_) {
      observed_.set_hook([this, changes](absl::string_view operation, absl::string_view) -> absl::Status {
        absl::MutexLock lock(&mu_);
        if (!dead_ && IsChange(operation) && changes_++ >= changes) {
          dead_ = true;
          died_before_ = std::string(operation);
        }
        return dead_ ? absl::InternalError("the process is dead") : absl::OkStatus();
      });
    }

    // Two writes of one file, one of another, two appends, and a refusal between them.
    std::vector<Answer> RunGroup() {
      GroupOfWrites group;
      group.Add("a", [](Transaction& transaction) { return AddLine(transaction, "doc", "a"); });
      group.Add("b", [](Transaction& transaction) -> Answer {
        RETURN_IF_ERROR(AddLine(transaction, "doc", "b").status());
        RETURN_IF_ERROR(transaction.Append("log", "b\n"));
        return v1::CommandResult();
      });
      group.Add("refused", [](Transaction&) -> Answer { return absl::NotFoundError("no such spec"); });
      group.Add("c", [](Transaction& transaction) -> Answer {
        RETURN_IF_ERROR(transaction.Append("log", "c\n"));
        RETURN_IF_ERROR(transaction.Write("made", "c").status());
        return v1::CommandResult();
      });
      return group.Run(ledger_);
    }

    absl::Status Write(absl::string_view id) {
      GroupOfWrites alone;
      alone.Add(id, [&](Transaction& transaction) { return AddLine(transaction, "other", id); });
      return alone.Run(ledger_)[0].status();
    }

    absl::Status Recover() { return ledger_.Recover(); }
    bool dead() const {
      absl::MutexLock lock(&mu_);
      return dead_;
    }
    std::string died_before() const {
      absl::MutexLock lock(&mu_);
      return died_before_;
    }

   private:
    static Answer AddLine(Transaction& transaction, absl::string_view path, absl::string_view line) {
      const absl::StatusOr<FileContent> before = transaction.tree().Read(path, kDefaultMaxFileBytes);
      if (!before.ok() && !absl::IsNotFound(before.status())) return before.status();
      RETURN_IF_ERROR(transaction.Write(path, absl::StrCat(before.ok() ? before->bytes : "", line, "\n")).status());
      return v1::CommandResult();
    }

    ObservedTree observed_;
    Ledger ledger_;
    mutable absl::Mutex mu_;
    int changes_ ABSL_GUARDED_BY(mu_) = 0;
    bool dead_ ABSL_GUARDED_BY(mu_) = false;
    std::string died_before_ ABSL_GUARDED_BY(mu_);
  };

  std::string Content(absl::string_view path) const {
    const absl::StatusOr<FileContent> content = tree_.Read(path, kDefaultMaxFileBytes);
    return content.ok() ? content->bytes : "";
  }

  void ExpectDone() const {
    EXPECT_EQ(Content("doc"), "begin\na\nb\n");
    EXPECT_EQ(Content("log"), "begin\nb\nc\n");
    EXPECT_EQ(Content("made"), "c");
  }

  void ExpectUndone() const {
    EXPECT_EQ(Content("doc"), "begin\n");
    EXPECT_EQ(Content("log"), "begin\n");
    EXPECT_EQ(Content("made"), "");
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

void ExpectGoodAnswers(const std::vector<Answer>& answers) {
  EXPECT_THAT(answers[0], IsOk());
  EXPECT_THAT(answers[1], IsOk());
  EXPECT_THAT(answers[2], HasCode(StatusCode::kNotFound));
  EXPECT_THAT(answers[3], IsOk());
}

// The changes before which the group's process can die.
std::vector<std::string> DeathsOfAGroup() {
  std::vector<std::string> deaths;
  for (int changes = 0;; ++changes) {
    Disk disk;
    Disk::Process process(disk, changes);
    process.RunGroup();
    if (!process.dead()) return deaths;
    deaths.push_back(process.died_before());
  }
}

TEST(LedgerGroupCrashTest, EveryChangeIsAPointOfDeath) {
  EXPECT_THAT(DeathsOfAGroup(), ElementsAre("Stage", "Stage", "Restage", "Sync", "Append", "Place", "AppendLazily",
                                            "Place", "Sync", "AppendLazily"));
}

TEST(LedgerGroupCrashTest, TheWholeGroupHappensOrNothingOfIt) {
  const int count = static_cast<int>(DeathsOfAGroup().size());
  for (int changes = 0; changes < count; ++changes) {
    SCOPED_TRACE(changes);
    Disk disk;
    const std::vector<Answer> answers = Disk::Process(disk, changes).RunGroup();
    Disk::Process next(disk, kNever);
    ASSERT_THAT(next.Recover(), IsOk());
    changes <= kRecorded ? disk.ExpectUndone() : disk.ExpectDone();
    if (changes <= kRecorded) {
      for (const Answer& answer : {answers[0], answers[1], answers[3]}) EXPECT_FALSE(answer.ok());
    }
    disk.ExpectAuditIntact();
  }
}

TEST(LedgerGroupCrashTest, ADeathAtAnyPointIsMadeGoodWhenTheWritesAreSentAgain) {
  const int count = static_cast<int>(DeathsOfAGroup().size());
  for (int changes = 0; changes < count; ++changes) {
    SCOPED_TRACE(changes);
    Disk disk;
    Disk::Process(disk, changes).RunGroup();
    Disk::Process next(disk, kNever);
    ExpectGoodAnswers(next.RunGroup());
    disk.ExpectDone();
    ASSERT_THAT(next.Write("later"), IsOk());
    ExpectGoodAnswers(Disk::Process(disk, kNever).RunGroup());
    disk.ExpectDone();
    disk.ExpectAuditIntact();
  }
}

TEST(LedgerGroupCrashTest, ADeathDuringRecoveryIsMadeGoodByTheNextProcess) {
  const int count = static_cast<int>(DeathsOfAGroup().size());
  for (int changes = kRecorded; changes < count; ++changes) {
    for (int again = 0; again < count; ++again) {
      SCOPED_TRACE(absl::StrCat(changes, " then ", again));
      Disk disk;
      Disk::Process(disk, changes).RunGroup();
      Disk::Process(disk, again).Recover().IgnoreError();
      ExpectGoodAnswers(Disk::Process(disk, kNever).RunGroup());
      disk.ExpectDone();
      disk.ExpectAuditIntact();
    }
  }
}

TEST(LedgerGroupCrashTest, AnEditBetweenDeathAndRecoveryMakesTheGroupVoid) {
  for (int again = 0; again < 6; ++again) {
    SCOPED_TRACE(again);
    Disk disk;
    Disk::Process(disk, kRecorded + 1).RunGroup();
    disk.tree().Put("doc", "somebody's later edit");
    Disk::Process(disk, again).Recover().IgnoreError();
    for (int i = 0; i < 2; ++i) {
      for (const Answer& answer : Disk::Process(disk, kNever).RunGroup()) {
        EXPECT_THAT(answer, HasCode(StatusCode::kAborted));
        EXPECT_THAT(std::string(answer.status().message()), HasSubstr("nothing was done"));
      }
    }
    EXPECT_EQ(disk.Content("doc"), "somebody's later edit");
    EXPECT_EQ(disk.Content("log"), "begin\n");
    EXPECT_EQ(disk.Content("made"), "");
    EXPECT_THAT(disk.Content("audit.jsonl"), HasSubstr("lines 1 to 3 did not take effect"));
    disk.ExpectAuditIntact();
  }
}

TEST(LedgerGroupCrashTest, AnEditAfterThePartThatWasDoneStaysAndTheRestIsCompleted) {
  Disk disk;
  Disk::Process(disk, kRecorded + 2).RunGroup();  // `doc` is in place, the rest is not
  disk.tree().Put("made", "somebody's later edit");
  ExpectGoodAnswers(Disk::Process(disk, kNever).RunGroup());
  EXPECT_EQ(disk.Content("doc"), "begin\na\nb\n");
  EXPECT_EQ(disk.Content("log"), "begin\nb\nc\n");
  EXPECT_EQ(disk.Content("made"), "somebody's later edit");
  disk.ExpectAuditIntact();
}

TEST(LedgerGroupCrashTest, AnAppendThatWasCutShortIsCompleted) {
  for (const std::string& left : {"begin\nb", "begin\nb\n", "begin\nb\nc"}) {
    Disk disk;
    Disk::Process(disk, kRecorded + 2).RunGroup();
    disk.tree().Put("log", left);
    ASSERT_THAT(Disk::Process(disk, kNever).Recover(), IsOk());
    disk.ExpectDone();
  }
}

}  // namespace
}  // namespace specrelay
