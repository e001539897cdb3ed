#include "mcp_agent/tasks/task_checkbox.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

// "status|id|description" of a line, or "none".
std::string Describe(absl::string_view line) {
  const auto box = ParseCheckbox(line);
  if (!box.has_value()) return "none";
  return std::string(1, CheckboxCharacter(box->status)) + "|" + std::string(box->id) + "|" +
         std::string(box->description);
}

TEST(TaskCheckboxTest, EveryStateIsRead) {
  EXPECT_EQ(Describe("- [ ] 1. A"), " |1|A");
  EXPECT_EQ(Describe("- [-] 1. A"), "-|1|A");
  EXPECT_EQ(Describe("- [x] 1. A"), "x|1|A");
  EXPECT_EQ(Describe("- [~] 1. A"), "~|1|A");
}

TEST(TaskCheckboxTest, OtherLinesAreNoCheckbox) {
  for (const char* line :
       {"", " ", "-", "- ", "- [", "- [ ", "- [x", "- [X] 1. A", "- [] 1. A", "- [xx] 1. A", "-[ ] 1. A", "+ [ ] 1. A",
        "[ ] 1. A", "x - [ ] 1. A", "- a [ ] 1. A", "1. [ ] A", "- [/] 1. A"}) {
    EXPECT_EQ(Describe(line), "none") << line;
  }
}

TEST(TaskCheckboxTest, AnItemWithoutNumberOrDescriptionIsNoTask) {
  for (const char* line : {"- [ ]", "- [ ]1. A", "- [ ] A", "- [ ] 1", "- [ ] 1.", "- [ ] 1. ", "- [ ] 1.A",
                           "- [ ] 1.2", "- [ ] .1 A", "- [ ] 1.2.x A", "- [ ] 1) A", "- [ ] T1 A"}) {
    EXPECT_EQ(Describe(line), std::string(" ||")) << line;
  }
}

TEST(TaskCheckboxTest, TheNumberMayBeDeepAndEndInAPeriodEvenAnEscapedOne) {
  EXPECT_EQ(Describe("- [ ] 1 A"), " |1|A");
  EXPECT_EQ(Describe("- [ ] 10.11. A"), " |10.11|A");
  EXPECT_EQ(Describe("- [ ] 1.2.3.4 A"), " |1.2.3.4|A");
  EXPECT_EQ(Describe("- [ ] 1\\. A"), " |1|A");
  EXPECT_EQ(Describe("- [ ] 1.1\\. A"), " |1.1|A");
  EXPECT_EQ(Describe("- [ ] 1 . A"), " |1|A");
  EXPECT_EQ(Describe("- [ ] 1 .env file"), " |1|.env file");
  EXPECT_EQ(Describe("- [ ] 1. 2nd step"), " |1|2nd step");
  EXPECT_EQ(Describe("- [ ] 007 A"), " |007|A");
}

TEST(TaskCheckboxTest, TheDescriptionIsTrimmedAndEndsAtACarriageReturn) {
  EXPECT_EQ(Describe("*  \t[x]\t 1.\xC2\xA0 A  b \xE3\x80\x80 \r"), "x|1|A  b");
  EXPECT_EQ(Describe("- [ ] 1. A\rB"), " |1|A");
  EXPECT_EQ(Describe("- [ ] 1. [ ] 2. A"), " |1|[ ] 2. A");
}

TEST(TaskCheckboxTest, TheIndentationIsCountedInCharacters) {
  EXPECT_EQ(ParseCheckbox("- [ ] 1. A")->indent_characters, 0);
  EXPECT_EQ(ParseCheckbox("   - [ ] 1. A")->indent_characters, 3);
  EXPECT_EQ(ParseCheckbox("\t- [ ] 1. A")->indent_characters, 1);
  EXPECT_EQ(ParseCheckbox("\xC2\xA0\xE3\x80\x80- [ ] 1. A")->indent_characters, 2);
  EXPECT_EQ(ParseCheckbox("\xC2\xA0\t- [ ] 1. A")->indent, "\xC2\xA0\t");
}

TEST(TaskCheckboxTest, AByteOrderMarkIsNoIndentation) {
  const std::string line = "\xEF\xBB\xBF  - [ ] 1. A";
  const auto box = ParseCheckbox(line);
  ASSERT_TRUE(box.has_value());
  EXPECT_EQ(box->indent, "  ");
  EXPECT_EQ(box->indent_characters, 2);
  EXPECT_EQ(line.substr(box->status_offset - 1, 3), "[ ]");
}

TEST(TaskCheckboxTest, TheStatusOffsetIsThatOfTheCharacterBetweenTheBrackets) {
  for (const std::string line : {"- [x] 1. A", "\t*   [x] [x] A", "\xE3\x80\x80-\xC2\xA0[x] A"}) {
    const auto box = ParseCheckbox(line);
    ASSERT_TRUE(box.has_value()) << line;
    EXPECT_EQ(box->status_offset, line.find('x')) << line;
  }
}

TEST(TaskCheckboxTest, AnyBytesMayFollow) {
  EXPECT_EQ(Describe(absl::string_view("- [ ] 1. a\0b", 12)), std::string(" |1|a\0b", 7));
  EXPECT_EQ(Describe("- [ ] 1. \xFF\xC3"), " |1|\xFF\xC3");
  EXPECT_EQ(Describe("- [\xFF] 1. A"), "none");
}

}  // namespace
}  // namespace specrelay
