#include "mcp_agent/analytics/analytics_store.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/iso_time.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Time At(absl::string_view text) { return ParseIsoTime(text).value(); }

class AnalyticsStoreTest : public ::testing::Test {
 protected:
  void Approval(absl::string_view id, absl::string_view status, absl::string_view created, absl::string_view decided) {
    tree_.Put(absl::StrCat("approvals/auth/", id, ".json"),
              absl::StrCat(R"({"status":")", status, R"(","createdAt":")", created, R"(","respondedAt":")", decided,
                           R"("})"));
  }

  void Event(absl::string_view time, absl::string_view spec, absl::string_view task, absl::string_view previous,
             absl::string_view next, int total, int completed) {
    absl::StrAppend(&events_, R"({"timestamp":")", time, R"(","specName":")", spec, R"(","taskId":")", task,
                    R"(","previousStatus":")", previous, R"(","nextStatus":")", next, R"(","summaryAfter":{"total":)",
                    total, R"(,"completed":)", completed, R"(,"pending":0}})", "\n");
    tree_.Put("analytics/task-events.jsonl", events_);
  }

  // The two events of the recorded tree.
  void RecordedEvents() {
    Event("2026-11-21T02:21:34.265Z", "user-auth", "3", "pending", "in-progress", 3, 1);
    Event("2026-11-21T02:21:34.278Z", "user-auth", "3", "in-progress", "completed", 3, 2);
  }

  template <typename Request>
  static Request Days(int days) {
    Request request;
    request.set_days(days);
    return request;
  }

  FakeClock clock_{At("2026-11-21T12:00:00Z")};
  MemoryTree tree_{&clock_};
  const TempDir project_;
  const AnalyticsStore store_{tree_, clock_, project_.path(), absl::UTCTimeZone()};
  std::string events_;
};

TEST_F(AnalyticsStoreTest, TheWindowEndsTodayAndHasOneToThreeHundredAndSixtyFiveDays) {
  ASSERT_OK_AND_ASSIGN(const auto three, store_.History(Days<v1::AnalyticsHistoryRequest>(3)));
  EXPECT_EQ(three.window().window_days(), 3);
  EXPECT_EQ(three.window().start_date(), "2026-11-19");
  EXPECT_EQ(three.window().end_date(), "2026-11-21");
  EXPECT_EQ(three.points(0).date(), "2026-11-19");
  EXPECT_EQ(three.points(2).date(), "2026-11-21");
  ASSERT_OK_AND_ASSIGN(const auto by_default, store_.Burndown(Days<v1::AnalyticsBurndownRequest>(0)));
  EXPECT_EQ(by_default.points_size(), 30);
  EXPECT_THAT(store_.History(Days<v1::AnalyticsHistoryRequest>(365)), IsOk());
  const auto refused = HasCode(absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(store_.History(Days<v1::AnalyticsHistoryRequest>(366)), refused);
  EXPECT_THAT(store_.TaskVelocity(Days<v1::AnalyticsTaskVelocityRequest>(-1)), refused);
  EXPECT_THAT(store_.ApprovalMetrics(Days<v1::AnalyticsApprovalMetricsRequest>(-1)), refused);
  EXPECT_THAT(store_.CodeMetrics(Days<v1::AnalyticsCodeMetricsRequest>(1000)), refused);
  EXPECT_THAT(store_.CycleTime(Days<v1::AnalyticsCycleTimeRequest>(366)), refused);
  EXPECT_THAT(store_.Burndown(Days<v1::AnalyticsBurndownRequest>(366)), refused);
}

TEST_F(AnalyticsStoreTest, DaysAreThoseOfTheTimeZone) {
  RecordedEvents();
  const AnalyticsStore far_west(tree_, clock_, project_.path(), absl::FixedTimeZone(-8 * 60 * 60));
  ASSERT_OK_AND_ASSIGN(const auto response, far_west.TaskVelocity(Days<v1::AnalyticsTaskVelocityRequest>(2)));
  EXPECT_EQ(response.window().end_date(), "2026-11-21");
  EXPECT_EQ(response.points(0).completed_tasks(), 1);
  EXPECT_EQ(response.points(1).completed_tasks(), 0);
}

TEST_F(AnalyticsStoreTest, HistoryCountsSpecsOfBothShelvesAndApprovals) {
  tree_.Put("specs/auth/design.md", "x");
  tree_.Put("archive/specs/old/design.md", "x");
  clock_.Advance(absl::Hours(24));
  tree_.Put("specs/auth/design.md", "y");
  Approval("a", "approved", "2026-11-21T10:00:00Z", "2026-11-22T10:00:00Z");
  Approval("b", "pending", "2026-11-22T10:00:00Z", "");
  ASSERT_OK_AND_ASSIGN(const auto response, store_.History(Days<v1::AnalyticsHistoryRequest>(2)));
  EXPECT_EQ(response.points(0).specs_created(), 2);
  EXPECT_EQ(response.points(0).specs_modified(), 1);
  EXPECT_EQ(response.points(1).specs_modified(), 1);
  EXPECT_EQ(response.points(0).approvals_created(), 1);
  EXPECT_EQ(response.points(1).approvals_created(), 1);
  EXPECT_EQ(response.points(1).approvals_resolved(), 1);
  EXPECT_EQ(response.totals().specs_created(), 2);
  EXPECT_EQ(response.totals().specs_modified(), 2);
  EXPECT_EQ(response.totals().approvals_created(), 2);
  EXPECT_EQ(response.totals().approvals_resolved(), 1);
  EXPECT_FALSE(response.window().partial_data());
}

TEST_F(AnalyticsStoreTest, ApprovalMetricsAreTheRecordedOnes) {
  Approval("a", "needs-revision", "2026-11-21T02:21:31.095Z", "2026-11-21T02:21:31.107Z");
  Approval("b", "approved", "2026-11-21T02:21:31.108Z", "2026-11-21T02:21:34.306Z");
  ASSERT_OK_AND_ASSIGN(const auto response, store_.ApprovalMetrics(Days<v1::AnalyticsApprovalMetricsRequest>(3)));
  EXPECT_EQ(response.approved(), 1);
  EXPECT_EQ(response.needs_revision(), 1);
  EXPECT_EQ(response.resolved_count(), 2);
  EXPECT_EQ(response.rejection_rate(), 0);
  EXPECT_DOUBLE_EQ(response.avg_resolution_ms(), 1605);
  EXPECT_DOUBLE_EQ(response.median_resolution_ms(), 1605);
  EXPECT_FALSE(response.daily_latency(0).has_avg_resolution_ms());
  EXPECT_EQ(response.daily_latency(2).count(), 2);
  EXPECT_DOUBLE_EQ(response.daily_latency(2).avg_resolution_ms(), 1605);
  EXPECT_FALSE(response.window().partial_data());
}

TEST_F(AnalyticsStoreTest, DamagedApprovalsAreLeftOutAndMentioned) {
  tree_.Put("approvals/auth/torn.json", "{\"status\":");
  tree_.Put("approvals/auth/odd.json", "{\"status\":\"maybe\"}");
  tree_.Put("approvals/auth/.snapshots/x/metadata.json", "{}");
  Approval("late", "rejected", "2026-11-21T02:00:00Z", "soon");
  Approval("ok", "rejected", "2026-11-21T03:00:00Z", "2026-11-21T02:59:00Z");
  ASSERT_OK_AND_ASSIGN(const auto response, store_.ApprovalMetrics(Days<v1::AnalyticsApprovalMetricsRequest>(3)));
  EXPECT_THAT(response.window().data_coverage(),
              ElementsAre("Approval files that could not be read were left out: 2.",
                          "Some decided approvals have no valid times and were left out."));
  EXPECT_EQ(response.rejection_rate(), 1);
  EXPECT_EQ(response.avg_resolution_ms(), 0);
}

TEST_F(AnalyticsStoreTest, TaskVelocityCountsWhatBecameCompleted) {
  RecordedEvents();
  Event("2026-11-21T03:00:00Z", "user-auth", "3", "completed", "completed", 3, 2);
  ASSERT_OK_AND_ASSIGN(const auto response, store_.TaskVelocity(Days<v1::AnalyticsTaskVelocityRequest>(3)));
  EXPECT_EQ(response.completed_tasks(), 1);
  EXPECT_EQ(response.points(2).completed_tasks(), 1);
  EXPECT_TRUE(response.window().partial_data());
  EXPECT_THAT(response.window().data_coverage(),
              ElementsAre("Task history starts after the requested window start date."));
}

TEST_F(AnalyticsStoreTest, AHistoryThatIsOldEnoughIsComplete) {
  Event("2026-11-19T10:00:00Z", "a", "1", "pending", "completed", 1, 1);
  ASSERT_OK_AND_ASSIGN(const auto response, store_.TaskVelocity(Days<v1::AnalyticsTaskVelocityRequest>(3)));
  EXPECT_FALSE(response.window().partial_data());
}

TEST_F(AnalyticsStoreTest, BadLinesAreSkippedAndCounted) {
  events_ = absl::StrCat("{}\n\nnot json\n[]\n", std::string(3 << 20, 'x'), "\n\xff\n");
  Event("2026-11-21T10:00:00Z", "a", "1", "pending", "completed", 1, 1);
  tree_.Put("analytics/task-events.jsonl", events_ + "{\"timestamp\":");
  ASSERT_OK_AND_ASSIGN(const auto response, store_.TaskVelocity(Days<v1::AnalyticsTaskVelocityRequest>(1)));
  EXPECT_EQ(response.completed_tasks(), 1);
  EXPECT_THAT(response.window().data_coverage(),
              ElementsAre("Lines of the task history that could not be read were skipped: 6."));
}

TEST_F(AnalyticsStoreTest, WithoutAnyHistoryThatIsSaid) {
  ASSERT_OK_AND_ASSIGN(const auto response, store_.CycleTime(Days<v1::AnalyticsCycleTimeRequest>(3)));
  EXPECT_EQ(response.task_cycle().count(), 0);
  EXPECT_FALSE(response.task_cycle().has_avg_ms());
  EXPECT_THAT(response.window().data_coverage(), ElementsAre("No task history has been recorded yet."));
}

TEST_F(AnalyticsStoreTest, CycleTimeIsTheRecordedOne) {
  RecordedEvents();
  Event("2026-11-21T03:00:00Z", "other", "1", "pending", "completed", 2, 1);
  ASSERT_OK_AND_ASSIGN(const auto response, store_.CycleTime(Days<v1::AnalyticsCycleTimeRequest>(3)));
  EXPECT_EQ(response.task_cycle().count(), 1);
  EXPECT_EQ(response.task_cycle().avg_ms(), 13);
  EXPECT_EQ(response.task_cycle().median_ms(), 13);
  EXPECT_EQ(response.task_cycle().p90_ms(), 13);
  EXPECT_EQ(response.spec_cycle().count(), 0);
  EXPECT_FALSE(response.spec_cycle().has_avg_ms());
  EXPECT_THAT(response.window().data_coverage(),
              ElementsAre("Some completed tasks had no recorded in-progress transition and were excluded from cycle "
                          "time."));
}

TEST_F(AnalyticsStoreTest, CycleTimeRunsFromTheFirstStartToTheLastCompletion) {
  Event("2026-11-01T10:00:00Z", "a", "1", "pending", "in-progress", 1, 0);
  Event("2026-11-01T11:00:00Z", "a", "1", "in-progress", "completed", 1, 1);
  Event("2026-11-21T09:00:00Z", "a", "1", "completed", "in-progress", 1, 0);
  ASSERT_OK_AND_ASSIGN(const auto reopened, store_.CycleTime(Days<v1::AnalyticsCycleTimeRequest>(30)));
  EXPECT_EQ(reopened.task_cycle().count(), 0);
  Event("2026-11-21T10:00:00Z", "a", "1", "in-progress", "completed", 1, 1);
  ASSERT_OK_AND_ASSIGN(const auto response, store_.CycleTime(Days<v1::AnalyticsCycleTimeRequest>(3)));
  EXPECT_EQ(response.task_cycle().avg_ms(), absl::ToDoubleMilliseconds(absl::Hours(20 * 24)));
  EXPECT_EQ(response.spec_cycle().avg_ms(), absl::ToDoubleMilliseconds(absl::Hours(20 * 24)));
  EXPECT_FALSE(response.spec_cycle().has_p90_ms());
}

TEST_F(AnalyticsStoreTest, TheNinetiethPercentileIsReachedByNineInTen) {
  for (int i = 1; i <= 10; ++i) {
    Event("2026-11-21T10:00:00Z", "a", absl::StrCat(i), "pending", "in-progress", 10, 0);
    Event(ToIsoTime(At("2026-11-21T10:00:00Z") + absl::Seconds(i)), "a", absl::StrCat(i), "in-progress", "completed",
          10, i);
  }
  ASSERT_OK_AND_ASSIGN(const auto response, store_.CycleTime(Days<v1::AnalyticsCycleTimeRequest>(1)));
  EXPECT_EQ(response.task_cycle().avg_ms(), 5500);
  EXPECT_EQ(response.task_cycle().median_ms(), 5500);
  EXPECT_EQ(response.task_cycle().p90_ms(), 9000);
}

TEST_F(AnalyticsStoreTest, BurndownSumsWhatWasLastKnownOfEachSpec) {
  Event("2026-11-10T10:00:00Z", "a", "1", "pending", "completed", 4, 1);
  Event("2026-11-20T10:00:00Z", "a", "2", "pending", "completed", 4, 2);
  Event("2026-11-20T11:00:00Z", "a", "3", "pending", "completed", 5, 3);
  ASSERT_OK_AND_ASSIGN(const auto whole, store_.Burndown(Days<v1::AnalyticsBurndownRequest>(3)));
  EXPECT_THAT(whole.window().data_coverage(), IsEmpty());
  Event("2026-11-21T10:00:00Z", "b", "1", "pending", "completed", 10, 1);
  ASSERT_OK_AND_ASSIGN(const auto response, store_.Burndown(Days<v1::AnalyticsBurndownRequest>(3)));
  EXPECT_EQ(response.points(0).total_tasks(), 4);
  EXPECT_EQ(response.points(0).remaining_tasks(), 3);
  EXPECT_EQ(response.points(1).total_tasks(), 5);
  EXPECT_EQ(response.points(1).completed_tasks(), 3);
  EXPECT_EQ(response.points(2).total_tasks(), 15);
  EXPECT_EQ(response.points(2).completed_tasks(), 4);
  EXPECT_EQ(response.points(2).remaining_tasks(), 11);
  EXPECT_THAT(response.window().data_coverage(),
              ElementsAre("Some specs have no pre-window baseline; burndown uses first in-window observation for those "
                          "specs."));
}

TEST_F(AnalyticsStoreTest, CodeMetricsWithoutARepositoryAreUnavailable) {
  ASSERT_OK_AND_ASSIGN(const auto response, store_.CodeMetrics(Days<v1::AnalyticsCodeMetricsRequest>(3)));
  EXPECT_EQ(response.source(), "unavailable");
  EXPECT_TRUE(response.window().partial_data());
  EXPECT_THAT(response.window().data_coverage(),
              ElementsAre("Git repository data is unavailable for this project path."));
  EXPECT_EQ(response.points_size(), 3);
  EXPECT_EQ(response.totals().lines_added(), 0);
}

}  // namespace
}  // namespace specrelay
