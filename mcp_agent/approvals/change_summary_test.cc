#include "mcp_agent/approvals/change_summary.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/utf8.h"

namespace specrelay {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(ChangeSummaryTest, AChangeIsShownWithALineAround) {
  EXPECT_EQ(SummarizeChange("a\nb\nc\nd\ne\n", "a\nb\nX\nd\ne\n"), "@@ -2,3 +2,3 @@\n b\n-c\n+X\n d\n");
  EXPECT_EQ(SummarizeChange("a\n", "a\n"), "");
}

TEST(ChangeSummaryTest, FortyChangedLinesAreShownAndTheRestIsCounted) {
  std::string text;
  for (int i = 0; i < 40; ++i) absl::StrAppend(&text, "line ", i, "\n");
  EXPECT_THAT(SummarizeChange("", text), EndsWith("+line 39\n"));
  EXPECT_THAT(SummarizeChange("", text + "one more\n"), EndsWith("+line 39\n… 41 lines added or deleted in all\n"));
}

TEST(ChangeSummaryTest, LongLinesAreCutBetweenCharacters) {
  std::string line = "x";
  for (int i = 0; i < 200; ++i) line += "é";
  const std::string summary = SummarizeChange("", line);
  EXPECT_TRUE(IsValidUtf8(summary));
  EXPECT_LT(summary.size(), 200u);
  EXPECT_THAT(summary, HasSubstr("é…\n"));
}

}  // namespace
}  // namespace specrelay
