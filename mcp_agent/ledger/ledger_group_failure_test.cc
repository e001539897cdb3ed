// Groups of writes of which something fails.
#include <atomic>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/ledger/testing/ledger_group_fixture.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;

// Three writes, one of them a refusal, with one operation on one path that fails.
class LedgerGroupFailureTest : public LedgerGroupTest {
 protected:
  std::vector<Answer> RunWithFailure(absl::string_view operation, absl::string_view path) {
    fail_ = true;
    observed_.set_hook([=](absl::string_view what, absl::string_view where) -> absl::Status {
      return fail_ && what == operation && where == path ? absl::ResourceExhaustedError("disk full") : absl::OkStatus();
    });
    GroupOfWrites group;
    group.Add("a", AddLine("doc", "a"));
    group.Add("b", Refuse(absl::NotFoundError("no such spec")));
    group.Add("c", Append("log", "c"));
    group.Add("d", AddLine("doc", "d"));
    return group.Run(ledger_);
  }

  void ExpectGoodWhenSentAgain() {
    fail_ = false;
    const std::vector<Answer> answers = RunWithFailure("none", "");
    EXPECT_THAT(answers[0], IsOk());
    EXPECT_THAT(answers[1], HasCode(StatusCode::kNotFound));
    EXPECT_THAT(answers[2], IsOk());
    EXPECT_THAT(answers[3], IsOk());
    EXPECT_EQ(Content("doc"), "a\nd\n");
    EXPECT_EQ(Content("log"), "begin\nc\n");
    ExpectAuditIntact(3);
  }

  std::atomic<bool> fail_{false};
};

TEST_F(LedgerGroupFailureTest, WithoutTheLockEveryWriteIsToldSo) {
  observed_.set_hook([](absl::string_view what, absl::string_view) -> absl::Status {
    return what == "Lock" ? absl::DeadlineExceededError("locked") : absl::OkStatus();
  });
  group_.Add("a", AddLine("doc", "a"));
  group_.Add("b", AddLine("doc", "b"));
  for (const Answer& answer : group_.Run(ledger_)) EXPECT_THAT(answer, HasCode(StatusCode::kUnavailable));
  ExpectGoodWhenSentAgain();
}

TEST_F(LedgerGroupFailureTest, WhenTheJournalCannotBeReadEveryWriteFails) {
  for (const Answer& answer : RunWithFailure("Stat", kJournal)) {
    EXPECT_THAT(answer, HasCode(StatusCode::kResourceExhausted));
  }
  ExpectGoodWhenSentAgain();
}

TEST_F(LedgerGroupFailureTest, AFailedSyncFailsAllAndNothingHasHappened) {
  for (const Answer& answer : RunWithFailure("Sync", "")) EXPECT_THAT(answer, HasCode(StatusCode::kResourceExhausted));
  EXPECT_THAT(tree_.Stat("doc"), HasCode(StatusCode::kNotFound));
  EXPECT_EQ(Content("log"), "begin\n");
  ExpectNothingStaged();
  ExpectGoodWhenSentAgain();
}

TEST_F(LedgerGroupFailureTest, WhenTheLastContentCannotBeStagedAllFailAndNothingHasHappened) {
  observed_.set_hook([](absl::string_view what, absl::string_view) -> absl::Status {
    return what == "Restage" ? absl::ResourceExhaustedError("disk full") : absl::OkStatus();
  });
  group_.Add("a", AddLine("doc", "a"));
  group_.Add("b", AddLine("doc", "b"));
  group_.Add("c", Append("log", "c"));
  for (const Answer& answer : group_.Run(ledger_)) EXPECT_THAT(answer, HasCode(StatusCode::kResourceExhausted));
  EXPECT_THAT(tree_.Stat("doc"), HasCode(StatusCode::kNotFound));
  EXPECT_EQ(Content("log"), "begin\n");
  ExpectNothingStaged();
  ExpectGoodWhenSentAgain();
}

TEST_F(LedgerGroupFailureTest, StagedContentThatSomethingRemovedFailsAllAndNothingHasHappened) {
  observed_.set_hook([](absl::string_view what, absl::string_view where) -> absl::Status {
    const bool looks = what == "Stat" || what == "Restage";
    return looks && IsTempFileName(BaseName(where)) ? absl::NotFoundError("gone") : absl::OkStatus();
  });
  group_.Add("a", AddLine("doc", "a"));
  group_.Add("b", AddLine("other", "b"));
  group_.Add("c", AddLine("doc", "c"));
  for (const Answer& answer : group_.Run(ledger_)) EXPECT_THAT(answer, HasCode(StatusCode::kUnavailable));
  EXPECT_THAT(tree_.Stat("doc"), HasCode(StatusCode::kNotFound));
  observed_.set_hook(nullptr);
  ExpectNothingStaged();
  GroupOfWrites again;
  again.Add("a", AddLine("doc", "a"));
  EXPECT_THAT(again.Run(ledger_)[0], IsOk());
  ExpectAuditIntact(1);
}

TEST_F(LedgerGroupFailureTest, AFailedRecordFailsAllAndNothingHasHappened) {
  for (const Answer& answer : RunWithFailure("Append", kJournal)) {
    EXPECT_THAT(answer, HasCode(StatusCode::kResourceExhausted));
  }
  EXPECT_THAT(tree_.Stat("doc"), HasCode(StatusCode::kNotFound));
  ExpectNothingStaged();
  ExpectGoodWhenSentAgain();
}

TEST_F(LedgerGroupFailureTest, AFailedPlacingLeavesAllUnknownAndTheNextCompletesIt) {
  for (const Answer& answer : RunWithFailure("Place", "doc")) {
    EXPECT_EQ(FinalState(answer.status()), v1::COMMAND_STATE_UNKNOWN);
  }
  ExpectGoodWhenSentAgain();
  EXPECT_THAT(GroupSizes(), ElementsAre(4)) << "the second try was answered from the journal";
}

TEST_F(LedgerGroupFailureTest, AFailedAppendLeavesAllUnknownAndTheNextCompletesIt) {
  for (const Answer& answer : RunWithFailure("AppendLazily", "log")) {
    EXPECT_EQ(FinalState(answer.status()), v1::COMMAND_STATE_UNKNOWN);
  }
  EXPECT_EQ(Content("doc"), "a\nd\n") << "the other effect has been carried out";
  ExpectGoodWhenSentAgain();
  EXPECT_THAT(GroupSizes(), ElementsAre(4));
}

TEST_F(LedgerGroupFailureTest, AnAuditThatCannotBeWrittenDelaysItsLinesOnly) {
  const std::vector<Answer> answers = RunWithFailure("AppendLazily", "audit.jsonl");
  EXPECT_THAT(answers[0], IsOk());
  EXPECT_THAT(answers[3], IsOk());
  EXPECT_THAT(tree_.Stat("audit.jsonl"), HasCode(StatusCode::kNotFound));
  fail_ = false;
  ASSERT_THAT(ledger_.Recover(), IsOk());
  ExpectAuditIntact(3);
}

}  // namespace
}  // namespace specrelay
