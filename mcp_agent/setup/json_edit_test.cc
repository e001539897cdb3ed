#include "mcp_agent/setup/json_edit.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

using Json = nlohmann::ordered_json;

const Json& Values() {
  static const auto& values = *new Json{{"command", "agent"}, {"args", {"--a"}}};
  return values;
}

std::string Set(absl::string_view text) {
  const absl::StatusOr<std::string> edited = SetJsonEntry(text, "servers", "own", Values());
  EXPECT_THAT(edited, IsOk());
  return edited.value_or("");
}

void ExpectRefused(absl::string_view text, const std::string& message) {
  EXPECT_THAT(SetJsonEntry(text, "servers", "own", Values()),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
}

constexpr char kFresh[] = R"({
  "servers": {
    "own": {
      "command": "agent",
      "args": [
        "--a"
      ]
    }
  }
}
)";

TEST(JsonEditTest, AnEmptyFileBecomesOneWithTheEntry) {
  EXPECT_EQ(Set(""), kFresh);
  EXPECT_EQ(Set("\n"), kFresh);
}

TEST(JsonEditTest, AnEmptyObjectGetsTheEntry) {
  EXPECT_EQ(Set("{}\n"), kFresh);
  EXPECT_EQ(Set("{\n}\n"), kFresh);
  EXPECT_EQ(Set("{\n  \"servers\": {}\n}\n"), kFresh);
}

TEST(JsonEditTest, TheSameEntryChangesNothing) {
  EXPECT_EQ(Set(kFresh), kFresh);
  const std::string compact = R"({"servers":{"own":{"args":["--a"],"command":"agent","timeout":1e3}}})";
  EXPECT_EQ(Set(compact), compact) << "the order of members says nothing";
}

TEST(JsonEditTest, WhatIsAroundStaysByteForByte) {
  const std::string after =
      Set("{\n    \"b\" : 1.50,\t\"a\": [ 1E4, \"\\u00e9\" ],\n\n    \"servers\": {\n"
          "        \"other\": {\"x\":1}\n    },\n    \"z\": null\n}");
  EXPECT_EQ(
      after,
      "{\n    \"b\" : 1.50,\t\"a\": [ 1E4, \"\\u00e9\" ],\n\n    \"servers\": {\n        \"other\": {\"x\":1},\n"
      "        \"own\": {\n            \"command\": \"agent\",\n            \"args\": [\n                \"--a\"\n"
      "            ]\n        }\n    },\n    \"z\": null\n}");
}

TEST(JsonEditTest, CommentsAndTrailingCommasStay) {
  const std::string after = Set(R"({
  // mine, "servers": {
  "servers": {
    "other": {"url": "http://x//y", /* } */ "n": [1, 2,],}, // last
  },
}
)");
  EXPECT_EQ(after, R"({
  // mine, "servers": {
  "servers": {
    "other": {"url": "http://x//y", /* } */ "n": [1, 2,],},
    "own": {
      "command": "agent",
      "args": [
        "--a"
      ]
    }, // last
  },
}
)");
  EXPECT_EQ(Set(after), after);
}

TEST(JsonEditTest, AnObjectWithNothingButACommentGetsTheEntry) {
  EXPECT_EQ(Set("{\n  \"servers\": { // none yet\n  }\n}\n"),
            "{\n  \"servers\": {\n    \"own\": {\n      \"command\": \"agent\",\n      \"args\": [\n        \"--a\"\n"
            "      ]\n    } // none yet\n  }\n}\n");
}

TEST(JsonEditTest, AnEntryKeepsWhatItHasBesides) {
  const std::string after = Set(R"({"servers": {"own": {"command": "old", "timeout": 5, "env": {"A": "b"}}, "c": 1}})");
  const Json json = Json::parse(after);
  EXPECT_EQ(json["servers"]["own"],
            (Json{{"command", "agent"}, {"timeout", 5}, {"env", {{"A", "b"}}}, {"args", {"--a"}}}));
  EXPECT_EQ(json["servers"]["c"], 1);
}

TEST(JsonEditTest, ObjectsInTheEntryAreMerged) {
  const absl::StatusOr<std::string> after =
      SetJsonEntry(R"({"s":{"own":{"env":{"A":"b"}}}})", "s", "own", {{"env", {{"C", "d"}}}});
  ASSERT_THAT(after, IsOk());
  EXPECT_EQ(Json::parse(*after)["s"]["own"]["env"], (Json{{"A", "b"}, {"C", "d"}}));
}

TEST(JsonEditTest, KeysAreComparedAsTheyAreMeant) {
  const std::string text = R"({"\u0073ervers": {"ow\u006e": {"command": "agent", "args": ["--a"]}}})";
  EXPECT_EQ(Set(text), text);
}

TEST(JsonEditTest, TheLastOfEqualKeysIsTheOneThatCounts) {
  const Json json = Json::parse(Set(R"({"servers": {"a": 1}, "servers": {"b": 1}})"));
  EXPECT_TRUE(json["servers"].contains("own"));
}

TEST(JsonEditTest, TabsStayTabs) {
  EXPECT_EQ(Set("{\n\t\"a\": 1\n}\n"),
            "{\n\t\"a\": 1,\n\t\"servers\": {\n\t\t\"own\": {\n\t\t\t\"command\": \"agent\",\n\t\t\t\"args\": [\n"
            "\t\t\t\t\"--a\"\n\t\t\t]\n\t\t}\n\t}\n}\n");
}

TEST(JsonEditTest, WhatIsNoJsonIsRefused) {
  for (const char* text : {"{", "}", "{\"a\": }", "hello", "{\"a\": \"b}", "{} {}", "{\"a\" 1}", "/*", "{\"a\": 1,,}",
                           "{\"a\": 1 \"b\": 2}", "\xff"}) {
    EXPECT_THAT(SetJsonEntry(text, "servers", "own", Values()), HasCode(absl::StatusCode::kInvalidArgument)) << text;
  }
  ExpectRefused(std::string(100000, '['), "");
}

TEST(JsonEditTest, WhatHasAnotherShapeIsRefused) {
  ExpectRefused("[]", "it is no JSON object");
  ExpectRefused("null", "it is no JSON object");
  ExpectRefused("{\"servers\": []}", "its \"servers\" is no object");
  ExpectRefused("{\"servers\": {\"own\": 5}}", "that is no object");
}

}  // namespace
}  // namespace specrelay
