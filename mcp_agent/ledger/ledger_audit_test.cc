#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/audit/audit_parts.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/ledger/testing/write_document.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "mcp_agent/tree/testing/observed_tree.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kMaxBytes = int64_t{1} << 20;
constexpr int64_t kSmallFileBytes = 2000;  // some five lines

// The division of the record into a file and parts put aside.
class LedgerAuditTest : public testing::Test {
 protected:
  absl::Status Write(Ledger& ledger) { return WriteDocument(ledger, absl::StrCat("content ", ++writes_)); }

  std::string Content(absl::string_view path) {
    const absl::StatusOr<FileContent> content = tree_.Read(path, kMaxBytes);
    return content.ok() ? content->bytes : "";
  }

  std::vector<std::string> Parts() {
    const absl::StatusOr<std::vector<DirectoryEntry>> entries = tree_.List("");
    return entries.ok() ? AuditParts(*entries) : std::vector<std::string>();
  }

  void ExpectIntact(int lines) {
    AuditVerifier verifier;
    for (const std::string& part : Parts()) verifier.Feed(Content(part));
    verifier.Feed(Content(kAuditFile));
    const AuditReport report = verifier.Finish();
    EXPECT_TRUE(report.intact());
    EXPECT_EQ(report.lines, lines);
  }

  FakeClock clock_;
  MemoryTree tree_{&clock_};
  ObservedTree observed_{tree_};
  Ledger ledger_{observed_, clock_, JournalLimits(), kSmallFileBytes};
  int writes_ = 0;
};

TEST_F(LedgerAuditTest, ALargeFileIsPutAsideAndTheChainGoesOn) {
  for (int i = 0; i < 30; ++i) ASSERT_THAT(Write(ledger_), IsOk());
  EXPECT_THAT(Parts(), SizeIs(7));
  for (const std::string& part : Parts()) {
    AuditVerifier verifier;
    verifier.Feed(Content(part));
    EXPECT_EQ(AuditPartName(verifier.Finish().head.seq), part);
    EXPECT_LT(Content(part).size(), 2 * kSmallFileBytes);
  }
  EXPECT_LT(Content(kAuditFile).size(), 2 * kSmallFileBytes);
  ExpectIntact(30);
}

TEST_F(LedgerAuditTest, EveryAgentOfTheTreeGoesOnFromWhereTheOthersAre) {
  Ledger other(tree_, clock_, JournalLimits(), kSmallFileBytes);
  for (int i = 0; i < 30; ++i) ASSERT_THAT(Write(i % 7 < 3 ? ledger_ : other), IsOk());
  Ledger next(tree_, clock_, JournalLimits(), kSmallFileBytes);
  ASSERT_THAT(next.Recover(), IsOk());
  ASSERT_THAT(Write(next), IsOk());
  ExpectIntact(31);
}

TEST_F(LedgerAuditTest, AFileThatAnEarlierVersionLetGrowIsPutAside) {
  Ledger unlimited(tree_, clock_);
  for (int i = 0; i < 30; ++i) ASSERT_THAT(Write(unlimited), IsOk());
  EXPECT_THAT(Parts(), IsEmpty());
  ASSERT_THAT(Write(ledger_), IsOk());
  EXPECT_THAT(Parts(), SizeIs(1));
  ExpectIntact(31);
}

TEST_F(LedgerAuditTest, AnAgentThatDiesInBetweenLosesNoLine) {
  for (const std::string last : {"Sync", "Rename", "AppendLazily"}) {
    SCOPED_TRACE(last);
    bool dead = false;
    bool puts_aside = false;
    std::string before;
    observed_.set_hook([&](absl::string_view operation, absl::string_view) -> absl::Status {
      if (operation == "Stat") return absl::OkStatus();
      // What is written is synced, and then the file that is to be put aside.
      puts_aside |= operation == "Sync" && before == "Sync";
      before = std::string(operation);
      dead |= puts_aside && operation == last;
      return dead ? absl::InternalError("dead") : absl::OkStatus();
    });
    {
      Ledger dying(observed_, clock_, JournalLimits(), kSmallFileBytes);
      while (!dead) Write(dying).IgnoreError();
    }
    observed_.set_hook(nullptr);
    Ledger next(tree_, clock_, JournalLimits(), kSmallFileBytes);
    ASSERT_THAT(next.Recover(), IsOk());
    EXPECT_EQ(Content("doc"), absl::StrCat("content ", writes_)) << "it was in the journal";
    ASSERT_THAT(Write(next), IsOk());
    ExpectIntact(writes_);
  }
}

TEST_F(LedgerAuditTest, WritesGoOnWhenTheFileCannotBePutAside) {
  observed_.set_hook([](absl::string_view operation, absl::string_view) -> absl::Status {
    return operation == "Rename" ? absl::PermissionDeniedError("no") : absl::OkStatus();
  });
  for (int i = 0; i < 30; ++i) ASSERT_THAT(Write(ledger_), IsOk());
  EXPECT_THAT(Parts(), IsEmpty());
  observed_.set_hook(nullptr);
  ASSERT_THAT(Write(ledger_), IsOk());
  EXPECT_THAT(Parts(), SizeIs(1));
  ExpectIntact(31);
}

TEST_F(LedgerAuditTest, AnEmptyFileGoesOnFromTheLatestPart) {
  while (Parts().size() < 2) ASSERT_THAT(Write(ledger_), IsOk());
  const int lines = writes_;
  tree_.Put(kAuditFile, "");
  Ledger next(tree_, clock_, JournalLimits(), kSmallFileBytes);
  ASSERT_THAT(next.Recover(), IsOk());
  ExpectIntact(lines);
}

}  // namespace
}  // namespace specrelay
