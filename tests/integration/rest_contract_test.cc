// Every recorded HTTP exchange, in its order, between a client and a real server with a real agent.

#include <httplib.h>
#include <signal.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/version.h"
#include "tests/integration/rest_shape.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr char kRecording[] = "tests/testdata/vectors/rest.json";
constexpr char kSampleTree[] = "tests/testdata/vectors/spec-context-tree";
constexpr char kRecordedPath[] = "/home/user/project";
constexpr char kRecordedProject[] = "YXnWfJ6A6_X3N1ZS";
constexpr char kApproval[] = "approval_1795227691095_vxha7e9ph";
constexpr char kApproval2[] = "approval_1795227691108_1b48edv3j";

// Sends whatever JSON it is told, with the user's key.
class RestClient {
 public:
  RestClient(const std::string& address, std::string key)
      : client_(absl::StrCat("http://", address)), headers_{{"Authorization", absl::StrCat("Bearer ", key)}} {
    client_.set_read_timeout(60);
  }

  httplib::Result Send(const std::string& method, const std::string& target, const Json& body) {
    httplib::Request request;
    request.method = method;
    request.path = target;
    request.headers = headers_;
    if (!body.is_null()) {
      request.body = body.dump();
      request.headers.emplace("Content-Type", "application/json");
    }
    return client_.send(request);
  }

 private:
  httplib::Client client_;
  const httplib::Headers headers_;
};

class RestContractTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(cluster_, Cluster::Start());
    project_dir_ = cluster_->Path("proj");
    CopySampleTree();
    RewindTree();
    ASSERT_OK_AND_ASSIGN(agent_, cluster_->StartAgent(project_dir_, kRecordedProject));
    client_ = std::make_unique<RestClient>(cluster_->http_address(), cluster_->KeyFor(Role::kUser));
    names_ = {{kRecordedPath, project_dir_},
              {"{projectId}", kRecordedProject},
              {"{approvalId}", kApproval},
              {"{approvalId2}", kApproval2}};
  }

  std::string Tree(absl::string_view path) const { return absl::StrCat(project_dir_, "/.spec-context/", path); }

  void CopySampleTree() const {
    fs::create_directories(project_dir_);
    fs::copy(kSampleTree, project_dir_, fs::copy_options::recursive);
    for (const auto& entry : fs::recursive_directory_iterator(project_dir_)) {
      fs::permissions(entry, fs::perms::owner_write, fs::perm_options::add);
    }
  }

  // The sample was taken when the recording was over: takes back what the recorded writes did.
  void RewindTree() const {
    fs::remove(Tree("steering/tech.md"));
    fs::remove_all(Tree("specs/user-auth/Implementation Logs"));
    WriteFileOrDie(Tree("specs/user-auth/design.md"), "# Design\n\nA session service.\n");
    const std::string tasks = Tree("specs/user-auth/tasks.md");
    WriteFileOrDie(tasks, absl::StrReplaceAll(ReadFileOrDie(tasks), {{"- [x] 3.", "- [ ] 3."}}));
    const std::string decided = Tree(absl::StrCat("approvals/user-auth/", kApproval2, ".json"));
    Json approval = Json::parse(ReadFileOrDie(decided));
    approval["status"] = "pending";
    for (const char* field : {"response", "annotations", "respondedAt", "comments"}) approval.erase(field);
    WriteFileOrDie(decided, approval.dump(2));
    RewindSnapshots(Tree("approvals/user-auth/.snapshots/requirements.md/"));
  }

  static void RewindSnapshots(const std::string& directory) {
    Json metadata = Json::parse(ReadFileOrDie(directory + "metadata.json"));
    metadata["currentVersion"] = 2;
    metadata["snapshots"].erase(2);
    metadata["snapshots"].erase(2);
    WriteFileOrDie(directory + "metadata.json", metadata.dump(2));
    fs::remove(directory + "snapshot-003.json");
    fs::remove(directory + "snapshot-004.json");
  }

  // Makes the state in which an exchange was recorded, where the exchanges before it leave another.
  void PrepareFor(const std::string& path) {
    if (deleted_) RestartAgent();
    // The recorded program forgot runs that a person asked for; this one has them in its history.
    if (absl::StrContains(path, "/history?limit")) fs::remove(cluster_->Path("machine/job-execution-history.json"));
    if (absl::StrContains(path, "/batch/") && names_.count("{approvalId1}") == 0) RequestApprovals();
  }

  // A deleted project is there again when its agent registers anew.
  void RestartAgent() {
    agent_->Signal(SIGTERM);
    ASSERT_OK_AND_ASSIGN(const int exit_code, agent_->Wait(kPatience));
    EXPECT_EQ(exit_code, 0);
    ASSERT_OK_AND_ASSIGN(agent_, cluster_->StartAgent(project_dir_, kRecordedProject));
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
          client_->Send("POST", absl::StrCat("/api/projects/", kRecordedProject, "/commands"),
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
    const httplib::Result result = client_->Send(exchange["method"].get<std::string>(), target, body);
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

  std::unique_ptr<Cluster> cluster_;
  Subprocess* agent_ = nullptr;
  std::string project_dir_;
  std::unique_ptr<RestClient> client_;
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

}  // namespace
}  // namespace specrelay
