// Analytics as the HTTP contract has them. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_ANALYTICS_JSON_H_
#define SPECRELAY_DASHBOARD_API_ANALYTICS_JSON_H_

#include "dashboard/api/json_values.h"
#include "specrelay/v1/analytics.pb.h"

namespace specrelay {

// A mean, median or percentile of nothing is null.
Json HistoryJson(const v1::AnalyticsHistoryResponse& response);
Json TaskVelocityJson(const v1::AnalyticsTaskVelocityResponse& response);
Json ApprovalMetricsJson(const v1::AnalyticsApprovalMetricsResponse& response);
Json CodeMetricsJson(const v1::AnalyticsCodeMetricsResponse& response);
Json CycleTimeJson(const v1::AnalyticsCycleTimeResponse& response);
Json BurndownJson(const v1::AnalyticsBurndownResponse& response);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_ANALYTICS_JSON_H_
