#include "mcp_agent/mcp/resource_feature.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/mcp/testing/feature_fixture.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ResourceFeatureTest : public FeatureFixture {
 protected:
  Json Read(const std::string& uri) { return Ask(feature_, "resources/read", {{"uri", uri}}); }

  static TreeChanges Changed(const std::string& path, v1::FileChangeType type) {
    TreeChanges changes;
    changes.changes.emplace_back();
    changes.changes.back().set_path(path);
    changes.changes.back().set_change(type);
    return changes;
  }

  std::vector<std::string> told_;
  ResourceFeature feature_{port_, [this](absl::string_view method, const Json& params) {
                             told_.push_back(absl::StrCat(method, " ", params.value("uri", "")));
                           }};
};

TEST_F(ResourceFeatureTest, ListsEveryDocumentThatExists) {
  const Json listed = Ask(feature_, "resources/list", Json::object())["result"]["resources"];
  std::vector<std::string> uris;
  for (const Json& resource : listed) uris.push_back(resource["uri"]);
  EXPECT_THAT(
      uris, ElementsAre("spec-context://approvals/approval_1795227691095_vxha7e9ph",
                        "spec-context://approvals/approval_1795227691108_1b48edv3j",
                        "spec-context://archive/specs/old-thing/requirements", "spec-context://specs/user-auth/design",
                        "spec-context://specs/user-auth/requirements", "spec-context://specs/user-auth/tasks",
                        "spec-context://steering/product", "spec-context://steering/tech"));
  EXPECT_EQ(listed[3]["title"], "User Auth: design");
  EXPECT_EQ(listed[3]["mimeType"], "text/markdown");
  EXPECT_EQ(listed[0]["mimeType"], "application/json");
  const Json oldest =
      Ask(feature_, "resources/list", Json::object(), ProtocolVersion::k2024_11_05)["result"]["resources"][3];
  EXPECT_FALSE(oldest.contains("title"));
}

TEST_F(ResourceFeatureTest, ReadsEachOfThem) {
  const Json listed = Ask(feature_, "resources/list", Json::object());
  for (const Json& resource : listed["result"]["resources"]) {
    const Json content = Read(resource["uri"])["result"]["contents"][0];
    EXPECT_EQ(content["uri"], resource["uri"]);
    EXPECT_EQ(content["mimeType"], resource["mimeType"]);
    EXPECT_NE(content["text"], "");
  }
  EXPECT_EQ(Read("spec-context://specs/user-auth/design.md")["result"]["contents"][0]["text"],
            project_.ReadFile(".spec-context/specs/user-auth/design.md"));
}

TEST_F(ResourceFeatureTest, WhatDoesNotExistHasItsOwnError) {
  for (const char* uri : {"spec-context://specs/nothing/design", "spec-context://archive/specs/old-thing/design",
                          "spec-context://steering/structure", "spec-context://approvals/approval_0",
                          "spec-context://specs/../design", "file:///etc/passwd"}) {
    const Json error = Read(uri)["error"];
    EXPECT_EQ(error["code"], -32002) << uri;
    EXPECT_EQ(error["data"]["uri"], uri);
  }
  EXPECT_EQ(Ask(feature_, "resources/read", Json::object())["error"]["code"], -32602);
  EXPECT_EQ(Ask(feature_, "resources/list", {{"cursor", 1}})["error"]["code"], -32602);
}

TEST_F(ResourceFeatureTest, ADocumentTooLargeForAMessageIsForTheFileSystem) {
  project_.WriteFile(".spec-context/steering/tech.md", std::string(ResourceCatalog::kMaxTextBytes + 1, 'x'));
  const Json error = Read("spec-context://steering/tech")["error"];
  EXPECT_THAT(error["message"].get<std::string>(), HasSubstr(".spec-context instead"));
}

TEST_F(ResourceFeatureTest, TellsOfChangesToThoseWhoSubscribed) {
  constexpr char kUri[] = "spec-context://specs/user-auth/design.md";  // as the client writes it
  EXPECT_EQ(Ask(feature_, "resources/subscribe", {{"uri", kUri}})["result"], Json::object());
  feature_.OnChanges(Changed("specs/user-auth/tasks.md", v1::FILE_CHANGE_TYPE_MODIFIED));
  feature_.OnChanges(Changed("audit/audit.jsonl", v1::FILE_CHANGE_TYPE_CREATED));
  EXPECT_THAT(told_, IsEmpty());
  feature_.OnChanges(Changed("specs/user-auth/design.md", v1::FILE_CHANGE_TYPE_MODIFIED));
  EXPECT_THAT(told_, ElementsAre(absl::StrCat("notifications/resources/updated ", kUri)));
  told_.clear();
  EXPECT_EQ(Ask(feature_, "resources/unsubscribe", {{"uri", kUri}})["result"], Json::object());
  feature_.OnChanges(Changed("specs/user-auth/design.md", v1::FILE_CHANGE_TYPE_MODIFIED));
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(ResourceFeatureTest, TellsWhenDocumentsComeAndGo) {
  feature_.OnChanges(Changed("specs/new/requirements.md", v1::FILE_CHANGE_TYPE_CREATED));
  feature_.OnChanges(Changed("approvals/new/approval_1.json", v1::FILE_CHANGE_TYPE_DELETED));
  EXPECT_THAT(told_, ElementsAre("notifications/resources/list_changed ", "notifications/resources/list_changed "));
}

TEST_F(ResourceFeatureTest, WhenChangesWereMissedEverythingMayHaveChanged) {
  Ask(feature_, "resources/subscribe", {{"uri", "spec-context://steering/tech"}});
  TreeChanges missed;
  missed.resync_reason = "too many at once";
  feature_.OnChanges(missed);
  EXPECT_THAT(told_, ElementsAre("notifications/resources/list_changed ",
                                 "notifications/resources/updated spec-context://steering/tech"));
}

TEST_F(ResourceFeatureTest, SubscriptionsAreBounded) {
  for (size_t i = 0; i < Subscriptions::kMaxUris; ++i) {
    EXPECT_TRUE(Ask(feature_, "resources/subscribe", {{"uri", absl::StrCat("spec-context://approvals/a", i)}})
                    .contains("result"));
  }
  EXPECT_EQ(Ask(feature_, "resources/subscribe", {{"uri", "spec-context://approvals/b"}})["error"]["code"], -32000);
  EXPECT_EQ(Ask(feature_, "resources/subscribe", {{"uri", "nonsense"}})["error"]["code"], -32002);
}

}  // namespace
}  // namespace specrelay
