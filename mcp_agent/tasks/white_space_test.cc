#include "mcp_agent/tasks/white_space.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

const char* const kSpaces[] = {
    " ",
    "\t",
    "\n",
    "\v",
    "\f",
    "\r",
    "\xC2\xA0",      // U+00A0
    "\xE1\x9A\x80",  // U+1680
    "\xE2\x80\x80",  // U+2000
    "\xE2\x80\x8A",  // U+200A
    "\xE2\x80\xA8",  // U+2028
    "\xE2\x80\xA9",  // U+2029
    "\xE2\x80\xAF",  // U+202F
    "\xE2\x81\x9F",  // U+205F
    "\xE3\x80\x80",  // U+3000
    "\xEF\xBB\xBF",  // U+FEFF
};

const char* const kOthers[] = {
    "a",
    "_",
    "\x1C",
    "\x7F",
    "\xC2\x85",      // U+0085, which ECMAScript leaves out
    "\xE2\x80\x8B",  // U+200B
    "\xE3\x80\x81",  // U+3001
    "\xA0",          // continuation byte alone
    "\xE3\x80",      // U+3000 cut short
    "日",
};

TEST(WhiteSpaceTest, EveryWhiteSpaceCharacterIsTrimmedFromBothEnds) {
  for (const std::string space : kSpaces) {
    EXPECT_EQ(SpaceAtStart(space + "x"), space.size()) << testing::PrintToString(space);
    EXPECT_EQ(SkipSpace(absl::StrCat(space, "x", space)), "x" + space) << testing::PrintToString(space);
    EXPECT_EQ(TrimSpace(absl::StrCat(space, space, "x y", space, " ")), "x y") << testing::PrintToString(space);
  }
}

TEST(WhiteSpaceTest, OtherBytesStay) {
  for (const std::string other : kOthers) {
    EXPECT_EQ(SpaceAtStart(other), 0u) << testing::PrintToString(other);
    EXPECT_EQ(TrimSpace(" " + other + " "), other) << testing::PrintToString(other);
  }
  EXPECT_EQ(TrimSpace(absl::string_view("\0 \0", 3)).size(), 3u);
}

TEST(WhiteSpaceTest, TextOfWhiteSpaceAloneBecomesEmpty) {
  EXPECT_EQ(SpaceAtStart(""), 0u);
  EXPECT_EQ(TrimSpace(""), "");
  EXPECT_EQ(TrimSpace(" \xE3\x80\x80\xC2\xA0\t"), "");
}

}  // namespace
}  // namespace specrelay
