#include "mcp_agent/ledger/ledger.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "proto/support/digest.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kMaxBytes = int64_t{1} << 20;

class LedgerTest : public testing::Test {
 protected:
  static WriteRequest Request(absl::string_view id, absl::string_view content = "content") {
    WriteRequest request;
    request.request_id = std::string(id);
    request.digest = Sha256(content);
    request.command = "file-write";
    request.actor.set_account("acme");
    return request;
  }

  // A command that writes `content` to `path` and answers with the path.
  static absl::StatusOr<v1::CommandResult> WriteFile(Transaction& transaction, absl::string_view path,
                                                     absl::string_view content) {
    if (const absl::Status status = transaction.Write(path, content).status(); !status.ok()) return status;
    transaction.SetSummary(absl::StrCat("wrote ", path));
    v1::CommandResult result;
    result.mutable_file_write()->set_path(std::string(path));
    return result;
  }

  absl::StatusOr<v1::CommandResult> Write(WriteLedger& ledger, absl::string_view id, absl::string_view path,
                                          absl::string_view content) {
    return ledger.Execute(Request(id, content), [&](Transaction& transaction) {
      ++runs_;
      return WriteFile(transaction, path, content);
    });
  }

  std::string Content(absl::string_view path) {
    const absl::StatusOr<FileContent> content = tree_.Read(path, kMaxBytes);
    return content.ok() ? content->bytes : absl::StrCat("<", content.status().ToString(), ">");
  }

  AuditReport Audit() {
    AuditVerifier verifier;
    verifier.Feed(Content("audit.jsonl"));
    return verifier.Finish();
  }

  FakeClock clock_;
  MemoryTree tree_{&clock_};
  Ledger ledger_{tree_, clock_};
  int runs_ = 0;
};

TEST_F(LedgerTest, AWriteTakesEffectAndIsAudited) {
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, Write(ledger_, "r1", "specs/a/design.md", "text"));
  EXPECT_EQ(result.file_write().path(), "specs/a/design.md");
  EXPECT_EQ(Content("specs/a/design.md"), "text");
  EXPECT_THAT(Content("audit.jsonl"), HasSubstr(R"("summary":"wrote specs/a/design.md")"));
  EXPECT_THAT(Content("audit.jsonl"), HasSubstr(R"("account":"acme")"));
  EXPECT_TRUE(Audit().intact());
  EXPECT_EQ(Audit().lines, 1);
}

TEST_F(LedgerTest, TheSameRequestAgainGetsTheStoredOutcomeAndDoesNothing) {
  ASSERT_THAT(Write(ledger_, "r1", "a", "text"), IsOk());
  tree_.Put("a", "edited since");
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult again, Write(ledger_, "r1", "a", "text"));
  EXPECT_EQ(again.file_write().path(), "a");
  EXPECT_EQ(Content("a"), "edited since");
  EXPECT_EQ(runs_, 1 + 1) << "once to rehearse on a tree that did not exist, and once for real";
}

TEST_F(LedgerTest, AnotherProcessKnowsTheRequestToo) {
  ASSERT_THAT(Write(ledger_, "r1", "a", "text"), IsOk());
  tree_.Put("a", "edited since");
  Ledger other(tree_, clock_);
  EXPECT_THAT(Write(other, "r1", "a", "text"), IsOk());
  EXPECT_EQ(Content("a"), "edited since");
  ASSERT_THAT(Write(other, "r2", "b", "text"), IsOk());
  tree_.Put("b", "edited since");
  EXPECT_THAT(Write(ledger_, "r2", "b", "text"), IsOk());
  EXPECT_EQ(Content("b"), "edited since");
  EXPECT_TRUE(Audit().intact());
}

TEST_F(LedgerTest, TheSameRequestIdWithOtherContentIsRefused) {
  ASSERT_THAT(Write(ledger_, "r1", "a", "text"), IsOk());
  EXPECT_THAT(Write(ledger_, "r1", "a", "other"), HasCode(StatusCode::kInvalidArgument));
  EXPECT_EQ(Content("a"), "text");
}

TEST_F(LedgerTest, ARefusalThatTheTreeDecidedIsStored) {
  ASSERT_THAT(Write(ledger_, "r1", "a", "text"), IsOk());
  for (int i = 0; i < 2; ++i) {
    bool ran = false;
    const auto result = ledger_.Execute(Request("r2"), [&](Transaction&) -> absl::StatusOr<v1::CommandResult> {
      ran = true;
      return absl::NotFoundError("no such spec");
    });
    EXPECT_THAT(result, HasCode(StatusCode::kNotFound));
    EXPECT_EQ(result.status().message(), "no such spec");
    EXPECT_EQ(ran, i == 0);
  }
}

TEST_F(LedgerTest, ARefusalThatMayBeLiftedIsTriedAnew) {
  ASSERT_THAT(Write(ledger_, "r1", "a", "text"), IsOk());
  const auto fail = [](Transaction&) -> absl::StatusOr<v1::CommandResult> {
    return absl::ResourceExhaustedError("disk full");
  };
  EXPECT_THAT(ledger_.Execute(Request("r2", "text"), fail), HasCode(StatusCode::kResourceExhausted));
  EXPECT_THAT(Write(ledger_, "r2", "b", "text"), IsOk());
  EXPECT_EQ(Content("b"), "text");
}

TEST_F(LedgerTest, ARefusedCommandLeavesNothingBehind) {
  const auto fail = [](Transaction& transaction) -> absl::StatusOr<v1::CommandResult> {
    EXPECT_THAT(transaction.Write("specs/a/design.md", "text"), IsOk());
    EXPECT_THAT(transaction.Append("log", "text"), IsOk());
    return absl::InvalidArgumentError("no");
  };
  EXPECT_THAT(ledger_.Execute(Request("r1"), fail), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(tree_.Stat(""), HasCode(StatusCode::kNotFound)) << "not even the tree is made";
  ASSERT_THAT(Write(ledger_, "r2", "a", "text"), IsOk());
  EXPECT_THAT(ledger_.Execute(Request("r3"), fail), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(tree_.Stat("specs/a/design.md"), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(tree_.Stat("log"), HasCode(StatusCode::kNotFound));
}

TEST_F(LedgerTest, SeveralEffectsHappenInOrder) {
  ASSERT_THAT(Write(ledger_, "r1", "old/file", "moved"), IsOk());
  ASSERT_THAT(Write(ledger_, "r2", "gone", "x"), IsOk());
  const auto result = ledger_.Execute(Request("r3"), [](Transaction& transaction) -> absl::StatusOr<v1::CommandResult> {
    EXPECT_THAT(transaction.Rename("old", "new"), IsOk());
    EXPECT_THAT(transaction.Remove("gone"), IsOk());
    EXPECT_THAT(transaction.Append("log", "1\n"), IsOk());
    EXPECT_THAT(transaction.Write("made", "y"), IsOk());
    return v1::CommandResult();
  });
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(Content("new/file"), "moved");
  EXPECT_THAT(tree_.Stat("old"), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(tree_.Stat("gone"), HasCode(StatusCode::kNotFound));
  EXPECT_EQ(Content("log"), "1\n");
  EXPECT_EQ(Content("made"), "y");
}

TEST_F(LedgerTest, EffectsThatCannotHappenAreRefusedBeforeAnyDoes) {
  ASSERT_THAT(Write(ledger_, "r1", "a", "x"), IsOk());
  ASSERT_THAT(Write(ledger_, "r2", "b", "x"), IsOk());
  const auto attempt = [&](absl::Status (*effect)(Transaction&)) {
    return ledger_
        .Execute(Request("r3"),
                 [&](Transaction& transaction) -> absl::StatusOr<v1::CommandResult> {
                   if (absl::Status status = effect(transaction); !status.ok()) return status;
                   return v1::CommandResult();
                 })
        .status();
  };
  EXPECT_THAT(attempt([](Transaction& t) { return t.Rename("a", "b"); }), HasCode(StatusCode::kAlreadyExists));
  Ledger fresh(tree_, clock_);
  const auto refused = [&](auto effect) {
    return fresh.Execute(Request(absl::StrCat("r", ++runs_, "x")),
                         [&](Transaction& transaction) -> absl::StatusOr<v1::CommandResult> {
                           if (absl::Status status = effect(transaction); !status.ok()) return status;
                           return v1::CommandResult();
                         });
  };
  EXPECT_THAT(refused([](Transaction& t) { return t.Rename("none", "c"); }), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(refused([](Transaction& t) { return t.Remove("none"); }), HasCode(StatusCode::kNotFound));
  EXPECT_THAT(refused([](Transaction& t) { return t.Write("../a", "x").status(); }),
              HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(refused([](Transaction& t) {
                if (absl::Status first = t.Write("c", "x").status(); !first.ok()) return first;
                return t.Append("c", "y");
              }),
              HasCode(StatusCode::kInternal))
      << "the second effect on a path would not see the first";
  EXPECT_THAT(tree_.Stat("c"), HasCode(StatusCode::kNotFound));
}

TEST_F(LedgerTest, AnIdIsTheSameHoweverOftenTheCommandIsTried) {
  const std::string id = DeriveId("r1", "approval_", "x");
  EXPECT_EQ(id.size(), 9u + 24u);
  EXPECT_EQ(DeriveId("r1", "approval_", "x"), id);
  EXPECT_NE(DeriveId("r1", "approval_", "y"), id);
  EXPECT_NE(DeriveId("r2", "approval_", "x"), id);
  const auto result = ledger_.Execute(Request("r1"), [&](Transaction& t) -> absl::StatusOr<v1::CommandResult> {
    EXPECT_EQ(t.DerivedId("approval_", "x"), id);
    return v1::CommandResult();
  });
  EXPECT_THAT(result, IsOk());
}

TEST_F(LedgerTest, AnEditOfTheAuditIsSaidAndTheChainGoesOn) {
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Write(ledger_, absl::StrCat("r", i), absl::StrCat("f", i), "x"), IsOk());
  std::string audit = Content("audit.jsonl");
  audit.replace(audit.find("wrote f1"), 8, "wrote f9");
  tree_.Put("audit.jsonl", audit);
  ASSERT_THAT(ledger_.Recover(), IsOk());
  ASSERT_THAT(Write(ledger_, "r9", "f9", "x"), IsOk());
  EXPECT_EQ(Audit().lines, 4);
  ASSERT_EQ(Audit().problem_count, 1);
  EXPECT_EQ(Audit().problems[0].line, 2);
}

TEST_F(LedgerTest, LinesThatTheAuditLostAreRestoredFromTheJournal) {
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Write(ledger_, absl::StrCat("r", i), absl::StrCat("f", i), "x"), IsOk());
  const std::string audit = Content("audit.jsonl");
  const size_t second = audit.find('\n') + 1;
  for (const std::string& left : {std::string(), audit.substr(0, second), audit.substr(0, second + 40),
                                  audit.substr(0, audit.size() - 1), audit + "{\"seq\":4,\"at"}) {
    tree_.Put("audit.jsonl", left);
    ASSERT_THAT(ledger_.Recover(), IsOk());
    EXPECT_EQ(Content("audit.jsonl"), audit);
  }
}

TEST_F(LedgerTest, AWriteIsNotRepeatedBecauseTheRecordOfALaterOneWasLost) {
  const auto rename = [this](absl::string_view id, absl::string_view from, absl::string_view to) {
    return ledger_.Execute(Request(id), [&](Transaction& transaction) -> absl::StatusOr<v1::CommandResult> {
      if (const absl::Status renamed = transaction.Rename(from, to); !renamed.ok()) return renamed;
      return v1::CommandResult();
    });
  };
  ASSERT_THAT(Write(ledger_, "r1", "active/file", "x"), IsOk());
  ASSERT_THAT(rename("r2", "active", "archived"), IsOk());
  const std::string journal = Content(".specrelay/journal");
  ASSERT_THAT(rename("r3", "archived", "active"), IsOk());
  for (const std::string& left : {journal, Content(".specrelay/journal").substr(0, journal.size() + 30)}) {
    tree_.Put(".specrelay/journal", left);
    Ledger restarted(tree_, clock_);
    ASSERT_THAT(restarted.Recover(), IsOk());
    EXPECT_EQ(Content("active/file"), "x");
    EXPECT_TRUE(Audit().intact());
  }
}

TEST_F(LedgerTest, OldRecordsAreForgottenAndTheNewestKept) {
  JournalLimits limits;
  limits.max_records = 100;
  Ledger small(tree_, clock_, limits);
  for (int i = 0; i < 300; ++i) ASSERT_THAT(Write(small, absl::StrCat("r", i), "f", absl::StrCat(i)), IsOk());
  runs_ = 0;
  ASSERT_THAT(Write(small, "r299", "f", "299"), IsOk());
  ASSERT_THAT(Write(small, "r201", "f", "201"), IsOk());
  EXPECT_EQ(runs_, 0);
  ASSERT_THAT(Write(small, "r0", "f", "0"), IsOk());
  EXPECT_EQ(runs_, 1) << "over a hundred later writes have pushed it out";
  EXPECT_TRUE(Audit().intact());
  EXPECT_EQ(Audit().lines, 301);
}

TEST_F(LedgerTest, RecordsOfOverAWeekAgoAreForgotten) {
  ASSERT_THAT(Write(ledger_, "old", "f", "x"), IsOk());
  clock_.Advance(absl::Hours(24 * 8));
  JournalLimits limits;
  limits.max_records = 5;  // a tenth of them, none, may be too old
  Ledger other(tree_, clock_, limits);
  for (int i = 0; i < 256; ++i) ASSERT_THAT(Write(other, absl::StrCat("r", i), "f", absl::StrCat(i)), IsOk());
  runs_ = 0;
  ASSERT_THAT(Write(other, "old", "f", "x"), IsOk());
  EXPECT_EQ(runs_, 1);
}

}  // namespace
}  // namespace specrelay
