#include "mcp_agent/logs/implementation_log_store.h"

#include <functional>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "mcp_agent/ledger/testing/direct_transaction.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "proto/support/json.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr char kLog[] = "specs/user-auth/implementation-log.json";

class ImplementationLogStoreTest : public ::testing::Test {
 protected:
  ImplementationLogStoreTest() { tree_.Put("specs/user-auth/tasks.md", "- [x] 1. Store\n"); }

  absl::StatusOr<v1::ImplLogAddResponse> Add(absl::string_view request_id, const v1::ImplementationLogEntry& entry) {
    DirectTransaction transaction(tree_, request_id, clock_.Now());
    v1::ImplLogAddRequest request;
    request.set_spec_name("user-auth");
    *request.mutable_entry() = entry;
    return store_.Add(transaction, request);
  }

  static v1::ImplementationLogEntry Entry(absl::string_view summary = "Session store") {
    v1::ImplementationLogEntry entry;
    entry.set_task_id("1");
    entry.set_summary(std::string(summary));
    entry.add_files_modified("src/app.ts");
    entry.mutable_statistics()->set_lines_added(120);
    EXPECT_THAT(FromJson(R"({"functions": [{"signature": "(p) => q", "name": "Hash", "isExported": true, "line": 3}]})",
                         *entry.mutable_artifacts()),
                IsOk());
    return entry;
  }

  std::string Summaries(absl::string_view task_id = "") {
    v1::ImplLogReadRequest request;
    request.set_spec_name("user-auth");
    request.set_task_id(std::string(task_id));
    const absl::StatusOr<v1::ImplLogReadResponse> response = store_.Read(request);
    if (!response.ok()) return response.status().ToString();
    std::string summaries;
    for (const auto& entry : response->entries()) absl::StrAppend(&summaries, "<", entry.summary(), ">");
    return summaries;
  }

  int Found(absl::string_view query) {
    v1::ImplLogSearchRequest request;
    request.set_spec_name("user-auth");
    request.set_query(std::string(query));
    const absl::StatusOr<v1::ImplLogSearchResponse> response = store_.Search(request);
    return response.ok() ? response->entries_size() : -1;
  }

  FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  MemoryTree tree_{&clock_};
  const EnforcedPolicy policy_{v1::AgentPolicy()};
  LogCache cache_;
  const ImplementationLogStore store_{tree_, policy_, cache_, clock_};
};

TEST_F(ImplementationLogStoreTest, AnAddedEntryIsReadBackWithItsIdAndTime) {
  ASSERT_OK_AND_ASSIGN(const v1::ImplLogAddResponse added, Add("r1", Entry()));
  EXPECT_THAT(added.entry().id(),
              ::testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_EQ(added.entry().timestamp(), "2027-01-15T08:00:00.000Z");
  v1::ImplLogReadRequest request;
  request.set_spec_name("user-auth");
  ASSERT_OK_AND_ASSIGN(const v1::ImplLogReadResponse read, store_.Read(request));
  ASSERT_EQ(read.entries_size(), 1);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(read.entries(0), added.entry()));
}

TEST_F(ImplementationLogStoreTest, TheFileIsLaidOutAsExistingToolsDo) {
  ASSERT_THAT(Add("r1", Entry()), IsOk());
  ASSERT_OK_AND_ASSIGN(const FileContent file, tree_.Read(kLog, 1 << 20));
  EXPECT_THAT(file.bytes, HasSubstr(R"(          {
            "name": "Hash",
            "signature": "(p) => q",
            "isExported": true,
            "line": 3
          })"));
  EXPECT_THAT(file.bytes, HasSubstr(R"("lastUpdated": "2027-01-15T08:00:00.000Z")"));
}

TEST_F(ImplementationLogStoreTest, TheSameCommandAddsOnce) {
  ASSERT_OK_AND_ASSIGN(const v1::ImplLogAddResponse first, Add("r1", Entry()));
  ASSERT_OK_AND_ASSIGN(const v1::ImplLogAddResponse again, Add("r1", Entry()));
  EXPECT_EQ(first.entry().id(), again.entry().id());
  ASSERT_THAT(Add("r2", Entry("Other")), IsOk());
  EXPECT_EQ(Summaries(), "<Other><Session store>");
}

TEST_F(ImplementationLogStoreTest, AnEntryWithoutArtifactsIsRefused) {
  v1::ImplementationLogEntry entry = Entry();
  entry.clear_artifacts();
  EXPECT_THAT(Add("r1", entry),
              IsStatus(absl::StatusCode::kInvalidArgument,
                       "artifacts field is REQUIRED. Include apiEndpoints, components, functions, classes, or "
                       "integrations in the artifacts object."));
}

TEST_F(ImplementationLogStoreTest, UnsoundEntriesAreRefusedAndNothingIsWritten) {
  const auto refused = [this](const std::function<void(v1::ImplementationLogEntry&)>& spoil) {
    v1::ImplementationLogEntry entry = Entry();
    spoil(entry);
    return Add("r1", entry).status().code() == absl::StatusCode::kInvalidArgument;
  };
  using E = v1::ImplementationLogEntry;
  EXPECT_TRUE(refused([](E& e) { e.clear_task_id(); }));
  EXPECT_TRUE(refused([](E& e) { e.set_task_id(std::string(129, 'x')); }));
  EXPECT_TRUE(refused([](E& e) { e.set_summary("\xff"); }));
  EXPECT_TRUE(refused([](E& e) { e.add_files_created("\xc3"); }));
  EXPECT_TRUE(refused([](E& e) { e.mutable_statistics()->set_lines_removed(-1); }));
  EXPECT_TRUE(refused([](E& e) { e.set_timestamp("yesterday"); }));
  EXPECT_TRUE(refused([](E& e) { e.set_summary(std::string((1 << 20) + 1, 'x')); }));
  EXPECT_TRUE(refused([](E& e) { (*e.mutable_artifacts()->mutable_fields())["classes"].set_string_value("x"); }));
  EXPECT_TRUE(refused([](E& e) {
    (*e.mutable_artifacts()->mutable_fields())["size"].set_number_value(std::numeric_limits<double>::infinity());
  }));
  EXPECT_TRUE(refused([](E& e) {
    auto* value = &(*e.mutable_artifacts()->mutable_fields())["deep"];
    for (int i = 0; i < 20; ++i) value = value->mutable_list_value()->add_values();
    value->set_bool_value(true);
  }));
  EXPECT_THAT(tree_.Stat(kLog), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(ImplementationLogStoreTest, UnknownKeysOfFileAndEntriesSurvive) {
  tree_.Put(kLog, R"({"schema": 2, "entries": [{"id": "a", "taskId": "1", "summary": "Old", "reviewer": "Eve"}, 7]})");
  ASSERT_THAT(Add("r1", Entry()), IsOk());
  ASSERT_OK_AND_ASSIGN(const FileContent file, tree_.Read(kLog, 1 << 20));
  EXPECT_THAT(file.bytes, HasSubstr("\"schema\": 2"));
  EXPECT_THAT(file.bytes, HasSubstr("\"reviewer\": \"Eve\""));
  EXPECT_EQ(Summaries(), "<Session store><Old>");
}

TEST_F(ImplementationLogStoreTest, ADamagedFileIsNeverOverwrittenAndMarkdownIsStillShown) {
  tree_.Put("specs/user-auth/Implementation Logs/task-2_x.md", "# Implementation Log: Task 2\n\n**Summary:** Login\n");
  for (const char* damaged : {"{\"entries\": [", "[]", "{}", "{\"entries\": {}}", "", "\xff"}) {
    tree_.Put(kLog, damaged);
    EXPECT_THAT(Add("r1", Entry()), IsStatus(absl::StatusCode::kFailedPrecondition,
                                             HasSubstr("specs/user-auth/implementation-log.json is damaged")));
    ASSERT_OK_AND_ASSIGN(const FileContent file, tree_.Read(kLog, 1 << 20));
    EXPECT_EQ(file.bytes, damaged);
    EXPECT_EQ(Summaries(), "<Login>");
  }
}

TEST_F(ImplementationLogStoreTest, TheEntryInJsonCountsWhenMarkdownHasTheSameId) {
  tree_.Put("specs/user-auth/Implementation Logs/a.md",
            "# Implementation Log: Task 1\n**Summary:** Markdown\n**Log ID:** same\n");
  tree_.Put(kLog, R"({"entries": [{"id": "same", "taskId": "1", "summary": "JSON"}]})");
  EXPECT_EQ(Summaries(), "<JSON>");
}

TEST_F(ImplementationLogStoreTest, EntriesComeNewestFirstAndThoseWithoutTimeLast) {
  tree_.Put(kLog, R"({"entries": [
    {"id": "a", "taskId": "1", "summary": "none"},
    {"id": "b", "taskId": "1", "summary": "old", "timestamp": "2026-01-05T10:00:00.000Z"},
    {"id": "c", "taskId": "1.1", "summary": "new", "timestamp": "2026-01-05T12:00:00+01:00"}]})");
  EXPECT_EQ(Summaries(), "<new><old><none>");
  EXPECT_EQ(Summaries("1"), "<old><none>");
  EXPECT_EQ(Summaries("11"), "");
}

TEST_F(ImplementationLogStoreTest, AllWordsMustOccurInAnyFieldWhateverTheirCase) {
  ASSERT_THAT(Add("r1", Entry()), IsOk());
  EXPECT_EQ(Found("hASH  session"), 1);
  EXPECT_EQ(Found("hash zzz"), 0);
  EXPECT_EQ(Found("src/APP.ts"), 1);
  EXPECT_EQ(Found("120"), 1);
  EXPECT_EQ(Found("isExported"), 0);
  EXPECT_EQ(Found(" "), 1);
  EXPECT_EQ(Found(std::string(5000, 'x')), -1);
}

TEST_F(ImplementationLogStoreTest, TaskStatsCountEachFileOnceAndKeepTheNewestEntry) {
  ASSERT_THAT(Add("r1", Entry("first")), IsOk());
  clock_.Advance(absl::Seconds(1));
  ASSERT_THAT(Add("r2", Entry("second")), IsOk());
  v1::ImplLogTaskStatsRequest request;
  request.set_spec_name("user-auth");
  request.set_task_id("1");
  ASSERT_OK_AND_ASSIGN(const v1::ImplLogTaskStatsResponse stats, store_.TaskStats(request));
  EXPECT_EQ(stats.total_implementations(), 2);
  EXPECT_EQ(stats.total_files_modified(), 1);
  EXPECT_EQ(stats.total_files_created(), 0);
  EXPECT_EQ(stats.total_lines_added(), 240);
  EXPECT_EQ(stats.last_implementation().summary(), "second");
  request.set_task_id("77");
  ASSERT_OK_AND_ASSIGN(const v1::ImplLogTaskStatsResponse none, store_.TaskStats(request));
  EXPECT_EQ(none.total_implementations(), 0);
  EXPECT_FALSE(none.has_last_implementation());
}

TEST_F(ImplementationLogStoreTest, ASpecThatDoesNotExistIsNotFound) {
  v1::ImplLogReadRequest request;
  request.set_spec_name("nope");
  EXPECT_THAT(store_.Read(request), HasCode(absl::StatusCode::kNotFound));
  request.set_spec_name("../x");
  EXPECT_THAT(store_.Read(request), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(ImplementationLogStoreTest, AnotherEditIsSeenAlthoughTheLogWasCached) {
  tree_.Put(kLog, R"({"entries": [{"id": "a", "taskId": "1", "summary": "one"}]})");
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(Summaries(), "<one>");
  EXPECT_GT(cache_.bytes(), 0);
  tree_.Put(kLog, R"({"entries": [{"id": "a", "taskId": "1", "summary": "two"}]})");
  EXPECT_EQ(Summaries(), "<two>");
}

}  // namespace
}  // namespace specrelay
