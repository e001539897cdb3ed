#include "mcp_agent/mcp/schema_check.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

const Json& Schema() {
  static const auto& schema = *new Json(Json::parse(R"({
    "type": "object",
    "properties": {
      "name": {"type": "string", "minLength": 1, "maxLength": 5, "description": "the spec's directory name"},
      "status": {"type": "string", "enum": ["pending", "completed"]},
      "count": {"type": "integer", "minimum": 1, "maximum": 10, "default": 3},
      "share": {"type": "number"},
      "deep": {"type": "object", "properties": {"flag": {"type": "boolean"}}, "required": ["flag"]},
      "list": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2},
      "either": {"type": ["string", "null"]}
    },
    "required": ["name"],
    "additionalProperties": false
  })"));
  return schema;
}

absl::Status Check(const char* arguments) { return CheckAgainstSchema(Json::parse(arguments), Schema()); }

TEST(SchemaCheckTest, WhatFitsIsFine) {
  EXPECT_THAT(Check(R"({"name":"a"})"), IsOk());
  EXPECT_THAT(Check(R"({"name":"größe","status":"pending","count":10,"share":1,"deep":{"flag":true,"more":1},)"
                    R"("list":["x","y"],"either":null})"),
              IsOk());
  EXPECT_THAT(CheckAgainstSchema(Json::parse("[1]"), Json::object()), IsOk()) << "a schema that says nothing";
}

TEST(SchemaCheckTest, EachRefusalSaysWhereAndWhatToDo) {
  struct Case {
    const char* arguments;
    const char* message;
  };
  for (const Case& c : std::vector<Case>{
           {"[]", "must be \"object\""},
           {"{}", "\"name\" is missing; give it: the spec's directory name"},
           {R"({"name":7})", "\"name\" must be \"string\", and is integer 7"},
           {R"({"name":""})", "\"name\" is empty"},
           {R"({"name":"abcdef"})", "\"name\" has 6 characters; shorten it to 5"},
           {R"({"name":"a","status":"done"})", "none of \"pending\", \"completed\""},
           {R"({"name":"a","count":0})", "the least is 1"},
           {R"({"name":"a","count":11})", "the most is 10"},
           {R"({"name":"a","count":1.5})", "must be \"integer\", and is number 1.5"},
           {R"({"name":"a","share":"1"})", "must be \"number\""},
           {R"({"name":"a","deep":{}})", "\"deep.flag\" is missing"},
           {R"({"name":"a","deep":{"flag":1}})", "\"deep.flag\" must be \"boolean\""},
           {R"({"name":"a","list":[]})", "at least 1 items"},
           {R"({"name":"a","list":["x","y","z"]})", "has 3 items"},
           {R"({"name":"a","list":["x",1]})", "\"list[1]\" must be \"string\""},
           {R"({"name":"a","either":1})", "must be \"string\", \"null\""},
           {R"({"name":"a","nmae":1})", "no \"nmae\"; there are name, status"},
       }) {
    EXPECT_THAT(Check(c.arguments), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr(c.message))) << c.arguments;
  }
}

TEST(SchemaCheckTest, AHugeValueDoesNotMakeAHugeMessage) {
  const Json arguments = {{"name", std::vector<int>(100000, 7)}};
  EXPECT_LT(CheckAgainstSchema(arguments, Schema()).message().size(), 300u);
}

}  // namespace
}  // namespace specrelay
