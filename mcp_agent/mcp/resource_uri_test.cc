#include "mcp_agent/mcp/resource_uri.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using Kind = ResourceUri::Kind;

TEST(ResourceUriTest, EachResourceHasOneName) {
  for (const auto& [resource, uri] : std::vector<std::pair<ResourceUri, std::string>>{
           {{Kind::kSpec, "trip", "design"}, "spec-context://specs/trip/design"},
           {{Kind::kSpec, "größe & co", "tasks"}, "spec-context://specs/gr%C3%B6%C3%9Fe%20%26%20co/tasks"},
           {{Kind::kArchivedSpec, "old", "requirements"}, "spec-context://archive/specs/old/requirements"},
           {{Kind::kSteering, "", "tech"}, "spec-context://steering/tech"},
           {{Kind::kApproval, "approval_1", ""}, "spec-context://approvals/approval_1"}}) {
    EXPECT_EQ(ToString(resource), uri);
    ASSERT_OK_AND_ASSIGN(const ResourceUri parsed, ParseResourceUri(uri));
    EXPECT_TRUE(parsed == resource) << uri;
  }
}

TEST(ResourceUriTest, ADocumentMayHaveTheNameOfItsFile) {
  EXPECT_TRUE(*ParseResourceUri("spec-context://specs/trip/design.md") == (ResourceUri{Kind::kSpec, "trip", "design"}));
}

TEST(ResourceUriTest, AnythingElseIsRefusedWithWhatThereIs) {
  for (const char* uri :
       {"", "specs/trip/design", "file:///etc/passwd", "spec-context://", "spec-context://specs/trip",
        "spec-context://specs/trip/secrets", "spec-context://specs//design", "spec-context://specs/a/b/design",
        "spec-context://steering/product/x", "spec-context://approvals/", "spec-context://specs/%zz/design",
        "spec-context://specs/%2/design", "spec-context://archive/trip/design"}) {
    EXPECT_THAT(ParseResourceUri(uri).status(),
                IsStatus(absl::StatusCode::kInvalidArgument, testing::HasSubstr("spec-context://specs/{name}")))
        << uri;
  }
}

TEST(ResourceUriTest, FilesOfTheTreeAreResourcesWhereTheyHaveOne) {
  EXPECT_EQ(ToString(*ResourceOfFile("specs/trip/tasks.md")), "spec-context://specs/trip/tasks");
  EXPECT_EQ(ToString(*ResourceOfFile("archive/specs/a b/design.md")), "spec-context://archive/specs/a%20b/design");
  EXPECT_EQ(ToString(*ResourceOfFile("steering/product.md")), "spec-context://steering/product");
  EXPECT_EQ(ToString(*ResourceOfFile("approvals/trip/approval_1.json")), "spec-context://approvals/approval_1");
  for (const char* path : {"specs/trip/tasks", "specs/trip/notes.md", "specs/trip/implementation-log.json",
                           "approvals/trip/.snapshots/x/metadata.json", "analytics/task-events.jsonl", ""}) {
    EXPECT_FALSE(ResourceOfFile(path).has_value()) << path;
  }
}

}  // namespace
}  // namespace specrelay
