// The commands on analytics.

#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/command_fixture.h"

namespace specrelay {
namespace {

using absl::StatusCode;

constexpr const char* kCommands[] = {"analyticsHistory",     "analyticsTaskVelocity", "analyticsApprovalMetrics",
                                     "analyticsCodeMetrics", "analyticsCycleTime",    "analyticsBurndown"};

class EveryCommandAnalyticsTest : public CommandFixture {
 protected:
  v1::CommandResult Ask(absl::string_view command, int days) {
    return Read(absl::Substitute(R"({"$0": {"days": $1}})", command, days));
  }

  void ExpectWindow(const v1::AnalyticsWindow& window, int days) {
    EXPECT_EQ(window.window_days(), days);
    absl::Time first, last;
    ASSERT_TRUE(absl::ParseTime("%Y-%m-%d", window.start_date(), &first, nullptr)) << window.start_date();
    ASSERT_TRUE(absl::ParseTime("%Y-%m-%d", window.end_date(), &last, nullptr)) << window.end_date();
    EXPECT_EQ(last - first, absl::Hours(24) * (days - 1));
    EXPECT_LT(absl::AbsDuration(absl::Now() - last), absl::Hours(25));
  }
};

TEST_F(EveryCommandAnalyticsTest, HistoryCountsWhatCameAndWentEachDay) {
  const auto history = Ask("analyticsHistory", 365).analytics_history();
  ExpectWindow(history.window(), 365);
  ASSERT_EQ(history.points_size(), 365);
  EXPECT_EQ(history.totals().specs_created(), 2) << "the archived one counts too";
}

TEST_F(EveryCommandAnalyticsTest, VelocityCountsATaskThatACommandCompletes) {
  const int before = Ask("analyticsTaskVelocity", 1).analytics_task_velocity().completed_tasks();
  Write(R"({"taskStatusUpdate": {"specName": "user-auth", "taskId": "2", "status": "TASK_STATUS_COMPLETED"}})");
  const auto velocity = Ask("analyticsTaskVelocity", 1).analytics_task_velocity();
  ExpectWindow(velocity.window(), 1);
  EXPECT_EQ(velocity.completed_tasks(), before + 1);
  ASSERT_EQ(velocity.points_size(), 1);
  EXPECT_EQ(velocity.points(0).completed_tasks(), before + 1);
}

TEST_F(EveryCommandAnalyticsTest, ApprovalMetricsCountDecisionsAndTheTimeTheyTook) {
  const auto metrics = Ask("analyticsApprovalMetrics", 365).analytics_approval_metrics();
  EXPECT_EQ(metrics.approved(), 1);
  EXPECT_EQ(metrics.needs_revision(), 1);
  EXPECT_EQ(metrics.pending(), 0);
  EXPECT_EQ(metrics.daily_latency_size(), 365);
}

TEST_F(EveryCommandAnalyticsTest, CodeMetricsAreUnavailableWithoutARepository) {
  const auto metrics = Ask("analyticsCodeMetrics", 3).analytics_code_metrics();
  EXPECT_EQ(metrics.source(), "unavailable");
  EXPECT_TRUE(metrics.window().partial_data());
  ASSERT_EQ(metrics.window().data_coverage_size(), 1);
  EXPECT_EQ(metrics.window().data_coverage(0), "Git repository data is unavailable for this project path.");
  EXPECT_EQ(metrics.points_size(), 3);
}

TEST_F(EveryCommandAnalyticsTest, CycleTimeIsMeasuredFromStartToCompletion) {
  Write(R"({"taskStatusUpdate": {"specName": "user-auth", "taskId": "1", "status": "TASK_STATUS_IN_PROGRESS"}})");
  Write(R"({"taskStatusUpdate": {"specName": "user-auth", "taskId": "1", "status": "TASK_STATUS_COMPLETED"}})");
  const auto cycle = Ask("analyticsCycleTime", 1).analytics_cycle_time();
  EXPECT_GE(cycle.task_cycle().count(), 1);
  EXPECT_TRUE(cycle.task_cycle().has_avg_ms());
}

TEST_F(EveryCommandAnalyticsTest, BurndownShowsWhatIsLeftToday) {
  const auto burndown = Ask("analyticsBurndown", 30).analytics_burndown();
  ASSERT_EQ(burndown.points_size(), 30);
  EXPECT_EQ(burndown.points(29).total_tasks(), 3);
  EXPECT_EQ(burndown.points(29).completed_tasks(), 2);
  EXPECT_EQ(burndown.points(29).remaining_tasks(), 1);
}

TEST_F(EveryCommandAnalyticsTest, AWindowIsOneToAYear) {
  for (const char* command : kCommands) {
    Refused(absl::Substitute(R"({"$0": {"days": 366}})", command), StatusCode::kInvalidArgument, "365");
    Refused(absl::Substitute(R"({"$0": {"days": -1}})", command), StatusCode::kInvalidArgument, "365");
  }
}

}  // namespace
}  // namespace specrelay
