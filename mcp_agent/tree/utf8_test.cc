#include "mcp_agent/tree/utf8.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

TEST(Utf8Test, WellFormedTextIsAccepted) {
  const std::string kTexts[] = {
      "",
      "plain",
      std::string("\0", 1),
      "\x7F",
      "\xC2\x80",          // U+0080
      "\xDF\xBF",          // U+07FF
      "\xE0\xA0\x80",      // U+0800
      "\xED\x9F\xBF",      // U+D7FF, the last before the surrogates
      "\xEE\x80\x80",      // U+E000, the first after them
      "\xEF\xBF\xBF",      // U+FFFF
      "\xF0\x90\x80\x80",  // U+10000
      "\xF4\x8F\xBF\xBF",  // U+10FFFF
  };
  for (const std::string& text : kTexts) EXPECT_TRUE(IsValidUtf8(text)) << Quoted(text);
}

TEST(Utf8Test, WhatFollowsAsciiIsLookedAtWhereverItStands) {
  for (size_t length = 0; length < 20; ++length) {
    const std::string ascii(length, 'a');
    EXPECT_TRUE(IsValidUtf8(ascii + "é" + ascii)) << length;
    EXPECT_FALSE(IsValidUtf8(ascii + "\xFF" + ascii)) << length;
  }
}

TEST(Utf8Test, MalformedTextIsRefused) {
  const std::string kTexts[] = {
      "\x80",              // continuation without lead
      "a\xBF",             //
      "\xC0\x80",          // overlong NUL
      "\xC0\xAF",          // overlong "/"
      "\xC1\xBF",          // overlong U+007F
      "\xE0\x80\xAF",      // overlong in three bytes
      "\xE0\x9F\xBF",      // overlong U+07FF
      "\xF0\x80\x80\xAF",  // overlong in four bytes
      "\xF0\x8F\xBF\xBF",  // overlong U+FFFF
      "\xED\xA0\x80",      // high surrogate
      "\xED\xBF\xBF",      // low surrogate
      "\xF4\x90\x80\x80",  // U+110000
      "\xF5\x80\x80\x80",  //
      "\xFE",              //
      "\xFF",              //
      "\xC3",              // truncated
      "\xE2\x82",          //
      "\xF0\x9F\x9A",      //
      "\xE2\x28\xA1",      // second byte wrong
      "\xE2\x82\x28",      // third byte wrong
      "\xF0\x9F\x9A\x28",  // fourth byte wrong
      "good\xE2\x82good",  //
  };
  for (const std::string& text : kTexts) EXPECT_FALSE(IsValidUtf8(text)) << Quoted(text);
}

TEST(Utf8Test, MalformedBytesAreReplacedOneByOneAndTheRestStays) {
  EXPECT_EQ(ReplaceInvalidUtf8(""), "");
  EXPECT_EQ(ReplaceInvalidUtf8("größe 🚀"), "größe 🚀");
  EXPECT_EQ(ReplaceInvalidUtf8("a\xFF"
                               "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(ReplaceInvalidUtf8("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(ReplaceInvalidUtf8("\xED\xA0\x80é"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDé");
}

TEST(Utf8Test, QuotedTextIsValidUtf8AndShortWhateverComesIn) {
  EXPECT_EQ(Quoted("specs/größe"), "'specs/größe'");
  EXPECT_EQ(Quoted(std::string("a\0b\n", 4)), "'a\\000b\\n'");
  EXPECT_EQ(Quoted("a\xFF"), "'a\\377'");
  std::string rockets;
  for (int i = 0; i < 1000; ++i) rockets += "🚀";
  for (const std::string& text : {rockets, "a" + rockets, rockets + "\xFF", std::string(100000, '\xFF')}) {
    EXPECT_TRUE(IsValidUtf8(Quoted(text)));
    EXPECT_LT(Quoted(text).size(), 1000u);
  }
}

}  // namespace
}  // namespace specrelay
