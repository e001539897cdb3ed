#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr char kTech[] = "/api/projects/p1/steering/tech";

class SteeringRoutesTest : public testing::Test {
 protected:
  ApiHarness api_;
};

TEST_F(SteeringRoutesTest, ReadsADocument) {
  api_.Connect("p1", Answers(R"({"steeringRead":{"document":{"content":"# Tech",
      "version":{"hash":"abc","lastModified":"2026-01-05T10:00:00Z"}}}})"));
  const ApiAnswer answer = api_.Call("GET", kTech);
  EXPECT_EQ(answer.json, Json::parse(R"({"content":"# Tech","lastModified":"2026-01-05T10:00:00.000Z"})"));
  EXPECT_EQ(answer.headers.at("ETag"), "\"abc\"");
}

TEST_F(SteeringRoutesTest, ADocumentThatDoesNotExistReadsAsAnEmptyOneWithoutAVersion) {
  api_.Connect("p1", AnswersEmpty());
  const ApiAnswer answer = api_.Call("GET", kTech);
  EXPECT_EQ(answer.json["content"], "");
  EXPECT_EQ(answer.headers.count("ETag"), 0u);
}

TEST_F(SteeringRoutesTest, WritesADocument) {
  const ScriptedAgent& agent = api_.Connect("p1", Answers(R"({"steeringWrite":{"version":{"hash":"def"}}})"));
  const ApiAnswer answer = api_.Call("PUT", kTech, R"({"content":"new"})", {{"If-None-Match", "*"}});
  EXPECT_EQ(answer.json, Json::parse(R"({"success":true,"message":"Steering document saved successfully"})"));
  EXPECT_EQ(answer.headers.at("ETag"), "\"def\"");
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"steeringWrite":{"document":"STEERING_DOCUMENT_TECH",
      "content":"new","baseHash":""}})"));
}

TEST_F(SteeringRoutesTest, AnUnknownDocumentIsRefusedWithTheNamesThereAre) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  const ApiAnswer answer = api_.Call("GET", "/api/projects/p1/steering/evil");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.json["error"].get<std::string>(), HasSubstr("product, tech, structure or principles"));
  EXPECT_TRUE(agent.commands().empty());
}

}  // namespace
}  // namespace specrelay
