#include "mcp_agent/tree/folded_name.h"

#include <string>

#include "gtest/gtest.h"

namespace specrelay {
namespace {

TEST(FoldedNameTest, LettersBecomeLowerCase) {
  EXPECT_EQ(FoldedName("Agent.JSON"), "agent.json");
  EXPECT_EQ(FoldedName("größe 仕様 🚀.md"), "größe 仕様 🚀.md");
  EXPECT_EQ(FoldedName(""), "");
}

TEST(FoldedNameTest, WhatFoldsToAsciiLettersBecomesThem) {
  EXPECT_EQ(FoldedName("\u017Fpec\u017F"), "specs");
  EXPECT_EQ(FoldedName("loc\u212A"), "lock");
}

TEST(FoldedNameTest, IgnoredCharactersAreLeftOut) {
  EXPECT_EQ(FoldedName("\u200D.spec\u00ADrelay\uFEFF"), ".specrelay");
  EXPECT_EQ(FoldedName("a\U000E0001\uFE0F\u2060\u034Fb"), "ab");
}

TEST(FoldedNameTest, InvalidUtf8StaysAsItIs) {
  for (const char* name : {"\xFF", "a\xE2\x80", "\xC3", "\xE2\x28\xA1", "\xF5\x80\x80\x80",
                           "\x80"
                           "a"}) {
    EXPECT_EQ(FoldedName(name), name);
  }
}

}  // namespace
}  // namespace specrelay
