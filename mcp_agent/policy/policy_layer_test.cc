#include "mcp_agent/policy/policy_layer.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

PolicyLayer Parse(absl::string_view text, std::vector<std::string>* warnings = nullptr) {
  PolicyLayer layer;
  layer.origin = "agent.json of the machine";
  layer.only_restricts = true;
  std::vector<std::string> ignored;
  return ParsePolicyLayer(layer, text, warnings == nullptr ? ignored : *warnings);
}

TEST(PolicyLayerTest, EveryKeyIsRead) {
  std::vector<std::string> warnings;
  const PolicyLayer layer = Parse(R"({"readOnly":true,"allowedCommands":["spec-*"],"maxFileBytes":1000,
      "projectReadable":false,"readableRoots":["docs"],"decidingAccounts":["acme","beta"]})",
                                  &warnings);
  EXPECT_EQ(layer.damage, "");
  EXPECT_EQ(layer.origin, "agent.json of the machine");
  EXPECT_TRUE(layer.only_restricts);
  EXPECT_THAT(layer.read_only, Optional(true));
  EXPECT_THAT(layer.allowed_commands, Optional(ElementsAre("spec-*")));
  EXPECT_THAT(layer.max_file_bytes, Optional(1000));
  EXPECT_THAT(layer.project_readable, Optional(false));
  EXPECT_THAT(layer.readable_roots, Optional(ElementsAre("docs")));
  EXPECT_THAT(layer.deciding_accounts, Optional(ElementsAre("acme", "beta")));
  EXPECT_THAT(warnings, IsEmpty());
}

TEST(PolicyLayerTest, AnEmptyObjectStatesNothing) {
  const PolicyLayer layer = Parse(" {} ");
  EXPECT_EQ(layer.damage, "");
  EXPECT_FALSE(layer.read_only.has_value());
  EXPECT_FALSE(layer.allowed_commands.has_value());
  EXPECT_FALSE(layer.max_file_bytes.has_value());
}

TEST(PolicyLayerTest, AnEmptyListIsStated) {
  EXPECT_THAT(Parse(R"({"allowedCommands":[]})").allowed_commands, Optional(IsEmpty()));
}

TEST(PolicyLayerTest, TypingErrorsAreToldAndChangeNothing) {
  std::vector<std::string> warnings;
  const PolicyLayer layer = Parse(R"({"readonly":true,"allowedCommands":["spec-lst","spec-list"]})", &warnings);
  EXPECT_EQ(layer.damage, "");
  EXPECT_FALSE(layer.read_only.has_value());
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("readonly"), HasSubstr("spec-lst")));
}

TEST(PolicyLayerTest, EachWrongTypeIsDamageThatNamesTheKey) {
  const struct {
    const char* text;
    const char* key;
  } kCases[] = {
      {R"({"readOnly":"true"})", "readOnly"},
      {R"({"readOnly":1})", "readOnly"},
      {R"({"readOnly":null})", "readOnly"},
      {R"({"allowedCommands":"*"})", "allowedCommands"},
      {R"({"allowedCommands":["a",1]})", "allowedCommands"},
      {R"({"allowedCommands":{"a":"b"}})", "allowedCommands"},
      {R"({"maxFileBytes":0})", "maxFileBytes"},
      {R"({"maxFileBytes":-1})", "maxFileBytes"},
      {R"({"maxFileBytes":1.5})", "maxFileBytes"},
      {R"({"maxFileBytes":1e6})", "maxFileBytes"},
      {R"({"maxFileBytes":"1"})", "maxFileBytes"},
      {R"({"maxFileBytes":18446744073709551615})", "maxFileBytes"},
      {R"({"maxFileBytes":99999999999999999999999})", "maxFileBytes"},
      {R"({"projectReadable":[]})", "projectReadable"},
      {R"({"readableRoots":[["src"]]})", "readableRoots"},
      {R"({"decidingAccounts":[null]})", "decidingAccounts"},
  };
  for (const auto& c : kCases) {
    const PolicyLayer layer = Parse(c.text);
    EXPECT_THAT(layer.damage, HasSubstr(c.key)) << c.text;
    EXPECT_EQ(layer.origin, "agent.json of the machine");
    EXPECT_TRUE(layer.only_restricts);
  }
}

TEST(PolicyLayerTest, WhatIsNotOneObjectIsDamage) {
  for (const char* text : {"", " ", "null", "[]", "true", "{", "{}}", "{\"readOnly\":true,}", "{'readOnly':true}",
                           "{\"readOnly\":true}{\"readOnly\":false}", "\xFF", "{\"a\":\"\xFF\"}", "// none\n{}"}) {
    EXPECT_NE(Parse(text).damage, "") << text;
  }
}

TEST(PolicyLayerTest, ARepeatedKeyIsDamage) {
  EXPECT_THAT(Parse(R"({"readOnly":true,"readOnly":false})").damage, HasSubstr("readOnly"));
  EXPECT_THAT(Parse(R"({"readOnly":true,"\u0072eadOnly":false})").damage, HasSubstr("readOnly"));
  EXPECT_EQ(Parse(R"({"x":{"a":1,"a":2},"y":{"a":1}})").damage, "");
}

TEST(PolicyLayerTest, HostileTextsDoNoHarm) {
  const std::string deep(100'000, '[');
  EXPECT_NE(Parse(deep).damage, "");
  EXPECT_NE(Parse(absl::StrCat("{\"readOnly\":", deep, std::string(100'000, ']'), "}")).damage, "");
  std::string objects;
  for (int i = 0; i < 50'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(Parse(absl::StrCat("{\"x\":", objects, "1", std::string(50'000, '}'), "}")).damage, "");
  EXPECT_NE(Parse(std::string(64 << 20, '{')).damage, "");
}

TEST(PolicyLayerTest, ListsAreBounded) {
  std::string names = "\"a\"";
  for (size_t i = 1; i < kMaxPolicyNames; ++i) names += ",\"a\"";
  EXPECT_EQ(Parse(absl::StrCat("{\"decidingAccounts\":[", names, "]}")).damage, "");
  EXPECT_THAT(Parse(absl::StrCat("{\"decidingAccounts\":[\"b\",", names, "]}")).damage, HasSubstr("at most 100"));
}

TEST(PolicyLayerTest, TheWarningsOfAFileOfTypingErrorsAreBounded) {
  std::string text = "{";
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&text, i == 0 ? "" : ",", "\"k", i, "\":1");
  std::vector<std::string> warnings;
  EXPECT_EQ(Parse(text + "}", &warnings).damage, "");
  EXPECT_EQ(warnings.size(), kMaxPolicyNames);
}

TEST(PolicyLayerTest, AStatedPolicyLeavesItsDefaultsToOthers) {
  const PolicyLayer nothing = LayerOf("here", v1::AgentPolicy());
  EXPECT_EQ(nothing.origin, "here");
  EXPECT_FALSE(nothing.read_only.has_value());
  EXPECT_FALSE(nothing.project_readable.has_value());
  EXPECT_FALSE(nothing.max_file_bytes.has_value());
  EXPECT_FALSE(nothing.readable_roots.has_value());
  v1::AgentPolicy policy;
  policy.set_project_readable(true);
  policy.add_readable_roots("src");
  const PolicyLayer stated = LayerOf("here", policy);
  EXPECT_THAT(stated.project_readable, Optional(true));
  EXPECT_THAT(stated.readable_roots, Optional(ElementsAre("src")));
}

}  // namespace
}  // namespace specrelay
