// Path parameters that lead elsewhere, in each route that the server describes.

#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "dashboard/openapi/testing/schema_check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/integration/rest_fixture.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// Values of path parameters that lead elsewhere, or are no names.
constexpr const char* kHostile[] = {"..%2F..%2F..%2F..%2Fetc%2Fpasswd",
                                    "..%2F..%2Fsecret.md",
                                    "..%2F..",
                                    "%2e%2e",
                                    "%2Fetc",
                                    "a%00b",
                                    "%ff%fe",
                                    "%",
                                    ".snapshots",
                                    "a%0d%0aSet-Cookie:%20x=1"};

std::vector<std::string> ParametersOf(absl::string_view pattern) {
  std::vector<std::string> names;
  for (absl::string_view segment : absl::StrSplit(pattern, '/')) {
    if (absl::ConsumePrefix(&segment, "{") && absl::ConsumeSuffix(&segment, "}")) names.emplace_back(segment);
  }
  return names;
}

Json ExampleBodyOf(const Json& operation, const Json& document) {
  if (!operation.contains("requestBody")) return nullptr;
  return ExampleOf(operation["requestBody"]["content"]["application/json"]["schema"], document);
}

// Contents by path, without what the agent notes of the commands it got.
std::map<std::string, std::string> FilesBelow(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const std::string path = entry.path().string();
    if (entry.is_regular_file() && !absl::StrContains(path, "/.specrelay/")) files[path] = ReadFileOrDie(path);
  }
  return files;
}

class RestHostilePathsTest : public RestFixture {
 protected:
  // A path of that pattern whose parameters name something, but for one.
  std::string TargetOf(const std::string& pattern, const std::string& parameter, const std::string& value) const {
    std::map<std::string, std::string> values = {{"projectId", kRecordedProject},
                                                 {"name", "user-auth"},
                                                 {"document", "design"},
                                                 {"approvalId", kPendingApproval},
                                                 {"action", "approve"},
                                                 {"version", "1"},
                                                 {"taskId", "1"},
                                                 {"jobId", "job-1"},
                                                 {"requestId", "r1"}};
    values[parameter] = value;
    std::string target = pattern;
    for (const auto& [name, text] : values)
      target = absl::StrReplaceAll(target, {{absl::StrCat("{", name, "}"), text}});
    return absl::EndsWith(target, "/wait") ? target + "?timeout=1000" : target;
  }

  // A write is refused, a read shows nothing from elsewhere; either says so in JSON.
  void ExpectRefused(const std::string& method, const std::string& target, const Json& body) {
    const httplib::Result result = client().Send(method, target, body);
    ASSERT_TRUE(result) << httplib::to_string(result.error());
    EXPECT_LT(result->status, 500) << result->body;
    EXPECT_NE(result->status, 401) << "refused for another reason: " << result->body;
    EXPECT_NE(result->status, 429) << "refused for another reason: " << result->body;
    EXPECT_TRUE(method == "GET" || result->status >= 400) << result->status << " " << result->body;
    EXPECT_FALSE(absl::StrContains(result->body, kSecret)) << result->body;
    EXPECT_FALSE(result->has_header("Set-Cookie"));
    const Json answer = Json::parse(result->body, nullptr, /*allow_exceptions=*/false);
    EXPECT_FALSE(answer.is_discarded()) << result->body;
    if (result->status >= 400) {
      EXPECT_NE(answer.value("error", ""), "") << result->body;
    }
  }
};

TEST_F(RestHostilePathsTest, NoPathParameterLeadsOutOfTheTree) {
  const Json document = Json::parse(client().Send("GET", "/api/openapi.json", nullptr)->body);
  const std::map<std::string, std::string> before = FilesBelow(project_dir());
  int requests = 0;
  for (const auto& [pattern, operations] : document["paths"].items()) {
    for (const std::string& parameter : ParametersOf(pattern)) {
      for (const char* value : kHostile) {
        const std::string target = TargetOf(pattern, parameter, value);
        for (const auto& [method, operation] : operations.items()) {
          SCOPED_TRACE(absl::StrCat(method, " ", target));
          ExpectRefused(absl::AsciiStrToUpper(method), target, ExampleBodyOf(operation, document));
          ++requests;
        }
      }
    }
  }
  EXPECT_GT(requests, 500);
  EXPECT_EQ(FilesBelow(project_dir()), before);
  std::cout << requests << " hostile paths refused\n";
}

}  // namespace
}  // namespace specrelay
