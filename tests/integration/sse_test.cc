// From an edit on disk to subscribers of /api/events, over breaks of their connections and of the server.

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "httplib.h"
#include "nlohmann/json.hpp"
#include "proto/support/clock.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/key_admin.h"
#include "tests/integration/sse_client.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

class SseTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(cluster_, Cluster::Start());
    project_dir_ = cluster_->Path("project");
    std::filesystem::create_directories(project_dir_ + "/.spec-context/specs/edited");
    ASSERT_THAT(cluster_->StartAgent(project_dir_, "p1"), IsOk());
    // A command's answer proves that the agent's first state has arrived, and so that changes count from here.
    ASSERT_THAT(cluster_->User().Execute("p1", R"({"specList":{}})"), IsOk());
  }

  SseOptions Options(absl::string_view last_event_id = "", Role role = Role::kUser) const {
    SseOptions options;
    options.key = cluster_->KeyFor(role);
    options.query = "?projectId=p1";
    options.last_event_id = std::string(last_event_id);
    return options;
  }

  // Saves as editors do: writes a file and renames it.
  void Edit(absl::string_view path, absl::string_view content) const {
    const std::string draft = cluster_->Path("draft");
    const std::string target = absl::StrCat(project_dir_, "/.spec-context/", path);
    WriteFileOrDie(draft, content);
    std::filesystem::create_directories(std::filesystem::path(target).parent_path());
    std::filesystem::rename(draft, target);
  }

  // Reads up to the event about a file; nothing when it does not come.
  static absl::optional<SseEvent> ReadUntil(SseConnection& connection, absl::string_view path) {
    while (absl::optional<SseEvent> event = connection.Next()) {
      if (PathOf(*event) == path) return event;
    }
    return absl::nullopt;
  }

  static std::string PathOf(const SseEvent& event) {
    const nlohmann::json json = nlohmann::json::parse(event.data);
    return json["data"].value("path", "");
  }

  // The value of a series of /metrics.
  double Metric(const std::string& series) const {
    httplib::Client client("http://" + cluster_->http_address());
    client.set_bearer_token_auth(cluster_->KeyFor(Role::kAdmin).c_str());
    const httplib::Result result = client.Get("/metrics");
    if (!result || result->status != 200) return -1;
    const size_t at = result->body.find(absl::StrCat("\n", series, " "));
    if (at == std::string::npos) return 0;
    return std::stod(result->body.substr(at + series.size() + 2));
  }

  std::unique_ptr<Cluster> cluster_;
  std::string project_dir_;
};

TEST_F(SseTest, EveryOfTwoHundredEditsOnDiskReachesASubscriber) {
  constexpr int kEdits = 200;
  SseConnection connection(cluster_->http_address(), Options());
  ASSERT_TRUE(connection.AwaitGreeting());
  std::vector<absl::Duration> latencies;
  for (int i = 0; i < kEdits; ++i) {
    const std::string path = absl::StrCat("specs/edited/edit-", i, ".md");
    Edit(path, absl::StrCat("edit ", i));
    const absl::Time renamed = absl::Now();
    const absl::optional<SseEvent> event = ReadUntil(connection, path);
    ASSERT_TRUE(event.has_value()) << path;
    latencies.push_back(absl::Now() - renamed);
    EXPECT_EQ(event->type, "spec-update");
  }
  std::sort(latencies.begin(), latencies.end());
  std::cout << "edit on disk to SSE subscriber over " << kEdits << " edits: p50 "
            << absl::FormatDuration(latencies[kEdits / 2]) << ", p99 "
            << absl::FormatDuration(latencies[kEdits * 99 / 100]) << ", max " << absl::FormatDuration(latencies.back())
            << "\n";
}

TEST_F(SseTest, AnEditOfTasksIsToldToThoseWhoWatchTasksAndThoseWhoWatchSpecs) {
  SseConnection connection(cluster_->http_address(), Options());
  ASSERT_TRUE(connection.AwaitGreeting());
  Edit("specs/edited/tasks.md", "- [ ] 1. First\n");
  const absl::optional<SseEvent> first = connection.Next();
  const absl::optional<SseEvent> second = connection.Next();
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(first->type, "task-status-update");
  EXPECT_EQ(second->type, "spec-update");
  EXPECT_NE(first->id, second->id);
}

TEST_F(SseTest, BreaksOfTheConnectionCostNoEvent) {
  constexpr int kEdits = 60;
  std::string last_id;
  {
    SseConnection connection(cluster_->http_address(), Options());
    ASSERT_TRUE(connection.AwaitGreeting());
    last_id = connection.last_id();
  }
  std::vector<std::string> seen;
  for (int i = 0; i < kEdits; ++i) {
    Edit(absl::StrCat("specs/edited/edit-", i, ".md"), "text");
    if (i % 10 != 9) continue;
    // Ten edits were made while nobody was there.
    SseConnection connection(cluster_->http_address(), Options(last_id));
    while (static_cast<int>(seen.size()) <= i) {
      const absl::optional<SseEvent> event = connection.Next();
      ASSERT_TRUE(event.has_value());
      ASSERT_EQ(event->type, "spec-update") << event->data;
      seen.push_back(PathOf(*event));
    }
    last_id = connection.last_id();
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end()) << "none came twice";
}

TEST_F(SseTest, ARestartOfTheServerIsAnsweredWithAResyncFirst) {
  std::string last_id;
  {
    SseConnection connection(cluster_->http_address(), Options());
    ASSERT_TRUE(connection.AwaitGreeting());
    Edit("specs/edited/design.md", "before");
    ASSERT_TRUE(ReadUntil(connection, "specs/edited/design.md").has_value());
    last_id = connection.last_id();
    ASSERT_THAT(cluster_->KillServer(), IsOk());
    EXPECT_FALSE(connection.Next().has_value());
  }
  ASSERT_THAT(cluster_->StartServer(), IsOk());
  ASSERT_THAT(cluster_->WaitForAgents("p1", 1), IsOk());
  SseConnection connection(cluster_->http_address(), Options(last_id));
  const absl::optional<SseEvent> first = connection.Next();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->type, "resync");
  EXPECT_THAT(nlohmann::json::parse(first->data)["data"]["reason"].get<std::string>(),
              testing::Not(testing::IsEmpty()));
  Edit("specs/edited/design.md", "after");
  EXPECT_TRUE(ReadUntil(connection, "specs/edited/design.md").has_value());
}

TEST_F(SseTest, ASubscriberThatStallsIsDroppedAndTheOthersGetEverything) {
  constexpr int kEditsARound = 50;
  constexpr char kDropped[] = R"(specrelay_event_streams_ended_total{reason="stalled"})";
  SseOptions stalled_options = Options();
  stalled_options.receive_buffer_bytes = 4096;
  SseConnection stalled(cluster_->http_address(), stalled_options);  // and is never read
  SseConnection reader(cluster_->http_address(), Options());
  ASSERT_TRUE(reader.AwaitGreeting());
  const std::string spec(200, 's');
  const absl::Time give_up = absl::Now() + 2 * kPatience;
  int edits = 0;
  while (Metric(kDropped) < 1) {
    ASSERT_LT(absl::Now(), give_up) << "after " << edits << " edits";
    for (int i = 0; i < kEditsARound; ++i, ++edits) {
      Edit(absl::StrCat("specs/", spec, "/", std::string(180, 'd'), edits, ".md"), "text");
    }
    int pending = kEditsARound;
    while (pending > 0) {
      const absl::optional<SseEvent> event = reader.Next();
      ASSERT_TRUE(event.has_value());
      ASSERT_NE(event->type, "resync");
      if (event->type == "spec-update") --pending;
    }
  }
  EXPECT_EQ(Metric("specrelay_watchers"), 1);
  std::cout << "a stalled subscriber was dropped while another read " << edits << " events\n";
}

TEST_F(SseTest, ARevokedKeyEndsItsStreams) {
  SseConnection connection(cluster_->http_address(), Options("", Role::kViewer));
  ASSERT_TRUE(connection.AwaitGreeting());
  const SystemClock clock;
  ASSERT_THAT(RevokeKeyByName(cluster_->keys_file(), "viewer", clock), IsOk());
  const absl::Time revoked = absl::Now();
  EXPECT_TRUE(connection.AwaitEnd());
  std::cout << "a revoked key's stream ended after " << absl::FormatDuration(absl::Now() - revoked) << "\n";
  SseConnection again(cluster_->http_address(), Options("", Role::kViewer));
  EXPECT_FALSE(again.AwaitGreeting());
  EXPECT_EQ(again.status(), 401);
}

TEST_F(SseTest, ShutdownEndsStreamsPolitely) {
  SseConnection connection(cluster_->http_address(), Options());
  ASSERT_TRUE(connection.AwaitGreeting());
  cluster_->server().Signal(SIGTERM);
  EXPECT_TRUE(connection.AwaitEnd());
  const absl::StatusOr<int> exit_code = cluster_->server().Wait(kPatience);
  ASSERT_THAT(exit_code, IsOk());
  EXPECT_EQ(*exit_code, 0);
}

}  // namespace
}  // namespace specrelay
