// Writes over HTTP while the agent is away, from the browser's 202 to the developer's disk.

#include <signal.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "httplib.h"
#include "nlohmann/json.hpp"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/sse_client.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

constexpr int kFiles = 5;
constexpr int kRounds = 4;

std::string IdOf(int round, int file) { return absl::StrCat("write-", round, "-", file); }
std::string ContentOf(int round, int file) { return absl::StrCat("# Design ", file, "\n\nRound ", round, "\n"); }

class OfflineQueueTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(cluster_, Cluster::Start());
    for (int file = 0; file < kFiles; ++file) {
      std::filesystem::create_directories(std::filesystem::path(PathOf(file)).parent_path());
      WriteFileOrDie(PathOf(file), ContentOf(-1, file));
    }
    ASSERT_OK_AND_ASSIGN(agent_, cluster_->StartAgent(cluster_->Path("project"), "p1"));
  }

  std::string PathOf(int file) const {
    return absl::StrCat(cluster_->Path("project"), "/.spec-context/specs/s", file, "/design.md");
  }

  void StopAgent(int signal_number = SIGTERM) {
    agent_->Signal(signal_number);
    ASSERT_THAT(agent_->Wait(kPatience), IsOk());
    ASSERT_THAT(cluster_->WaitForAgents("p1", 0), IsOk());
  }
  void StartAgent() { ASSERT_OK_AND_ASSIGN(agent_, cluster_->StartAgent(cluster_->Path("project"), "p1")); }

  // Calls the API; the status is 0 when there was no answer.
  std::pair<int, Json> Call(const std::string& method, const std::string& target, const Json& body = nullptr,
                            httplib::Headers headers = {}) const {
    httplib::Client client("http://" + cluster_->http_address());
    httplib::Request request;
    request.method = method;
    request.path = target;
    request.headers = std::move(headers);
    request.headers.emplace("Authorization", "Bearer " + cluster_->KeyFor(Role::kUser));
    if (!body.is_null()) request.body = body.dump();
    const httplib::Result result = client.send(request);
    if (!result) return {0, nullptr};
    return {result->status, Json::parse(result->body, nullptr, false)};
  }

  // Saves a file, based on its version of the round before; must be queued.
  void Queue(int round, int file) {
    const auto [status, json] =
        Call("PUT", absl::StrCat("/api/projects/p1/specs/s", file, "/design"), {{"content", ContentOf(round, file)}},
             {{"If-Match", absl::StrCat("\"", Sha256Hex(ContentOf(round - 1, file)), "\"")},
              {"X-Request-Id", IdOf(round, file)}});
    EXPECT_EQ(status, 202) << json;
    EXPECT_EQ(json["state"], "QUEUED");
    EXPECT_EQ(json["durability"], "MEMORY");
  }

  // Sends a write of a file without waiting; its state at once.
  std::string Submit(const std::string& id, int file, absl::string_view content, absl::string_view base) const {
    const Json write = {{"name", absl::StrCat("s", file)},
                        {"document", "SPEC_DOCUMENT_DESIGN"},
                        {"content", std::string(content)},
                        {"baseHash", Sha256Hex(base)}};
    const auto [status, json] =
        Call("POST", "/api/projects/p1/commands",
             {{"command", {{"specDocumentWrite", write}}}, {"queue", true}, {"wait", false}}, {{"X-Request-Id", id}});
    EXPECT_EQ(status, 202) << json;
    return json.value("state", "");
  }

  SseOptions EventsOfProject() const {
    SseOptions options;
    options.key = cluster_->KeyFor(Role::kUser);
    options.query = "?projectId=p1";
    return options;
  }

  // Reads events until `count` more commands have ended; their ids with their ends, in order.
  static std::vector<std::string> Ends(SseConnection& events, int count) {
    std::vector<std::string> ends;
    while (static_cast<int>(ends.size()) < count) {
      const absl::optional<SseEvent> event = events.Next();
      if (!event.has_value()) break;
      if (event->type != "command-state") continue;
      const Json data = Json::parse(event->data)["data"];
      const std::string state = data["state"];
      if (state != "QUEUED" && state != "SENT")
        ends.push_back(absl::StrCat(data["requestId"].get<std::string>(), " ", state));
    }
    return ends;
  }

  std::unique_ptr<Cluster> cluster_;
  Subprocess* agent_ = nullptr;
};

TEST_F(OfflineQueueTest, WritesArriveInOrderAndAConflictKeepsItsContentUntilItIsResolved) {
  constexpr int kEdited = kFiles - 1;
  StopAgent();
  SseConnection events(cluster_->http_address(), EventsOfProject());
  ASSERT_TRUE(events.AwaitGreeting());
  std::vector<std::string> expected;
  for (int round = 0; round < kRounds; ++round) {
    for (int file = 0; file < kFiles; ++file) {
      Queue(round, file);
      if (file != kEdited) expected.push_back(IdOf(round, file) + " APPLIED");
      if (file == kEdited && round == 0) expected.push_back(IdOf(round, file) + " CONFLICT");
    }
  }
  EXPECT_EQ(Call("GET", "/api/projects/p1/queue").second["commands"].size(), kRounds * kFiles);
  EXPECT_EQ(Call("GET", "/api/projects/p1/specs").first, 503) << "reads fail";
  WriteFileOrDie(PathOf(kEdited), "edited by hand\n");

  StartAgent();
  EXPECT_THAT(Ends(events, static_cast<int>(expected.size())), ElementsAreArray(expected));
  for (int file = 0; file < kEdited; ++file) EXPECT_EQ(ReadFileOrDie(PathOf(file)), ContentOf(kRounds - 1, file));

  EXPECT_EQ(ReadFileOrDie(PathOf(kEdited)), "edited by hand\n");
  const Json queue = Call("GET", "/api/projects/p1/queue").second["commands"];
  ASSERT_EQ(queue.size(), kRounds);
  EXPECT_EQ(queue[0]["error"]["currentHash"], Sha256Hex("edited by hand\n"));
  EXPECT_EQ(queue[1]["waitsFor"], IdOf(0, kEdited));
  const std::string conflict = "/api/commands/" + IdOf(0, kEdited);
  EXPECT_EQ(Call("GET", conflict + "/queued").second["content"]["specDocumentWrite"]["content"], ContentOf(0, kEdited));

  EXPECT_EQ(Call("POST", conflict + "/resolve", {{"action", "resend"}}).first, 200);
  expected = {IdOf(0, kEdited) + " CONFLICT", IdOf(0, kEdited) + "~1 APPLIED"};  // the first: decided about
  for (int round = 1; round < kRounds; ++round) expected.push_back(IdOf(round, kEdited) + " APPLIED");
  EXPECT_THAT(Ends(events, static_cast<int>(expected.size())), ElementsAreArray(expected));
  EXPECT_EQ(ReadFileOrDie(PathOf(kEdited)), ContentOf(kRounds - 1, kEdited));
  EXPECT_THAT(Call("GET", "/api/projects/p1/queue").second["commands"], IsEmpty());
}

TEST_F(OfflineQueueTest, AnAgentThatIsKilledAmidTheReplayAppliesNothingTwiceAndLosesNothing) {
  StopAgent();
  for (int round = 0; round < kRounds; ++round) {
    for (int file = 0; file < kFiles; ++file) Queue(round, file);
  }
  SseConnection events(cluster_->http_address(), EventsOfProject());
  ASSERT_TRUE(events.AwaitGreeting());
  std::vector<std::string> ends;
  while (ends.size() < kRounds * kFiles) {
    StartAgent();
    const std::vector<std::string> some = Ends(events, std::min<int>(7, kRounds * kFiles - ends.size()));
    ends.insert(ends.end(), some.begin(), some.end());
    ASSERT_FALSE(some.empty());
    StopAgent(SIGKILL);
  }
  std::vector<std::string> expected;
  for (int round = 0; round < kRounds; ++round) {
    for (int file = 0; file < kFiles; ++file) expected.push_back(IdOf(round, file) + " APPLIED");
  }
  EXPECT_THAT(ends, ElementsAreArray(expected)) << "a base hash that no longer matched would have been a conflict";
  for (int file = 0; file < kFiles; ++file) EXPECT_EQ(ReadFileOrDie(PathOf(file)), ContentOf(kRounds - 1, file));
}

TEST_F(OfflineQueueTest, AnAgentThatSleepsIsFoundOutAndCatchesUpWhenItWakes) {
  SseConnection events(cluster_->http_address(), EventsOfProject());
  ASSERT_TRUE(events.AwaitGreeting());
  agent_->Signal(SIGSTOP);
  for (int file = 0; file < kFiles; ++file) {
    EXPECT_EQ(Submit(IdOf(0, file), file, ContentOf(0, file), ContentOf(-1, file)), "SENT") << "nobody knows yet";
  }
  ASSERT_THAT(cluster_->WaitForAgents("p1", 0), IsOk()) << "its socket is alive, and it does not answer";
  for (int file = 0; file < kFiles; ++file) {
    EXPECT_EQ(Submit(IdOf(1, file), file, ContentOf(1, file), ContentOf(0, file)), "QUEUED");
  }
  agent_->Signal(SIGCONT);
  std::vector<std::string> expected;
  for (int round = 0; round < 2; ++round) {
    for (int file = 0; file < kFiles; ++file) expected.push_back(IdOf(round, file) + " APPLIED");
  }
  EXPECT_THAT(Ends(events, 2 * kFiles), ElementsAreArray(expected));
  for (int file = 0; file < kFiles; ++file) EXPECT_EQ(ReadFileOrDie(PathOf(file)), ContentOf(1, file));
}

}  // namespace
}  // namespace specrelay
