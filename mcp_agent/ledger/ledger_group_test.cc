// Writes that a ledger makes durable together.
#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/ledger/testing/ledger_group_fixture.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;

class LedgerGroupFullTest : public LedgerGroupTest {
 protected:
  // Runs `write`, for which there is no space, between two others, which happen.
  void ExpectFullForItself(Handler write) {
    group_.Add("a", AddLine("doc", "a"));
    group_.Add("b", std::move(write));
    group_.Add("c", AddLine("doc", "c"));
    const std::vector<Answer> answers = group_.Run(ledger_);
    EXPECT_THAT(answers[0], IsOk());
    EXPECT_THAT(answers[1], HasCode(StatusCode::kResourceExhausted));
    EXPECT_THAT(answers[2], IsOk());
    EXPECT_EQ(Content("doc"), "a\nc\n");
  }
};

TEST_F(LedgerGroupTest, EachWriteSeesThoseBeforeItAndTheDiskIsWaitedForOnce) {
  std::string expected;
  for (int i = 0; i < 16; ++i) group_.Add(absl::StrCat("r", i), AddLine("specs/a/tasks.md", absl::StrCat(i)));
  const std::vector<Answer> answers = group_.Run(ledger_);
  for (int i = 0; i < 16; ++i) {
    ASSERT_THAT(answers[static_cast<size_t>(i)], IsOk());
    EXPECT_EQ(answers[static_cast<size_t>(i)]->file_write().path(), expected);
    absl::StrAppend(&expected, i, "\n");
  }
  EXPECT_EQ(Content("specs/a/tasks.md"), expected);
  EXPECT_THAT(GroupSizes(), ElementsAre(16));
  EXPECT_EQ(observed_.calls("Lock"), 1);
  EXPECT_EQ(observed_.calls("Append"), 1) << "the journal";
  EXPECT_EQ(observed_.calls("Sync"), 2) << "of what is staged, and of what is in place";
  EXPECT_EQ(observed_.calls("Place"), 1);
  EXPECT_EQ(observed_.calls("Stage"), 1) << "of the first";
  EXPECT_EQ(observed_.calls("Restage"), 1) << "of the last";
  ExpectNothingStaged();
  ExpectAuditIntact(16);
}

TEST_F(LedgerGroupTest, TheLastVersionOfAFileIsAsItsWriterWasTold) {
  std::vector<FileStat> told(3);
  for (size_t i = 0; i < told.size(); ++i) {
    group_.Add(absl::StrCat("r", i), [this, i, &told](Transaction& transaction) -> Answer {
      ASSIGN_OR_RETURN(told[i], transaction.Write("doc", std::string(i + 1, 'x')));
      EXPECT_EQ(transaction.tree().Stat("doc").status().code(), i == 0 ? StatusCode::kNotFound : StatusCode::kOk);
      clock_.Advance(absl::Milliseconds(1));
      return Said("written");
    });
  }
  for (const Answer& answer : group_.Run(ledger_)) ASSERT_THAT(answer, IsOk());
  ASSERT_OK_AND_ASSIGN(const FileStat there, tree_.Stat("doc"));
  EXPECT_EQ(there.size_bytes, told[2].size_bytes);
  EXPECT_EQ(there.last_modified, told[2].last_modified);
  EXPECT_EQ(there.inode, told[2].inode);
  EXPECT_EQ(told[2].last_modified - told[0].last_modified, absl::Milliseconds(2));
}

TEST_F(LedgerGroupTest, AppendsOfSeveralWritesStandOneAfterAnother) {
  group_.Add("a", Append("log", "1"));
  group_.Add("b", AddLine("doc", "x"));
  group_.Add("c", Append("log", "2"));
  group_.Add("d", [](Transaction& transaction) -> Answer {
    return Said(transaction.tree().Read("log", kDefaultMaxFileBytes)->bytes);
  });
  const std::vector<Answer> answers = group_.Run(ledger_);
  EXPECT_EQ(Content("log"), "begin\n1\n2\n");
  EXPECT_EQ(answers[3]->file_write().path(), "begin\n1\n2\n");
  EXPECT_THAT(GroupSizes(), ElementsAre(4));
  ExpectAuditIntact(3);
}

TEST_F(LedgerGroupTest, EffectsTakePlaceInTheOrderStatedOrTheGroupEnds) {
  const auto both = [](std::string first, std::string second) -> Handler {
    return [first, second](Transaction& transaction) -> Answer {
      RETURN_IF_ERROR(AddLine(first, "x")(transaction).status());
      return AddLine(second, "x")(transaction);
    };
  };
  group_.Add("a", both("tasks", "events"));
  group_.Add("b", both("tasks", "events"));
  group_.Add("c", both("v3", "index"));
  // Merged, the index would name v4 before it is there.
  group_.Add("d", both("v4", "index"));
  for (const Answer& answer : group_.Run(ledger_)) EXPECT_THAT(answer, IsOk());
  EXPECT_THAT(GroupSizes(), ElementsAre(3, 1));
  EXPECT_EQ(Content("index"), "x\nx\n");
  ExpectNothingStaged();
}

TEST_F(LedgerGroupFullTest, AnAppendToAFullFileConcernsNobodyElse) {
  tree_.Put("log", std::string(static_cast<size_t>(kDefaultMaxFileBytes), 'x'));
  ExpectFullForItself(Append("log", "b"));
}

TEST_F(LedgerGroupTest, ARefusalConcernsNobodyElse) {
  group_.Add("a", AddLine("doc", "a"));
  group_.Add("gone", Refuse(absl::NotFoundError("no such spec")));
  group_.Add("bad", Refuse(absl::InvalidArgumentError("bad name")));
  group_.Add("half", [](Transaction& transaction) -> Answer {
    RETURN_IF_ERROR(transaction.Write("doc", "half").status());
    return absl::AbortedError("changed my mind");
  });
  group_.Add("b", AddLine("doc", "b"));
  const std::vector<Answer> answers = group_.Run(ledger_);
  EXPECT_THAT(answers[0], IsOk());
  EXPECT_THAT(answers[1], HasCode(StatusCode::kNotFound));
  EXPECT_THAT(answers[2], HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(answers[3], HasCode(StatusCode::kAborted));
  EXPECT_THAT(answers[4], IsOk());
  EXPECT_EQ(Content("doc"), "a\nb\n");
  EXPECT_THAT(GroupSizes(), ElementsAre(4)) << "all but the one that is refused at every try";
  ExpectNothingStaged();
  ExpectAuditIntact(2);

  Ledger other(tree_, clock_);
  const auto never = [](Transaction&) -> Answer { return absl::InternalError("ran again"); };
  for (absl::string_view id : {"a", "gone", "half", "b"}) {
    GroupOfWrites again;
    again.Add(id, never);
    const Answer answer = again.Run(other)[0];
    EXPECT_NE(answer.status().code(), StatusCode::kInternal) << id << ": every outcome is stored";
  }
}

TEST_F(LedgerGroupTest, TheSameIdTwiceIsCarriedOutOnce) {
  std::atomic<int> runs{0};
  const Handler handler = [&](Transaction& transaction) {
    ++runs;
    return AddLine("doc", "a")(transaction);
  };
  group_.Add("a", handler);
  group_.Add("a", handler);
  group_.Add("a", handler, "other content");
  group_.Add("b", AddLine("doc", "b"));
  const std::vector<Answer> answers = group_.Run(ledger_);
  EXPECT_THAT(answers[0], IsOk());
  EXPECT_THAT(answers[1], IsOk());
  EXPECT_THAT(answers[2], HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(answers[3], IsOk());
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(Content("doc"), "a\nb\n");
  EXPECT_THAT(GroupSizes(), ElementsAre(1, 1));
}

TEST_F(LedgerGroupTest, WhatCannotShareAGroupComesAfterItAndBeforeTheRest) {
  tree_.Put("from", "moved");
  tree_.Put("gone", "x");
  group_.Add("a", AddLine("doc", "a"));
  group_.Add("b", [](Transaction& transaction) -> Answer {
    RETURN_IF_ERROR(transaction.Write("with-rename", transaction.tree().Read("doc", 100)->bytes).status());
    RETURN_IF_ERROR(transaction.Rename("from", "to"));
    return Said("renamed");
  });
  group_.Add("c", [](Transaction& transaction) -> Answer {
    RETURN_IF_ERROR(transaction.tree().Stat("to").status());
    RETURN_IF_ERROR(transaction.Remove("gone"));
    return Said("removed");
  });
  group_.Add("d", AddLine("doc", "d"));
  group_.Add("e", Append("doc", "e"));
  group_.Add("f", Append("new-log", "f"));
  group_.Add("g", AddLine("new-log", "g"));
  for (const Answer& answer : group_.Run(ledger_)) EXPECT_THAT(answer, IsOk());
  EXPECT_EQ(Content("doc"), "a\nd\ne\n");
  EXPECT_EQ(Content("with-rename"), "a\n");
  EXPECT_EQ(Content("to"), "moved");
  EXPECT_THAT(tree_.Stat("gone"), HasCode(StatusCode::kNotFound));
  EXPECT_EQ(Content("new-log"), "f\ng\n");
  EXPECT_THAT(GroupSizes(), ElementsAre(1, 1, 1, 1, 1, 1, 1));
  ExpectNothingStaged();
  ExpectAuditIntact(7);
}

TEST_F(LedgerGroupTest, ADirectoryIsNotMadeWhereTheGroupHasWrittenAFile) {
  group_.Add("a", AddLine("x", "a"));
  group_.Add("b", AddLine("x/y", "b"));
  group_.Add("c", AddLine("x", "c"));
  const std::vector<Answer> answers = group_.Run(ledger_);
  EXPECT_THAT(answers[0], IsOk());
  EXPECT_THAT(answers[1], HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(answers[2], IsOk());
  EXPECT_EQ(Content("x"), "a\nc\n");
}

TEST_F(LedgerGroupTest, MoreThanFitIntoAGroupAreSeveral) {
  for (int i = 0; i < 70; ++i) group_.Add(absl::StrCat("r", i), AddLine("doc", absl::StrCat(i)));
  for (const Answer& answer : group_.Run(ledger_)) EXPECT_THAT(answer, IsOk());
  EXPECT_THAT(GroupSizes(), ElementsAre(64, 6));
  GroupOfWrites large;
  const std::string megabytes(size_t{3} << 20, 'x');
  for (int i = 0; i < 5; ++i) large.Add(absl::StrCat("l", i), AddLine(absl::StrCat("large", i), megabytes));
  for (const Answer& answer : large.Run(ledger_)) EXPECT_THAT(answer, IsOk());
  EXPECT_THAT(GroupSizes(), ElementsAre(64, 6, 3, 2));
  ExpectAuditIntact(75);
}

TEST_F(LedgerGroupTest, AWriteOfMoreThanAGroupHoldsIsAlone) {
  group_.Add("a", AddLine("doc", "a"));
  group_.Add("b", AddLine("doc", std::string(size_t{kMaxGroupBytes}, 'b')));
  group_.Add("c", AddLine("other", "c"));
  for (const Answer& answer : group_.Run(ledger_)) EXPECT_THAT(answer, IsOk());
  EXPECT_THAT(GroupSizes(), ElementsAre(1, 1, 1));
  EXPECT_EQ(Content("doc").size(), size_t{kMaxGroupBytes} + 3);
  ExpectNothingStaged();
}

TEST_F(LedgerGroupTest, WhatAHandlerThrowsIsThrownWhereItWasAskedFor) {
  std::string caught;
  std::thread thrower;
  WriteRequest request;
  request.request_id = "thrower";
  request.digest = Sha256("x");
  const auto before = [&](Transaction& transaction) -> Answer {
    thrower = std::thread([&] {
      try {
        ledger_.Execute(request, [](Transaction&) -> Answer { throw std::runtime_error("thrown"); }).IgnoreError();
      } catch (const std::exception& e) {
        caught = e.what();
      }
    });
    while (ledger_.waiting() < 3) std::this_thread::yield();
    return AddLine("doc", "0")(transaction);
  };
  GroupOfWrites group;
  group.Add("0", before);
  group.Add("1", AddLine("doc", "1"));
  for (const Answer& answer : group.Run(ledger_)) EXPECT_THAT(answer, IsOk());
  thrower.join();
  EXPECT_EQ(caught, "thrown");
  EXPECT_EQ(Content("doc"), "0\n1\n");
}

TEST_F(LedgerGroupFullTest, AStagingErrorIsItsWritesOwn) {
  observed_.set_hook([](absl::string_view operation, absl::string_view path) -> absl::Status {
    return operation == "Stage" && path == "full" ? absl::ResourceExhaustedError("disk full") : absl::OkStatus();
  });
  ExpectFullForItself(AddLine("full", "b"));
}

TEST_F(LedgerGroupTest, PartOfAGroupsAuditLinesIsMadeUpFromTheJournal) {
  for (int i = 0; i < 4; ++i) group_.Add(absl::StrCat("r", i), AddLine("doc", absl::StrCat(i)));
  group_.Run(ledger_);
  const std::string audit = Content("audit.jsonl");
  for (size_t end = audit.find('\n'); end != std::string::npos; end = audit.find('\n', end + 1)) {
    for (const std::string& left : {audit.substr(0, end + 1), audit.substr(0, end)}) {
      tree_.Put("audit.jsonl", left);
      ASSERT_THAT(Ledger(tree_, clock_).Recover(), IsOk());
      EXPECT_EQ(Content("audit.jsonl"), audit);
      tree_.Put("audit.jsonl", left);
      ASSERT_THAT(ledger_.Recover(), IsOk());
      EXPECT_EQ(Content("audit.jsonl"), audit);
    }
  }
}

TEST_F(LedgerGroupTest, TheJournalForgetsWholeGroups) {
  JournalLimits limits;
  limits.max_records = 100;
  Ledger small(tree_, clock_, limits);
  for (int round = 0; round < 30; ++round) {
    GroupOfWrites group;
    for (int i = 0; i < 7; ++i) {
      group.Add(absl::StrCat(round, "-", i), AddLine("doc", absl::StrCat(round, "-", i)));
    }
    for (const Answer& answer : group.Run(small)) ASSERT_THAT(answer, IsOk());
  }
  int left = 0;
  for (const int size : GroupSizes()) {
    EXPECT_EQ(size, 7);
    left += size;
  }
  EXPECT_GE(left, 100);
  EXPECT_LE(left, 117);
  ExpectAuditIntact(210);
}

TEST_F(LedgerGroupTest, ManyThreadsOfTwoProcessesLoseNothing) {
  constexpr int kThreads = 8;
  constexpr int kWrites = 50;
  Ledger other(tree_, clock_);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Ledger& ledger = t % 2 == 0 ? ledger_ : other;
      for (int i = 0; i < kWrites; ++i) {
        WriteRequest request;
        request.request_id = absl::StrCat(t, "-", i);
        request.digest = Sha256(request.request_id);
        request.command = "test";
        const Handler add = AddLine("doc", request.request_id);
        const Handler append = Append("log", request.request_id);
        EXPECT_THAT(ledger.Execute(request,
                                   [&](Transaction& transaction) -> Answer {
                                     RETURN_IF_ERROR(append(transaction).status());
                                     return add(transaction);
                                   }),
                    IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(absl::StrCat("begin\n", Content("doc")), Content("log")) << "the same writes in the same order";
  for (int t = 0; t < kThreads; ++t) {
    size_t at = 0;
    for (int i = 0; i < kWrites; ++i) {
      const size_t found = Content("log").find(absl::StrCat("\n", t, "-", i, "\n"), at);
      ASSERT_NE(found, std::string::npos) << "each thread's in their order";
      at = found;
    }
  }
  ExpectAuditIntact(kThreads * kWrites);
}

}  // namespace
}  // namespace specrelay
