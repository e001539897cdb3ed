// From an edit on disk to a watcher, also beside one that does not read.

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

using WatchReader = std::unique_ptr<grpc::ClientReader<v1::WatchResponse>>;

class WatchTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(cluster_, Cluster::Start());
    project_dir_ = cluster_->Path("project");
    std::filesystem::create_directories(project_dir_ + "/.spec-context/specs/edited");
    ASSERT_THAT(cluster_->StartAgent(project_dir_, "p1"), IsOk());
    // A command's answer proves that the agent's first state has arrived, and so that changes count from here.
    ASSERT_THAT(cluster_->User().Execute("p1", R"({"specList":{}})"), IsOk());
  }

  std::string Document() const { return project_dir_ + "/.spec-context/specs/edited/design.md"; }

  // Opens a stream and waits until it has begun.
  WatchReader Open(Client& client, grpc::ClientContext& context, const v1::WatchRequest& request = {}) {
    context.set_deadline(absl::ToChronoTime(absl::Now() + 3 * kPatience));
    WatchReader reader = client.Watch(context, request);
    v1::WatchResponse first;
    EXPECT_TRUE(reader->Read(&first));
    EXPECT_EQ(first.events_size(), 0);
    return reader;
  }

  // Reads until the content of a changed file is `content`.
  static bool ReadUntilContent(WatchReader& reader, absl::string_view content) {
    v1::WatchResponse response;
    while (reader->Read(&response)) {
      for (const v1::Event& event : response.events()) {
        if (event.file_changed().content() == content) return true;
      }
    }
    return false;
  }

  std::unique_ptr<Cluster> cluster_;
  std::string project_dir_;
};

TEST_F(WatchTest, EveryOfTwoHundredEditsOnDiskReachesAWatcher) {
  constexpr int kEdits = 200;
  Client user = cluster_->User();
  grpc::ClientContext context;
  WatchReader reader = Open(user, context);
  std::vector<absl::Duration> latencies;
  for (int i = 0; i < kEdits; ++i) {
    const std::string content = absl::StrCat("edit ", i, "\n");
    WriteFileOrDie(Document(), content);
    const absl::Time closed = absl::Now();
    ASSERT_TRUE(ReadUntilContent(reader, content)) << "edit " << i;
    latencies.push_back(absl::Now() - closed);
  }
  std::sort(latencies.begin(), latencies.end());
  std::cout << "edit on disk to watcher over " << kEdits << " edits: p50 "
            << absl::FormatDuration(latencies[kEdits / 2]) << ", p99 "
            << absl::FormatDuration(latencies[kEdits * 99 / 100]) << ", max " << absl::FormatDuration(latencies.back())
            << "\n";
  context.TryCancel();
}

TEST_F(WatchTest, AWriteByCommandIsReportedOnce) {
  Client user = cluster_->User();
  grpc::ClientContext context;
  WatchReader reader = Open(user, context);
  ASSERT_THAT(user.Execute("p1", R"({"specDocumentWrite":{"name":"edited","document":"SPEC_DOCUMENT_DESIGN",)"
                                 R"("content":"by command"}})"),
              IsOk());
  ASSERT_THAT(user.Execute("p1", R"({"fileWrite":{"path":"marker.md","content":"bWFya2Vy"}})"), IsOk());
  int reports = 0;
  bool marked = false;
  v1::WatchResponse response;
  while (!marked && reader->Read(&response)) {
    for (const v1::Event& event : response.events()) {
      reports += event.file_changed().content() == "by command";
      marked = marked || event.file_changed().content() == "marker";
    }
  }
  EXPECT_TRUE(marked);
  EXPECT_EQ(reports, 1);
  context.TryCancel();
}

TEST_F(WatchTest, AWatcherResumesWhereItLeftOffAndIsToldWhenItCannot) {
  Client user = cluster_->User();
  std::string cursor;
  {
    grpc::ClientContext context;
    WatchReader reader = Open(user, context);
    WriteFileOrDie(Document(), "first");
    v1::WatchResponse response;
    while (cursor.empty() && reader->Read(&response)) {
      for (const v1::Event& event : response.events()) {
        if (event.file_changed().content() == "first") cursor = event.cursor();
      }
    }
    context.TryCancel();
  }
  ASSERT_FALSE(cursor.empty());
  {
    // The edit that nobody watches has arrived once another watcher has seen it.
    grpc::ClientContext context;
    WatchReader reader = Open(user, context);
    WriteFileOrDie(Document(), "while away");
    ASSERT_TRUE(ReadUntilContent(reader, "while away"));
    context.TryCancel();
  }
  v1::WatchRequest request;
  request.set_cursor(cursor);
  {
    grpc::ClientContext context;
    WatchReader reader = Open(user, context, request);
    EXPECT_TRUE(ReadUntilContent(reader, "while away"));
    context.TryCancel();
  }
  request.set_cursor("someotherepoch.5");
  grpc::ClientContext context;
  WatchReader reader = Open(user, context, request);
  v1::WatchResponse response;
  ASSERT_TRUE(reader->Read(&response));
  ASSERT_EQ(response.events_size(), 1);
  EXPECT_TRUE(response.events(0).has_resync());
  context.TryCancel();
}

TEST_F(WatchTest, AWatcherThatDoesNotReadCostsNeitherMemoryNorOthersTime) {
  constexpr int kEvents = 20'000;
  constexpr int kFiles = 50;
  constexpr int64_t kMaxGrowthBytes = 96 << 20;
  Client user = cluster_->User();
  grpc::ClientContext stalled_context;
  WatchReader stalled = Open(user, stalled_context);  // and is never read again
  grpc::ClientContext context;
  WatchReader reader = Open(user, context);
  ASSERT_OK_AND_ASSIGN(const int64_t before, cluster_->server().ResidentBytes());

  // Writes go in rounds, because a file that changes twice before anyone looks makes one event.
  const std::string filler(2000, 'x');
  int64_t peak = before;
  int seen = 0;
  std::vector<absl::Duration> latencies;
  for (int round = 0; round < kEvents / kFiles; ++round) {
    const absl::Time begun = absl::Now();
    for (int i = 0; i < kFiles; ++i) {
      WriteFileOrDie(absl::StrCat(project_dir_, "/.spec-context/specs/edited/file-", i, ".md"),
                     absl::StrCat(round, " ", i, " ", filler));
    }
    int pending = kFiles;
    v1::WatchResponse response;
    while (pending > 0) {
      ASSERT_TRUE(reader->Read(&response)) << "after " << seen << " events";
      for (const v1::Event& event : response.events()) {
        if (event.has_file_changed()) --pending;
        ++seen;
      }
    }
    latencies.push_back(absl::Now() - begun);
    const absl::StatusOr<int64_t> now = cluster_->server().ResidentBytes();
    if (now.ok()) peak = std::max(peak, *now);
  }
  EXPECT_GE(seen, kEvents);
  EXPECT_LT(peak - before, kMaxGrowthBytes);
  std::sort(latencies.begin(), latencies.end());
  std::cout << seen << " events past a stalled watcher: server memory grew by " << (peak - before) / 1024 / 1024
            << " MiB; a round of " << kFiles << " edits took p50 "
            << absl::FormatDuration(latencies[latencies.size() / 2]) << ", max "
            << absl::FormatDuration(latencies.back()) << "\n";
  context.TryCancel();

  // The stalled one reads what was on its way, and then learns why it was dropped.
  v1::WatchResponse response;
  int late = 0;
  while (stalled->Read(&response)) late += response.events_size();
  EXPECT_LT(late, kEvents);
  const grpc::Status status = stalled->Finish();
  EXPECT_TRUE(status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED ||
              status.error_code() == grpc::StatusCode::CANCELLED)
      << status.error_code() << " " << status.error_message();
}

}  // namespace
}  // namespace specrelay
