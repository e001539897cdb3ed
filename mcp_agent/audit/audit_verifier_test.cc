#include "mcp_agent/audit/audit_verifier.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/digest.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using Kind = AuditProblem::Kind;
using Lines = std::vector<std::string>;

constexpr int kLines = 20;

std::string MakeLine(const std::string& request_id, ChainHead& head) {
  AuditEntry entry;
  entry.at = absl::FromUnixSeconds(1'700'000'000 + head.seq);
  entry.request_id = request_id;
  entry.command = "file-write";
  entry.state = "APPLIED";
  return FormatAuditLine(entry, head, &head);
}

class AuditVerifierTest : public testing::Test {
 protected:
  AuditVerifierTest() {
    for (int i = 0; i < kLines; ++i) {
      if (i == kLines / 2) middle_ = head_;
      lines_.push_back(MakeLine(absl::StrCat("request-", i), head_));
    }
  }

  static AuditReport Verify(absl::string_view bytes, absl::optional<ChainHead> expected = absl::nullopt) {
    AuditVerifier verifier(std::move(expected));
    verifier.Feed(bytes);
    return verifier.Finish();
  }
  static AuditReport Verify(const Lines& lines, absl::optional<ChainHead> expected = absl::nullopt) {
    return Verify(absl::StrJoin(lines, ""), std::move(expected));
  }

  Lines lines_;
  ChainHead middle_;  // of the first half
  ChainHead head_;
};

std::string Show(const AuditReport& report) {
  std::string text = absl::StrCat(report.lines, " lines, ", report.good_lines, " good");
  for (const AuditProblem& problem : report.problems) {
    absl::StrAppend(&text, "\n", problem.line, " ", AuditProblemName(problem.kind), ": ", problem.detail);
  }
  return text;
}

bool Names(const AuditReport& report, Kind kind, int64_t line) {
  return absl::c_any_of(report.problems, [&](const AuditProblem& p) { return p.kind == kind && p.line == line; });
}

TEST_F(AuditVerifierTest, AnUntouchedFileIsIntact) {
  for (const absl::optional<ChainHead>& expected :
       {absl::optional<ChainHead>(), absl::optional<ChainHead>(head_), absl::optional<ChainHead>(middle_),
        absl::optional<ChainHead>(ChainHead())}) {
    const AuditReport report = Verify(lines_, expected);
    EXPECT_TRUE(report.intact()) << Show(report);
    EXPECT_EQ(report.lines, kLines);
    EXPECT_EQ(report.good_lines, kLines);
    EXPECT_EQ(report.head, head_);
  }
}

TEST_F(AuditVerifierTest, AnEmptyFileIsIntactUnlessSomethingIsExpected) {
  EXPECT_TRUE(Verify("").intact());
  const AuditReport report = Verify("", head_);
  EXPECT_TRUE(Names(report, Kind::kRemoved, 1)) << Show(report);
  EXPECT_EQ(report.problems[0].first_seq, 1);
  EXPECT_EQ(report.problems[0].last_seq, kLines);
}

TEST_F(AuditVerifierTest, PiecesOfAnySizeMakeTheSameReport) {
  std::string bytes = absl::StrJoin(lines_, "");
  bytes[bytes.size() / 2] ^= 1;
  const std::string whole = Show(Verify(bytes));
  for (const size_t size : {1, 2, 7, 100, 4096}) {
    AuditVerifier verifier;
    for (size_t i = 0; i < bytes.size(); i += size) verifier.Feed(absl::string_view(bytes).substr(i, size));
    EXPECT_EQ(Show(verifier.Finish()), whole) << size;
  }
}

TEST_F(AuditVerifierTest, EachSingleByteChangeIsFoundInItsLine) {
  const std::string bytes = absl::StrJoin(lines_, "");
  int64_t line = 1;
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] ^= 0x01;
    const AuditReport report = Verify(changed);
    ASSERT_FALSE(report.intact()) << i;
    EXPECT_EQ(report.problems[0].line, line) << i << Show(report);
    const bool newline = bytes[i] == '\n';
    if (!newline) {
      EXPECT_EQ(report.problem_count, changed[i] == '\n' ? 2 : 1) << i << Show(report);
    }
    if (newline) ++line;
  }
}

TEST_F(AuditVerifierTest, ANewlineInTheMiddleDamagesThatLineAlone) {
  for (size_t i = 0; i < lines_[4].size() - 1; ++i) {
    Lines lines = lines_;
    lines[4][i] = '\n';
    const AuditReport report = Verify(lines);
    ASSERT_EQ(report.problem_count, 2) << Show(report);
    EXPECT_EQ(report.problems[0].line, 5);
    EXPECT_EQ(report.problems[1].line, 6);
  }
}

TEST_F(AuditVerifierTest, EachRemovedLineIsNamed) {
  for (int removed = 1; removed <= kLines; ++removed) {
    Lines lines = lines_;
    lines.erase(lines.begin() + removed - 1);
    const AuditReport report = Verify(lines, head_);
    ASSERT_EQ(report.problem_count, 1) << removed << Show(report);
    EXPECT_TRUE(Names(report, Kind::kRemoved, removed)) << Show(report);
    EXPECT_EQ(report.problems[0].first_seq, removed);
    EXPECT_EQ(report.problems[0].last_seq, removed);
    EXPECT_EQ(Verify(lines).intact(), removed == kLines);
  }
}

TEST_F(AuditVerifierTest, EachRemovedRunOfLinesIsNamed) {
  for (int first = 1; first <= kLines; ++first) {
    for (int last = first; last <= kLines; ++last) {
      Lines lines = lines_;
      lines.erase(lines.begin() + first - 1, lines.begin() + last);
      const AuditReport report = Verify(lines, head_);
      ASSERT_EQ(report.problem_count, 1) << Show(report);
      EXPECT_EQ(report.problems[0].first_seq, first);
      EXPECT_EQ(report.problems[0].last_seq, last);
    }
  }
}

TEST_F(AuditVerifierTest, EachPairThatWasSwappedIsNamedAndNothingIsCalledMissing) {
  for (int a = 1; a <= kLines; ++a) {
    for (int b = a + 1; b <= kLines; ++b) {
      Lines lines = lines_;
      std::swap(lines[a - 1], lines[b - 1]);
      const AuditReport report = Verify(lines, head_);
      EXPECT_TRUE(Names(report, Kind::kReordered, a)) << a << " " << b << Show(report);
      EXPECT_TRUE(Names(report, Kind::kReordered, b)) << a << " " << b << Show(report);
      EXPECT_LE(report.problem_count, 3) << Show(report);
      EXPECT_TRUE(absl::c_all_of(report.problems, [](const AuditProblem& p) { return p.kind == Kind::kReordered; }))
          << a << " " << b << Show(report);
    }
  }
}

TEST_F(AuditVerifierTest, ARepeatedLineIsNamed) {
  for (int at = 1; at <= kLines; ++at) {
    Lines lines = lines_;
    lines.insert(lines.begin() + at, lines_[0]);
    const AuditReport report = Verify(lines, head_);
    ASSERT_EQ(report.problem_count, 1) << Show(report);
    EXPECT_TRUE(Names(report, Kind::kReordered, at + 1)) << Show(report);
  }
}

TEST_F(AuditVerifierTest, TruncationAtEachByteIsTornOrMissing) {
  const std::string bytes = absl::StrJoin(lines_, "");
  int64_t whole_lines = 0;
  for (size_t size = 0; size < bytes.size(); ++size) {
    const absl::string_view rest = absl::string_view(bytes).substr(0, size);
    const bool torn = size > 0 && rest.back() != '\n';
    if (size > 0 && !torn) ++whole_lines;
    const AuditReport alone = Verify(rest);
    EXPECT_EQ(alone.problem_count, torn ? 1 : 0) << Show(alone);
    if (torn) {
      EXPECT_TRUE(Names(alone, Kind::kTorn, whole_lines + 1)) << Show(alone);
    }
    const AuditReport expecting = Verify(rest, head_);
    EXPECT_FALSE(expecting.intact());
    EXPECT_EQ(expecting.head.seq, whole_lines);
    EXPECT_EQ(Names(expecting, Kind::kTorn, whole_lines + 1), torn) << Show(expecting);
    EXPECT_EQ(expecting.problems.back().kind == Kind::kRemoved, whole_lines < kLines - (torn ? 1 : 0))
        << Show(expecting);
  }
}

TEST_F(AuditVerifierTest, ALineThatWasForgedWithItsHashIsNamedByTheNext) {
  for (int forged = 1; forged < kLines; ++forged) {
    ChainHead before;
    if (forged > 1) before = *HeadOfLine(lines_[forged - 2].substr(0, lines_[forged - 2].size() - 1));
    Lines lines = lines_;
    lines[forged - 1] = MakeLine("forged", before);
    const AuditReport report = Verify(lines);
    ASSERT_EQ(report.problem_count, 1) << Show(report);
    EXPECT_TRUE(Names(report, Kind::kChanged, forged)) << Show(report);
  }
}

TEST_F(AuditVerifierTest, AFileMadeAnewIsNoticedByTheExpectedEntry) {
  Lines forged;
  ChainHead head;
  for (int i = 0; i < kLines + 5; ++i) forged.push_back(MakeLine(absl::StrCat("forged-", i), head));
  EXPECT_TRUE(Verify(forged).intact());
  const AuditReport report = Verify(forged, head_);
  EXPECT_TRUE(Names(report, Kind::kChanged, kLines)) << Show(report);
}

TEST_F(AuditVerifierTest, AFirstEntryThatNamesAnotherBeforeItIsChanged) {
  ChainHead head = {0, Sha256Hex("elsewhere")};
  const AuditReport report = Verify(MakeLine("r", head));
  EXPECT_TRUE(Names(report, Kind::kChanged, 1)) << Show(report);
}

TEST_F(AuditVerifierTest, DamageAndRemovalAreToldApart) {
  Lines lines = lines_;
  lines[4] = "nonsense\n";
  lines.erase(lines.begin() + 5, lines.begin() + 7);
  const AuditReport report = Verify(lines, head_);
  ASSERT_EQ(report.problem_count, 2) << Show(report);
  EXPECT_TRUE(Names(report, Kind::kUnreadable, 5));
  EXPECT_TRUE(Names(report, Kind::kRemoved, 6));
  EXPECT_THAT(report.problems[1].detail, HasSubstr("2 of the entries 5 to 7 are missing"));
}

TEST_F(AuditVerifierTest, HostileFilesCostNoMoreThanTheirBound) {
  AuditVerifier verifier;
  const std::string endless(1 << 20, '{');
  for (int i = 0; i < 100; ++i) verifier.Feed(endless);
  verifier.Feed(absl::StrCat("\n", std::string(100'000, '\n'), lines_[0]));
  const AuditReport report = verifier.Finish();
  EXPECT_EQ(report.lines, 100'002);
  EXPECT_EQ(report.good_lines, 1);
  EXPECT_EQ(report.problem_count, 100'001);
  EXPECT_EQ(report.problems.size(), AuditVerifier::kMaxProblems);
  EXPECT_EQ(report.head.seq, 1);
}

TEST_F(AuditVerifierTest, AnyNumberOfGapsIsCounted) {
  AuditVerifier verifier;
  for (int64_t i = 1; i <= 3000; ++i) {
    ChainHead before = {2 * i - 1, Sha256Hex("")};
    verifier.Feed(MakeLine("r", before));
  }
  EXPECT_EQ(verifier.Finish().problem_count, 3000);
}

TEST_F(AuditVerifierTest, TheLargestNumberIsNoTrap) {
  ChainHead before = {kMaxAuditSeq - 1, Sha256Hex("")};
  const AuditReport report = Verify(Lines{MakeLine("r", before), lines_[0]}, ChainHead{kMaxAuditSeq, Sha256Hex("")});
  EXPECT_TRUE(Names(report, Kind::kReordered, 2)) << Show(report);
}

TEST_F(AuditVerifierTest, FilesThatFollowOneAnotherAreOneChain) {
  AuditVerifier verifier;
  verifier.BeginFile("first");
  verifier.Feed(absl::StrJoin(lines_.begin(), lines_.begin() + 7, ""));
  verifier.BeginFile("empty");
  verifier.BeginFile("second");
  verifier.Feed(absl::StrJoin(lines_.begin() + 7, lines_.end(), ""));
  const AuditReport report = verifier.Finish();
  EXPECT_TRUE(report.intact()) << Show(report);
  EXPECT_EQ(report.lines, kLines);
}

TEST_F(AuditVerifierTest, ProblemsNameTheFileAndItsLine) {
  AuditVerifier verifier({{kLines + 1, head_.hash}});
  verifier.BeginFile("first");
  verifier.Feed(absl::StrJoin(lines_.begin(), lines_.begin() + 7, ""));
  verifier.Feed("torn");
  verifier.BeginFile("second");
  verifier.Feed("nonsense\n");
  verifier.Feed(absl::StrJoin(lines_.begin() + 9, lines_.end(), ""));
  const AuditReport report = verifier.Finish();
  ASSERT_EQ(report.problem_count, 3) << Show(report);
  EXPECT_EQ(report.problems[0].kind, Kind::kTorn);
  EXPECT_EQ(report.problems[0].file, "first");
  EXPECT_EQ(report.problems[0].line, 8);
  EXPECT_EQ(report.problems[1].kind, Kind::kUnreadable);
  EXPECT_EQ(report.problems[1].file, "second");
  EXPECT_EQ(report.problems[1].line, 1);
  EXPECT_EQ(report.problems[2].kind, Kind::kRemoved) << "at the end";
  EXPECT_EQ(report.problems[2].file, "second");
  EXPECT_EQ(report.problems[2].line, kLines - 9 + 2);
}

TEST_F(AuditVerifierTest, AChainGoesOnFromAHead) {
  const std::string rest = absl::StrJoin(lines_.begin() + kLines / 2, lines_.end(), "");
  AuditVerifier verifier(absl::nullopt, middle_);
  verifier.Feed(rest);
  EXPECT_TRUE(verifier.Finish().intact());
  AuditVerifier other(absl::nullopt, {middle_.seq, std::string(64, 'f')});
  other.Feed(rest);
  EXPECT_EQ(other.Finish().problem_count, 1);
}

}  // namespace
}  // namespace specrelay
