#include "dashboard/api/analytics_json.h"

#include <utility>

namespace specrelay {
namespace {

Json DaysJson(const v1::AnalyticsWindow& window) {
  return {{"windowDays", window.window_days()}, {"startDate", window.start_date()}, {"endDate", window.end_date()}};
}

void AddCoverage(const v1::AnalyticsWindow& window, Json& json) {
  json["partialData"] = window.partial_data();
  json["dataCoverage"] = TextsJson(window.data_coverage());
}

Json CoveredDaysJson(const v1::AnalyticsWindow& window) {
  Json json = DaysJson(window);
  AddCoverage(window, json);
  return json;
}

Json OptionalNumberJson(bool present, double number) { return present ? NumberJson(number) : Json(); }

template <typename Points, typename ToJson>
Json PointsJson(const Points& points, const ToJson& to_json) {
  Json list = Json::array();
  for (const auto& point : points) list.push_back(to_json(point));
  return list;
}

// `counts` alone, or after `date` when it is a day's.
Json Dated(const std::string& date, Json counts) {
  Json json = {{"date", date}};
  json.update(counts);
  return json;
}

Json HistoryCountsJson(const v1::HistoryCounts& counts) {
  return {{"specsCreated", counts.specs_created()},
          {"specsModified", counts.specs_modified()},
          {"approvalsCreated", counts.approvals_created()},
          {"approvalsResolved", counts.approvals_resolved()}};
}

Json CodeCountsJson(const v1::CodeMetricsCounts& counts) {
  return {{"linesAdded", counts.lines_added()},
          {"linesDeleted", counts.lines_deleted()},
          {"filesChanged", counts.files_changed()}};
}

Json CycleJson(const v1::CycleStatistics& cycle) {
  return {{"count", cycle.count()},
          {"avgMs", OptionalNumberJson(cycle.has_avg_ms(), cycle.avg_ms())},
          {"medianMs", OptionalNumberJson(cycle.has_median_ms(), cycle.median_ms())}};
}

}  // namespace

Json HistoryJson(const v1::AnalyticsHistoryResponse& response) {
  Json json = DaysJson(response.window());
  json["points"] = PointsJson(
      response.points(), [](const v1::HistoryCounts& point) { return Dated(point.date(), HistoryCountsJson(point)); });
  json["totals"] = HistoryCountsJson(response.totals());
  return json;
}

Json TaskVelocityJson(const v1::AnalyticsTaskVelocityResponse& response) {
  Json json = CoveredDaysJson(response.window());
  json["points"] = PointsJson(response.points(), [](const v1::TaskVelocityPoint& point) -> Json {
    return {{"date", point.date()}, {"completedTasks", point.completed_tasks()}};
  });
  json["totals"] = {{"completedTasks", response.completed_tasks()}};
  return json;
}

Json ApprovalMetricsJson(const v1::AnalyticsApprovalMetricsResponse& response) {
  Json json = CoveredDaysJson(response.window());
  json["countsByStatus"] = {{"pending", response.pending()},
                            {"approved", response.approved()},
                            {"rejected", response.rejected()},
                            {"needsRevision", response.needs_revision()}};
  json["resolvedCount"] = response.resolved_count();
  json["rejectionRate"] = NumberJson(response.rejection_rate());
  json["avgResolutionMs"] = OptionalNumberJson(response.has_avg_resolution_ms(), response.avg_resolution_ms());
  json["medianResolutionMs"] = OptionalNumberJson(response.has_median_resolution_ms(), response.median_resolution_ms());
  json["dailyLatency"] = PointsJson(response.daily_latency(), [](const v1::ApprovalLatencyPoint& point) -> Json {
    return {{"date", point.date()},
            {"count", point.count()},
            {"avgResolutionMs", OptionalNumberJson(point.has_avg_resolution_ms(), point.avg_resolution_ms())}};
  });
  return json;
}

Json CodeMetricsJson(const v1::AnalyticsCodeMetricsResponse& response) {
  Json json = DaysJson(response.window());
  json["source"] = response.source();
  AddCoverage(response.window(), json);
  json["points"] = PointsJson(
      response.points(), [](const v1::CodeMetricsCounts& point) { return Dated(point.date(), CodeCountsJson(point)); });
  json["totals"] = CodeCountsJson(response.totals());
  return json;
}

Json CycleTimeJson(const v1::AnalyticsCycleTimeResponse& response) {
  Json json = CoveredDaysJson(response.window());
  const v1::CycleStatistics& tasks = response.task_cycle();
  json["taskCycle"] = CycleJson(tasks);
  json["taskCycle"]["p90Ms"] = OptionalNumberJson(tasks.has_p90_ms(), tasks.p90_ms());
  json["specCycle"] = CycleJson(response.spec_cycle());
  return json;
}

Json BurndownJson(const v1::AnalyticsBurndownResponse& response) {
  Json json = CoveredDaysJson(response.window());
  json["points"] = PointsJson(response.points(), [](const v1::BurndownPoint& point) -> Json {
    return {{"date", point.date()},
            {"totalTasks", point.total_tasks()},
            {"completedTasks", point.completed_tasks()},
            {"remainingTasks", point.remaining_tasks()}};
  });
  return json;
}

}  // namespace specrelay
