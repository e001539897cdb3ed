#include "mcp_agent/tasks/task_detail.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = TaskDetail::Kind;

std::vector<std::string> Items(absl::string_view line) {
  const TaskDetail detail = ParseTaskDetail(line);
  std::vector<std::string> items;
  const auto add = [&items](absl::string_view item) { items.emplace_back(item); };
  if (detail.kind == Kind::kFiles) {
    ForEachFile(detail, add);
  } else {
    EXPECT_TRUE(detail.kind == Kind::kRequirements || detail.kind == Kind::kLeverage) << line;
    ForEachListItem(detail, add);
  }
  return items;
}

void ExpectDetail(absl::string_view line, Kind kind, absl::string_view text) {
  const TaskDetail detail = ParseTaskDetail(line);
  EXPECT_EQ(detail.kind, kind) << line;
  EXPECT_EQ(detail.text, text) << line;
}

TEST(TaskDetailTest, LinesThatSayNothingOfTheTaskHaveNoKind) {
  for (const char* line :
       {"", "  \t\r", "Some prose.", "## Heading", "```", "---", "-tight", "- [X] 1. Upper", "- [] 2. empty",
        "* [✓] 3. tick", "- Purpose:", "1. ordered", "+ plus", "Purpose: not an item", "**bold**"}) {
    EXPECT_EQ(ParseTaskDetail(line).kind, Kind::kNone) << line;
  }
}

TEST(TaskDetailTest, ListItemsAreDetails) {
  ExpectDetail("  - Add POST /users", Kind::kBullet, "Add POST /users");
  ExpectDetail("\t*\ta detail \r", Kind::kBullet, "a detail");
  ExpectDetail("- Files to touch: c.ts", Kind::kBullet, "Files to touch: c.ts");
  ExpectDetail("- file: lower case", Kind::kBullet, "file: lower case");
  ExpectDetail("- Waiting for _Blocked: x_", Kind::kBullet, "Waiting for _Blocked: x_");
  ExpectDetail("- the Purpose: of it", Kind::kBullet, "the Purpose: of it");
}

TEST(TaskDetailTest, AListItemThatStartsWithALinkOrAWordInBracketsIsADetail) {
  ExpectDetail("- [P1] first", Kind::kBullet, "[P1] first");
  ExpectDetail("- [RFC 3629](https://example.org)", Kind::kBullet, "[RFC 3629](https://example.org)");
  ExpectDetail("- [1](https://example.org)", Kind::kBullet, "[1](https://example.org)");
}

TEST(TaskDetailTest, PurposeNeedsNoSpace) {
  ExpectDetail("  - Purpose: why", Kind::kPurpose, "why");
  ExpectDetail("  * Purpose:tight", Kind::kPurpose, "tight");
}

TEST(TaskDetailTest, RequirementsAreListedWithoutNfr) {
  EXPECT_THAT(Items("    - _Requirements: 1.1, 1.2_"), ElementsAre("1.1", "1.2"));
  EXPECT_THAT(Items("_Requirements: NFR,2.1 ,, _"), ElementsAre("2.1"));
  EXPECT_THAT(Items("- _Requirements: 一, 二_"), ElementsAre("一", "二"));
  EXPECT_THAT(Items("- _Requirements: _"), IsEmpty());
  EXPECT_THAT(Items("- _Requirements:_"), IsEmpty());
  EXPECT_THAT(Items("- _Leverage: NFR_"), ElementsAre("NFR"));
}

TEST(TaskDetailTest, TheUnderscoreThatClosesIsNotOneInsideAWord) {
  EXPECT_THAT(Items("- _Leverage: src/my_file.ts, src/__init__.py_"), ElementsAre("src/my_file.ts", "src/__init__.py"));
  EXPECT_THAT(Items("- _Requirements: 1.1_ _Leverage: a.ts_"), ElementsAre("1.1"));
  EXPECT_THAT(Items("- _Requirements: 1.1_ and more"), ElementsAre("1.1"));
  EXPECT_THAT(Items("- **_Requirements: 1.1, 1.2_**"), ElementsAre("1.1", "1.2"));
}

TEST(TaskDetailTest, WithoutTheClosingUnderscoreTheTextGoesToTheEndOfTheLine) {
  EXPECT_THAT(Items("- _Requirements: 1.1, 1.2 \r"), ElementsAre("1.1", "1.2"));
  EXPECT_THAT(Items("- _Leverage: my_file.ts"), ElementsAre("my_file.ts"));
}

TEST(TaskDetailTest, FilesLoseTheRemarkAfterThem) {
  EXPECT_THAT(Items("  - File: src/a.ts (new), src/b.ts"), ElementsAre("src/a.ts", "src/b.ts"));
  EXPECT_THAT(Items("Files: db/001.sql, db/002.sql (modify)"), ElementsAre("db/001.sql", "db/002.sql"));
  EXPECT_THAT(Items("- Files:a.ts(new)"), ElementsAre("a.ts(new)"));
  EXPECT_THAT(Items("- File: a.ts (new, from b.ts), c.ts"), ElementsAre("a.ts", "c.ts"));
  EXPECT_THAT(Items("- File: (none yet)"), IsEmpty());
  EXPECT_THAT(Items("- File:"), IsEmpty());
  EXPECT_THAT(Items("- File: , ,"), IsEmpty());
}

TEST(TaskDetailTest, ParenthesesInsideAPathStay) {
  EXPECT_THAT(Items("- File: app/(auth)/page.tsx, (app)/x.tsx"), ElementsAre("app/(auth)/page.tsx", "(app)/x.tsx"));
  EXPECT_THAT(Items("- File: app/(auth)/page.tsx (new)"), ElementsAre("app/(auth)/page.tsx"));
  EXPECT_THAT(Items("- File: a(b, c.ts"), ElementsAre("a(b", "c.ts"));
  EXPECT_THAT(Items("- File: a (new), b(c, d.ts"), ElementsAre("a", "b(c", "d.ts"));
}

TEST(TaskDetailTest, ABlockedLineIsOneThatStartsWithTheKey) {
  ExpectDetail("  - _Blocked: waiting for the schema_", Kind::kBlocked, "waiting for the schema");
  ExpectDetail("_Blocked:tight_ \r", Kind::kBlocked, "tight");
  ExpectDetail("* _Blocked: needs A_KEY_", Kind::kBlocked, "needs A_KEY");
  ExpectDetail("- _Blocked: see _Prompt: and File: x_", Kind::kBlocked, "see _Prompt: and File: x");
  ExpectDetail("- _Blocked: vendor_ (since Monday)", Kind::kBlocked, "vendor");
  ExpectDetail("- _Blocked: vendor", Kind::kBlocked, "vendor");
  ExpectDetail("- _Blocked: _", Kind::kBlocked, "");
  ExpectDetail("- _Blocked:_", Kind::kBlocked, "");
}

TEST(TaskDetailTest, APromptMayHoldOtherKeys) {
  ExpectDetail("  - _Prompt: Role: Dev | Task: use _Leverage: x_", Kind::kPrompt, "Role: Dev | Task: use _Leverage: x");
  ExpectDetail("  - _Requirements: 1_ _Prompt: do it_", Kind::kPrompt, "do it");
  EXPECT_FALSE(ParseTaskDetail("- _Prompt: do it_").open);
  EXPECT_FALSE(ParseTaskDetail("- _Prompt:_").open);
}

TEST(TaskDetailTest, APromptWithoutClosingUnderscoreIsOpen) {
  ExpectDetail("  - _Prompt: Role: Dev ", Kind::kPrompt, "Role: Dev");
  EXPECT_TRUE(ParseTaskDetail("  - _Prompt: Role: Dev ").open);
  EXPECT_TRUE(ParseTaskDetail("_Prompt:").open);
}

TEST(TaskDetailTest, AnOpenPromptGoesOnUntilABlankLineAnItemOrAKey) {
  absl::string_view text;
  for (const char* line : {"", " \t\r", "- item", "* item", "File: a", "  files: a", "PURPOSE: a"}) {
    EXPECT_FALSE(ContinuesPrompt(line, text)) << line;
  }
  EXPECT_TRUE(ContinuesPrompt("  and third_ \r", text));
  EXPECT_EQ(text, "and third");
  EXPECT_TRUE(ContinuesPrompt("_Requirements: 1_", text));
  EXPECT_EQ(text, "_Requirements: 1");
  EXPECT_TRUE(ContinuesPrompt("-dash", text));
  EXPECT_EQ(text, "-dash");
  EXPECT_TRUE(ContinuesPrompt("_", text));
  EXPECT_EQ(text, "");
}

}  // namespace
}  // namespace specrelay
