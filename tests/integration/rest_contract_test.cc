// Every recorded HTTP exchange, in its order, between a client and a real server with a real agent.

#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "dashboard/openapi/testing/schema_check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "proto/support/version.h"
#include "tests/integration/rest_fixture.h"
#include "tests/integration/rest_shape.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr char kRecording[] = "tests/testdata/vectors/rest.json";
constexpr char kRecordedPath[] = "/home/user/project";

class RestContractTest : public RestFixture {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(RestFixture::SetUp());
    names_ = {{kRecordedPath, project_dir()},
              {"{projectId}", kRecordedProject},
              {"{approvalId}", kDecidedApproval},
              {"{approvalId2}", kPendingApproval}};
  }

  // Makes the state in which an exchange was recorded, where the exchanges before it leave another.
  void PrepareFor(const std::string& path) {
    // A deleted project is there again when its agent registers anew.
    if (deleted_) RestartAgent();
    // The recorded program forgot runs that a person asked for; this one has them in its history.
    if (absl::StrContains(path, "/history?limit")) fs::remove(cluster().Path("machine/job-execution-history.json"));
    if (absl::StrContains(path, "/batch/") && names_.count("{approvalId1}") == 0) RequestApprovals();
  }

  // The approvals that the recorded batches are about.
  void RequestApprovals() {
    int number = 0;
    for (const char* document : {"requirements", "design", "tasks"}) {
      const Json request = {{"title", absl::StrCat("Another review of ", document)},
                            {"filePath", absl::StrCat(".spec-context/specs/user-auth/", document, ".md")},
                            {"type", "APPROVAL_TYPE_DOCUMENT"},
                            {"category", "APPROVAL_CATEGORY_SPEC"},
                            {"categoryName", "user-auth"}};
      const httplib::Result result =
          client().Send("POST", absl::StrCat("/api/projects/", kRecordedProject, "/commands"),
                        {{"command", {{"approvalCreate", request}}}});
      ASSERT_TRUE(result);
      ASSERT_EQ(result->status, 200) << result->body;
      names_[absl::StrCat("{approvalId", ++number, "}")] =
          Json::parse(result->body)["result"]["approvalCreate"]["approval"]["id"].get<std::string>();
    }
  }

  Json Named(const Json& json) const { return Json::parse(absl::StrReplaceAll(json.dump(), names_)); }

  // What of an exchange is not as recorded.
  std::vector<std::string> Replay(const Json& exchange) {
    const std::string target = absl::StrReplaceAll(exchange["path"].get<std::string>(), names_);
    const Json body = exchange.contains("body") ? Named(exchange["body"]) : Json();
    const httplib::Result result = client().Send(exchange["method"].get<std::string>(), target, body);
    if (!result) return {absl::StrCat("no answer: ", httplib::to_string(result.error()))};
    if (result->status != exchange["status"]) return {absl::StrCat("status ", result->status, ": ", result->body)};
    const Json answer = Json::parse(result->body, nullptr, /*allow_exceptions=*/false);
    if (answer.is_discarded()) return {absl::StrCat("no JSON: ", result->body)};
    return CompareShape(ExpectedOf(exchange), answer,
                        absl::StrContains(target, "/analytics/") ? Strictness::kTypes : Strictness::kValues);
  }

  Json ExpectedOf(const Json& exchange) const {
    Json expected = Named(exchange["response"]);
    // The recorded one is that of another program.
    if (absl::EndsWith(exchange["path"].get<std::string>(), "/info")) expected["version"] = kVersion;
    return expected;
  }

  bool deleted_ = false;                      // the project, by the exchange before
  std::map<std::string, std::string> names_;  // what stands in the recording, and what it stands for
};

TEST_F(RestContractTest, EveryRecordedExchangeIsAnsweredAsRecorded) {
  const Json exchanges = Json::parse(ReadFileOrDie(kRecording))["exchanges"];
  size_t matched = 0;
  for (const Json& exchange : exchanges) {
    const std::string path = exchange["path"].get<std::string>();
    ASSERT_NO_FATAL_FAILURE(PrepareFor(path));
    const std::vector<std::string> differences = Replay(exchange);
    matched += differences.empty() ? 1 : 0;
    EXPECT_THAT(differences, testing::IsEmpty()) << exchange["method"] << " " << path;
    deleted_ = exchange["method"] == "DELETE" && path == "/api/projects/{projectId}";
  }
  std::cout << "matched " << matched << " of " << exchanges.size() << " recorded exchanges\n";
  EXPECT_EQ(matched, exchanges.size());
}

TEST_F(RestContractTest, TheServersOwnDescriptionIsSoundAndHasEveryRecordedPath) {
  const Json document = Json::parse(client().Send("GET", "/api/openapi.json", nullptr)->body);
  EXPECT_THAT(CheckDocument(document), testing::IsEmpty());
  for (const char* path : {"/api/projects/{projectId}/specs/{name}/{document}", "/healthz", "/api/openapi.json",
                           "/api/projects/{projectId}/approvals/{approvalId}/wait"}) {
    EXPECT_TRUE(document["paths"].contains(path)) << path;
  }
}

TEST(RestShapeTest, FindsWhatIsNotAsRecorded) {
  const Json recorded = Json::parse(R"({"id":"a","at":"2026-01-05T10:00:00.000Z","list":["x"],"none":null,"count":1})");
  const auto differences = [&recorded](const char* actual) {
    return CompareShape(recorded, Json::parse(actual), Strictness::kValues);
  };
  EXPECT_THAT(differences(R"({"id":"a","at":"2027-11-05T10:00:00.001Z","list":["x"],"none":null,"count":1})"),
              testing::IsEmpty());
  for (const char* wrong : {R"({"at":"2026-01-05T10:00:00.000Z","id":"a","list":["x"],"none":null,"count":1})",
                            R"({"id":"a","at":"2026-01-05","list":["x"],"none":null,"count":1})",
                            R"({"id":"a","at":"2026-01-05T10:00:00.000Z","list":["x","y"],"none":null,"count":1})",
                            R"({"id":"a","at":"2026-01-05T10:00:00.000Z","list":["x"],"none":"","count":1})",
                            R"({"id":"a","at":"2026-01-05T10:00:00.000Z","list":["x"],"none":null,"count":"1"})",
                            R"({"id":"a","at":"2026-01-05T10:00:00.000Z","list":["x"],"none":null,"count":2})",
                            R"({"id":"a","at":"2026-01-05T10:00:00.000Z","list":["x"],"count":1})"}) {
    EXPECT_EQ(differences(wrong).size(), 1u) << wrong;
  }
}

TEST(RestShapeTest, LetsValuesDependOnTheDayButNotTheirTypes) {
  const Json recorded = Json::parse(R"({"days":[{"count":0,"average":null},{"count":2,"average":1.5}]})");
  const auto differences = [&recorded](const char* actual) {
    return CompareShape(recorded, Json::parse(actual), Strictness::kTypes);
  };
  EXPECT_THAT(differences(R"({"days":[{"count":1,"average":7},{"count":0,"average":null}]})"), testing::IsEmpty());
  for (const char* wrong :
       {R"({"days":[{"count":1,"average":7}]})", R"({"days":[{"count":1,"average":"7"},{"count":0,"average":null}]})",
        R"({"days":[{"count":1,"average":null},{"count":0,"average":[]}]})",
        R"({"days":[{"average":7,"count":1},{"count":0,"average":null}]})"}) {
    EXPECT_EQ(differences(wrong).size(), 1u) << wrong;
  }
}

}  // namespace
}  // namespace specrelay
