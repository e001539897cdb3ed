#include "dashboard/openapi/openapi_document.h"

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "dashboard/api/testing/api_harness.h"
#include "dashboard/openapi/testing/schema_check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OpenApiDocumentTest : public testing::Test {
 protected:
  OpenApiDocumentTest() : document_(OpenApiDocument(harness_.routes)) {}

  const Schema& Operation(const std::string& method, const std::string& path) const {
    return document_.at("paths").at(path).at(method);
  }

  const ApiHarness harness_;
  Schema document_;
};

TEST_F(OpenApiDocumentTest, IsSoundAndEveryReferenceLeadsSomewhere) {
  EXPECT_THAT(CheckDocument(document_), IsEmpty());
}

TEST_F(OpenApiDocumentTest, HasEveryRouteAndNothingElse) {
  std::set<std::string> expected;
  for (const Route& route : harness_.routes) expected.insert(absl::StrCat(route.method, " ", route.pattern));
  EXPECT_EQ(expected.size(), harness_.routes.size()) << "two routes have the same method and pattern";
  std::set<std::string> described;
  for (const auto& [path, item] : document_["paths"].items()) {
    for (const auto& [method, operation] : item.items()) {
      described.insert(absl::StrCat(absl::AsciiStrToUpper(method), " ", path));
    }
  }
  EXPECT_EQ(described, expected);
}

TEST_F(OpenApiDocumentTest, SaysOfEachRouteWhatItTakesAndAnswers) {
  for (const Route& route : harness_.routes) {
    SCOPED_TRACE(absl::StrCat(route.method, " ", route.pattern));
    EXPECT_FALSE(route.response_schema.empty());
    // DELETE has no body; all other writes take JSON.
    EXPECT_EQ(route.request_schema.empty(), route.method == "GET" || route.method == "DELETE");
  }
}

TEST_F(OpenApiDocumentTest, StatesTheRoleAndThatAKeyOrASessionIsNeeded) {
  EXPECT_EQ(Operation("get", "/api/projects/list")["x-role"], "viewer");
  EXPECT_EQ(Operation("post", "/api/projects/{projectId}/specs/{name}/archive")["x-role"], "user");
  EXPECT_EQ(Operation("get", "/api/keys")["x-role"], "admin");
  EXPECT_EQ(Operation("get", "/api/keys")["security"].size(), 2u);
}

TEST_F(OpenApiDocumentTest, AnOpenRouteNeedsNoSecurity) {
  Route open;
  open.method = "GET";
  open.pattern = "/healthz";
  open.access = Access::kOpen;
  open.summary = "Tells that the process lives";
  const Schema document = OpenApiDocument({open});
  EXPECT_THAT(CheckDocument(document), IsEmpty());
  EXPECT_THAT(document.at("paths").at("/healthz").at("get").at("security"), IsEmpty());
}

TEST_F(OpenApiDocumentTest, ConditionalWritesTakeIfMatchAndMayFailWith412) {
  const Schema& write = Operation("put", "/api/projects/{projectId}/specs/{name}/{document}");
  EXPECT_THAT(write.dump(), HasSubstr("If-Match"));
  EXPECT_TRUE(write["responses"].contains("412"));
  EXPECT_TRUE(write["responses"].contains("202"));
}

TEST_F(OpenApiDocumentTest, DescribesEveryTypedCommand) {
  const Schema& command = document_["components"]["schemas"]["specrelay.v1.Command"];
  EXPECT_TRUE(command["properties"].contains("specList"));
  EXPECT_TRUE(command["properties"].contains("approvalUpdate"));
  EXPECT_GE(command["properties"].size(), 37u);
}

TEST_F(OpenApiDocumentTest, ItsRouteDescribesItself) {
  const Route route = OpenApiRoute(harness_.routes);
  const HttpRequest request;
  const HttpResponse response = route.handler({request, {}, "", absl::InfiniteFuture()});
  const Schema served = Schema::parse(response.body);
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(served["paths"].contains("/api/openapi.json"));
  EXPECT_EQ(served["paths"].size(), document_["paths"].size() + 1);
  EXPECT_THAT(CheckDocument(served), IsEmpty());
}

TEST_F(OpenApiDocumentTest, TheCheckFindsWhatIsWrong) {
  Schema broken = document_;
  broken["components"]["schemas"].erase("Done");
  EXPECT_THAT(CheckDocument(broken), Contains(HasSubstr("schemas/Done, which is not there")));
  broken = document_;
  Schema& get_info = broken["paths"]["/api/projects/{projectId}/info"]["get"];
  get_info.erase("parameters");
  get_info["operationId"] = Operation("get", "/api/projects/list")["operationId"];
  EXPECT_THAT(CheckDocument(broken), Contains(HasSubstr("path parameters")));
  EXPECT_THAT(CheckDocument(broken), Contains(HasSubstr("another's id")));
}

}  // namespace
}  // namespace specrelay
