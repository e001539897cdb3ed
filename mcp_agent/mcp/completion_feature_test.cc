#include "mcp_agent/mcp/completion_feature.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/mcp/testing/feature_fixture.h"

namespace specrelay {
namespace {

class CompletionFeatureTest : public FeatureFixture {
 protected:
  Json Complete(const Json& reference, const std::string& argument, const std::string& value,
                const Json& others = Json::object()) {
    return Ask(feature_, "completion/complete",
               {{"ref", reference},
                {"argument", {{"name", argument}, {"value", value}}},
                {"context", {{"arguments", others}}}});
  }
  Json OfPrompt(const std::string& argument, const std::string& value, const Json& others = Json::object()) {
    return Complete({{"type", "ref/prompt"}, {"name", "implement-task"}}, argument, value,
                    others)["result"]["completion"]["values"];
  }
  Json OfResource(const std::string& uri, const std::string& argument, const std::string& value) {
    return Complete({{"type", "ref/resource"}, {"uri", uri}}, argument, value)["result"]["completion"]["values"];
  }

  CompletionFeature feature_{port_};
};

TEST_F(CompletionFeatureTest, CompletesArgumentsOfPromptsFromTheProject) {
  EXPECT_EQ(OfPrompt("specName", "USER").dump(), R"(["user-auth"])");
  EXPECT_EQ(OfPrompt("specName", "zzz").dump(), "[]");
  const Json tasks = OfPrompt("taskId", "", {{"specName", "user-auth"}});
  EXPECT_EQ(tasks.size(), 1u) << "two of three are done: " << tasks;
  EXPECT_EQ(OfPrompt("taskId", ""), tasks) << "without a spec, those of all";
  EXPECT_EQ(OfPrompt("taskId", "", {{"specName", "no-such-spec"}}).dump(), "[]");
}

TEST_F(CompletionFeatureTest, CompletesArgumentsOfResourceTemplates) {
  EXPECT_EQ(OfResource("spec-context://specs/{name}/{document}", "name", "u").dump(), R"(["user-auth"])");
  EXPECT_EQ(OfResource("spec-context://archive/specs/{name}/{document}", "name", "").dump(), R"(["old-thing"])");
  EXPECT_EQ(OfResource("spec-context://specs/{name}/{document}", "document", "d").dump(), R"(["design"])");
  EXPECT_EQ(OfResource("spec-context://steering/{document}", "document", "").size(), 4u);
  EXPECT_EQ(OfResource("spec-context://approvals/{id}", "id", "approval_").size(), 2u);
}

TEST_F(CompletionFeatureTest, GivesAHundredAndSaysThatThereAreMore) {
  for (int i = 0; i < 120; ++i) {
    project_.WriteFile(absl::StrCat(".spec-context/specs/many-", i, "/requirements.md"), "#");
  }
  const Json completion =
      Complete({{"type", "ref/prompt"}, {"name", "implement-task"}}, "specName", "many")["result"]["completion"];
  EXPECT_EQ(completion["values"].size(), 100u);
  EXPECT_EQ(completion["total"], 120);
  EXPECT_EQ(completion["hasMore"], true);
}

TEST_F(CompletionFeatureTest, WhatDoesNotExistIsRefused) {
  EXPECT_EQ(Complete({{"type", "ref/prompt"}, {"name", "no-such-prompt"}}, "x", "")["error"]["code"], -32602);
  EXPECT_EQ(Complete({{"type", "ref/prompt"}, {"name", "implement-task"}}, "x", "")["error"]["code"], -32602);
  EXPECT_EQ(Complete({{"type", "ref/resource"}, {"uri", "file:///"}}, "x", "")["error"]["code"], -32602);
  EXPECT_EQ(Complete("ref/prompt", "x", "")["error"]["code"], -32602);
  EXPECT_EQ(Ask(feature_, "completion/complete", Json::object())["error"]["code"], -32602);
}

TEST_F(CompletionFeatureTest, IsDeclaredWhereTheVersionHasIt) {
  Json oldest = Json::object();
  feature_.Declare(ProtocolVersion::k2024_11_05, oldest);
  EXPECT_TRUE(oldest.empty());
  Json newer = Json::object();
  feature_.Declare(ProtocolVersion::k2025_03_26, newer);
  EXPECT_TRUE(newer.contains("completions"));
}

}  // namespace
}  // namespace specrelay
