// The commands that measure how a project goes.
#ifndef SPECRELAY_MCP_AGENT_ANALYTICS_ANALYTICS_STORE_H_
#define SPECRELAY_MCP_AGENT_ANALYTICS_ANALYTICS_STORE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mcp_agent/analytics/git_history.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"
#include "specrelay/v1/analytics.pb.h"

namespace specrelay {

// One method for each command. Cheap to make. Thread-safe; `tree` and `clock` must outlive it. Days are those of the
// time zone. What is damaged is left out and mentioned. Errors besides the tree's: INVALID_ARGUMENT for a number of
// days that is not 1 to 365.
class AnalyticsStore {
 public:
  // `project_directory` is absolute.
  AnalyticsStore(const Tree& tree, const Clock& clock, std::string project_directory,
                 absl::TimeZone zone = absl::LocalTimeZone());

  absl::StatusOr<v1::AnalyticsHistoryResponse> History(const v1::AnalyticsHistoryRequest& request) const;
  absl::StatusOr<v1::AnalyticsTaskVelocityResponse> TaskVelocity(const v1::AnalyticsTaskVelocityRequest& request) const;
  absl::StatusOr<v1::AnalyticsApprovalMetricsResponse> ApprovalMetrics(
      const v1::AnalyticsApprovalMetricsRequest& request) const;
  // Runs git, for up to 10 s.
  absl::StatusOr<v1::AnalyticsCodeMetricsResponse> CodeMetrics(const v1::AnalyticsCodeMetricsRequest& request) const;
  absl::StatusOr<v1::AnalyticsCycleTimeResponse> CycleTime(const v1::AnalyticsCycleTimeRequest& request) const;
  absl::StatusOr<v1::AnalyticsBurndownResponse> Burndown(const v1::AnalyticsBurndownRequest& request) const;

 private:
  const Tree& tree_;
  const Clock& clock_;
  const GitHistory git_;
  const absl::TimeZone zone_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_ANALYTICS_ANALYTICS_STORE_H_
