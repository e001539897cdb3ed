#include "mcp_agent/approvals/line_diff.h"

#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string Join(const std::vector<absl::string_view>& lines) { return absl::StrJoin(lines, "\n"); }

// Lines of a chunk as a patch shows them.
std::vector<std::string> Show(const v1::DiffChunk& chunk) {
  std::vector<std::string> lines;
  for (const v1::DiffLine& line : chunk.lines()) {
    const char* mark = line.type() == v1::DIFF_LINE_TYPE_ADD      ? "+"
                       : line.type() == v1::DIFF_LINE_TYPE_DELETE ? "-"
                                                                  : " ";
    lines.push_back(absl::StrCat(mark, line.content()));
  }
  return lines;
}

// Both texts as a comparison with unlimited context tells them.
void ExpectRebuilds(const std::string& old_text, const std::string& new_text) {
  const v1::ApprovalDiffResponse diff = DiffTexts(old_text, new_text, 1'000'000);
  std::vector<std::string> old_lines, new_lines;
  for (const v1::DiffChunk& chunk : diff.chunks()) {
    for (const v1::DiffLine& line : chunk.lines()) {
      if (line.type() != v1::DIFF_LINE_TYPE_ADD) {
        old_lines.push_back(line.content());
        EXPECT_EQ(line.old_line_number(), static_cast<int>(old_lines.size()));
      }
      if (line.type() != v1::DIFF_LINE_TYPE_DELETE) {
        new_lines.push_back(line.content());
        EXPECT_EQ(line.new_line_number(), static_cast<int>(new_lines.size()));
      }
    }
  }
  if (diff.chunks().empty()) {
    EXPECT_EQ(Join(SplitLines(old_text)), Join(SplitLines(new_text)));
    return;
  }
  EXPECT_EQ(absl::StrJoin(old_lines, "\n"), Join(SplitLines(old_text)));
  EXPECT_EQ(absl::StrJoin(new_lines, "\n"), Join(SplitLines(new_text)));
}

// Fewest edits, by the textbook table.
int FewestEdits(const std::vector<absl::string_view>& a, const std::vector<absl::string_view>& b) {
  std::vector<std::vector<int>> edits(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        edits[i][j] = static_cast<int>(i + j);
      } else if (a[i - 1] == b[j - 1]) {
        edits[i][j] = edits[i - 1][j - 1];
      } else {
        edits[i][j] = 1 + std::min(edits[i - 1][j], edits[i][j - 1]);
      }
    }
  }
  return edits[a.size()][b.size()];
}

std::string RandomText(std::mt19937& random, int lines, int alphabet) {
  std::string text;
  for (int i = 0; i < lines; ++i) absl::StrAppend(&text, "line ", random() % alphabet, "\n");
  return text;
}

TEST(LineDiffTest, EqualTextsHaveNoChunks) {
  for (const char* text : {"", "a", "a\n", "a\nb\n", "\n\n"}) {
    const v1::ApprovalDiffResponse diff = DiffTexts(text, text);
    EXPECT_THAT(diff.chunks(), IsEmpty());
    EXPECT_EQ(diff.additions() + diff.deletions() + diff.changes(), 0);
  }
}

TEST(LineDiffTest, AnAddedLineIsShownAsTheRecordedExchangeShowsIt) {
  const v1::ApprovalDiffResponse diff =
      DiffTexts("# Requirements\n\n1. WHEN\n", "# Requirements\n\n1. WHEN\n2. Sessions\n");
  EXPECT_EQ(diff.additions(), 1);
  EXPECT_EQ(diff.deletions(), 0);
  EXPECT_EQ(diff.changes(), 0);
  ASSERT_EQ(diff.chunks_size(), 1);
  const v1::DiffChunk& chunk = diff.chunks(0);
  EXPECT_EQ(chunk.old_start(), 1);
  EXPECT_EQ(chunk.old_lines(), 3);
  EXPECT_EQ(chunk.new_start(), 1);
  EXPECT_EQ(chunk.new_lines(), 4);
  EXPECT_THAT(Show(chunk), ElementsAre(" # Requirements", " ", " 1. WHEN", "+2. Sessions"));
  EXPECT_FALSE(chunk.lines(3).has_old_line_number());
  EXPECT_EQ(chunk.lines(3).new_line_number(), 4);
}

TEST(LineDiffTest, DistantChangesAreChunksOfTheirOwnWithThreeLinesAround) {
  std::string old_text, new_text;
  for (int i = 1; i <= 30; ++i) {
    absl::StrAppend(&old_text, i, "\n");
    absl::StrAppend(&new_text, i == 5 || i == 25 ? "changed" : absl::StrCat(i), "\n");
  }
  const v1::ApprovalDiffResponse diff = DiffTexts(old_text, new_text);
  ASSERT_EQ(diff.chunks_size(), 2);
  EXPECT_THAT(Show(diff.chunks(0)), ElementsAre(" 2", " 3", " 4", "-5", "+changed", " 6", " 7", " 8"));
  EXPECT_EQ(diff.chunks(1).old_start(), 22);
  EXPECT_EQ(diff.changes(), 2);
}

TEST(LineDiffTest, NeighbouringChangesShareAChunk) {
  std::string old_text, new_text;
  for (int i = 1; i <= 20; ++i) {
    absl::StrAppend(&old_text, i, "\n");
    absl::StrAppend(&new_text, i == 5 || i == 12 ? "changed" : absl::StrCat(i), "\n");
  }
  EXPECT_EQ(DiffTexts(old_text, new_text).chunks_size(), 1);
}

TEST(LineDiffTest, EmptySidesAreAllAdditionsOrAllDeletions) {
  EXPECT_EQ(DiffTexts("", "a\nb\n").additions(), 2);
  EXPECT_EQ(DiffTexts("a\nb\n", "").deletions(), 2);
}

TEST(LineDiffTest, InvalidUtf8IsReplaced) {
  EXPECT_THAT(Show(DiffTexts("", "\xff\n").chunks(0)), ElementsAre("+\xEF\xBF\xBD"));
}

TEST(LineDiffTest, SmallScriptsAreTheShortestAndEveryScriptIsRight) {
  std::mt19937 random(20'260'101);
  for (int round = 0; round < 400; ++round) {
    const std::string old_text =
        RandomText(random, static_cast<int>(random() % 30), 1 + static_cast<int>(random() % 8));
    const std::string new_text =
        RandomText(random, static_cast<int>(random() % 30), 1 + static_cast<int>(random() % 8));
    const v1::ApprovalDiffResponse diff = DiffTexts(old_text, new_text);
    EXPECT_EQ(diff.additions() + diff.deletions(), FewestEdits(SplitLines(old_text), SplitLines(new_text)));
    ExpectRebuilds(old_text, new_text);
  }
}

TEST(LineDiffTest, ScriptsBeyondTheCapOnEditsAreStillRight) {
  std::mt19937 random(7);
  ExpectRebuilds(RandomText(random, 5000, 50), RandomText(random, 6000, 50));
}

TEST(LineDiffTest, ALargeFileAgainstARewrittenOneIsCompared) {
  std::mt19937 random(42);
  // Half of the lines are blank or common, as in real documents; the rest has nothing in common.
  std::string old_text, new_text;
  for (int i = 0; i < 10'000; ++i) {
    absl::StrAppend(&old_text, "old ", random(), "\n", random() % 2 == 0 ? "\n" : "}\n");
    absl::StrAppend(&new_text, "new ", random(), "\n", random() % 2 == 0 ? "\n" : "}\n");
  }
  const absl::Time begun = absl::Now();
  const v1::ApprovalDiffResponse diff = DiffTexts(old_text, new_text);
  std::cout << "20,000 lines against 20,000 rewritten ones: " << absl::FormatDuration(absl::Now() - begun) << "\n";
  EXPECT_GE(diff.additions(), 10'000);
  ExpectRebuilds(old_text, new_text);
}

}  // namespace
}  // namespace specrelay
