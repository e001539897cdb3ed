#include "mcp_agent/setup/toml_edit.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

const std::vector<TomlValue>& Values() {
  static const auto& values =
      *new std::vector<TomlValue>{{"command", "\"agent\""}, {"args", "[\"--a\"]"}, {"tool_timeout_sec", "9", true}};
  return values;
}

constexpr char kTable[] = "[servers.own]\ncommand = \"agent\"\nargs = [\"--a\"]\ntool_timeout_sec = 9\n";

std::string Set(absl::string_view text) {
  const absl::StatusOr<std::string> edited = SetTomlTable(text, "servers", "own", Values());
  EXPECT_THAT(edited, IsOk()) << text;
  return edited.value_or("");
}

void ExpectRefused(absl::string_view text, const std::string& message) {
  EXPECT_THAT(SetTomlTable(text, "servers", "own", Values()),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr(message)))
      << text;
}

TEST(TomlEditTest, AnEmptyFileBecomesTheTable) { EXPECT_EQ(Set(""), kTable); }

TEST(TomlEditTest, AMissingTableIsAddedAtTheEnd) {
  const std::string before = "# mine\nmodel = \"o3\"  # best\n\n[servers.other]\nargs = [\n  \"x\", # [servers.own]\n]";
  EXPECT_EQ(Set(before), absl::StrCat(before, "\n\n", kTable));
}

TEST(TomlEditTest, TheSameTableChangesNothing) {
  for (const std::string& text :
       {std::string(kTable), absl::StrCat("a = 1\n\n", kTable, "\n[z]\n"),
        std::string("[ servers . \"own\" ]\r\ncommand=\"agent\"\r\nargs=[\"--a\"]\r\ntool_timeout_sec=5\r\n")}) {
    EXPECT_EQ(Set(text), text);
  }
}

TEST(TomlEditTest, OnlyValuesThatDifferAreReplaced) {
  EXPECT_EQ(Set("[servers.own]\n# why\nargs = [\n  \"old\",\n]  # kept\ncommand = 'old'\nenabled = true\n\n# next\n"
                "[servers.zz]\ncommand = \"z\"\n"),
            "[servers.own]\n# why\nargs = [\"--a\"]  # kept\ncommand = \"agent\"\nenabled = true\n"
            "tool_timeout_sec = 9\n\n# next\n[servers.zz]\ncommand = \"z\"\n");
}

TEST(TomlEditTest, ATableWithoutALineEndGetsOne) {
  EXPECT_EQ(Set("[servers.own]"), kTable);
  EXPECT_EQ(Set("[servers.own]\ncommand = \"x\""), kTable);
}

TEST(TomlEditTest, TablesBelowItStay) {
  const std::string below = "[servers.own.env]\nA = \"b\"\n";
  EXPECT_EQ(Set(below), absl::StrCat(below, "\n", kTable));
  EXPECT_EQ(Set(absl::StrCat("[servers.own]\n", below)), absl::StrCat(kTable, below));
}

TEST(TomlEditTest, StringsOfAllKindsHideWhatIsInThem) {
  for (const char* value :
       {"\"a # \\\" [servers.own]\"", "'C:\\'", "\"\"\"\n[servers.own]\n\\\"\"\" = \"\"\"\"\"", "'''\n[x\n''''",
        "{ a = \"}\", b = [1, '}'] }", "1979-05-27 07:32:00Z", "\"\"", "[[1, 2], [\"]\"]]"}) {
    const std::string before = absl::StrCat("a = ", value, " # c\n");
    EXPECT_EQ(Set(before), absl::StrCat(before, "\n", kTable));
  }
}

TEST(TomlEditTest, ATableInAnotherFormIsRefused) {
  ExpectRefused("servers = { own = { command = \"x\" } }", "in another form");
  ExpectRefused("servers.own.command = \"x\"", "in another form");
  ExpectRefused("[servers]\nown = {}", "in another form");
  ExpectRefused("[[servers]]\n", "in another form");
  ExpectRefused("[[servers.own]]\n", "in another form");
  ExpectRefused(absl::StrCat(kTable, kTable), "two tables");
}

TEST(TomlEditTest, WhatIsNoTomlIsRefusedWithItsLine) {
  ExpectRefused("a = 1\nb\n", "line 2 has no \"=\"");
  ExpectRefused("a = 1\n= 2\n", "line 2 has no key");
  ExpectRefused("a = \"x\n", "a string that does not end");
  ExpectRefused("a = \"x\\", "a string that does not end");
  ExpectRefused("a = \"\"\"x", "a string that does not end");
  ExpectRefused("a = [1\n", "a bracket is still open");
  ExpectRefused("a = [1}\n", "a bracket that nothing opens");
  ExpectRefused("[a\n", "a header that does not end");
  ExpectRefused("[a] b\n", "something behind its end");
  ExpectRefused("a = 1 b\n", "something behind its end");
  ExpectRefused("a =\n", "has no value");
  ExpectRefused("{\"mcpServers\": {}}\n", "line 1");
  ExpectRefused("a = \"\xff\"\n", "not UTF-8");
}

TEST(TomlEditTest, ValuesAreQuoted) {
  EXPECT_EQ(TomlString("a\"b\\c\nd\x7f"), "\"a\\\"b\\\\c\\u000Ad\\u007F\"");
  EXPECT_EQ(TomlStrings({}), "[]");
  EXPECT_EQ(TomlStrings({"a", "ä"}), "[\"a\", \"ä\"]");
}

}  // namespace
}  // namespace specrelay
