#include "mcp_agent/analytics/analytics_store.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/analytics/approval_times.h"
#include "mcp_agent/analytics/day_window.h"
#include "mcp_agent/analytics/durations.h"
#include "mcp_agent/specs/document_reader.h"
#include "mcp_agent/specs/spec_layout.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Status = ApprovalTimes::Status;

void AddDamagedApprovals(int count, v1::AnalyticsWindow& window) {
  if (count > 0) AddGap(window, absl::StrCat("Approval files that could not be read were left out: ", count, "."));
}

// Counts the spec where it was made and where its documents changed last.
absl::Status CountSpec(const Tree& tree, SpecShelf shelf, absl::string_view name, const DayWindow& days,
                       std::vector<v1::HistoryCounts>& points) {
  ASSIGN_OR_RETURN(const absl::optional<FileStat> directory, StatIfExists(tree, SpecPath(shelf, name)));
  if (!directory.has_value()) return absl::OkStatus();
  absl::optional<absl::Time> modified;
  for (const v1::SpecDocument document :
       {v1::SPEC_DOCUMENT_REQUIREMENTS, v1::SPEC_DOCUMENT_DESIGN, v1::SPEC_DOCUMENT_TASKS}) {
    const absl::StatusOr<absl::optional<FileStat>> stat = StatIfExists(tree, SpecDocumentPath(shelf, name, document));
    if (stat.ok() && stat->has_value() && !(*stat)->is_directory) {
      modified = std::max(modified.value_or(absl::InfinitePast()), (*stat)->last_modified);
    }
  }
  if (const auto day = days.IndexOf(directory->created))
    points[*day].set_specs_created(points[*day].specs_created() + 1);
  if (const auto day = days.IndexOf(modified.value_or(directory->created))) {
    points[*day].set_specs_modified(points[*day].specs_modified() + 1);
  }
  return absl::OkStatus();
}

int32_t Capped(int64_t count) {
  return static_cast<int32_t>(std::min<int64_t>(count, std::numeric_limits<int32_t>::max()));
}

void SetCounts(int64_t added, int64_t deleted, int64_t files, v1::CodeMetricsCounts& counts) {
  counts.set_lines_added(Capped(added));
  counts.set_lines_deleted(Capped(deleted));
  counts.set_files_changed(Capped(files));
}

}  // namespace

AnalyticsStore::AnalyticsStore(const Tree& tree, const Clock& clock, std::string project_directory, absl::TimeZone zone)
    : tree_(tree), clock_(clock), git_(std::move(project_directory)), zone_(zone) {}

absl::StatusOr<v1::AnalyticsHistoryResponse> AnalyticsStore::History(const v1::AnalyticsHistoryRequest& request) const {
  ASSIGN_OR_RETURN(const DayWindow days, DayWindow::Ending(clock_.Now(), zone_, request.days()));
  std::vector<v1::HistoryCounts> points(days.days());
  for (const SpecShelf shelf : {SpecShelf::kActive, SpecShelf::kArchived}) {
    ASSIGN_OR_RETURN(const std::vector<std::string> names, ListSpecNames(tree_, shelf));
    for (const std::string& name : names) RETURN_IF_ERROR(CountSpec(tree_, shelf, name, days, points));
  }
  ASSIGN_OR_RETURN(const AllApprovalTimes all, ReadApprovalTimes(tree_));
  for (const ApprovalTimes& approval : all.approvals) {
    const auto created = days.IndexOf(approval.created.value_or(absl::InfinitePast()));
    const auto decided = days.IndexOf(approval.decided.value_or(absl::InfinitePast()));
    if (created) points[*created].set_approvals_created(points[*created].approvals_created() + 1);
    if (decided) points[*decided].set_approvals_resolved(points[*decided].approvals_resolved() + 1);
  }

  v1::AnalyticsHistoryResponse response;
  *response.mutable_window() = days.ToProto();
  AddDamagedApprovals(all.damaged_files, *response.mutable_window());
  v1::HistoryCounts& totals = *response.mutable_totals();
  for (int day = 0; day < days.days(); ++day) {
    v1::HistoryCounts& point = points[day];
    point.set_date(days.Date(day));
    totals.set_specs_created(totals.specs_created() + point.specs_created());
    totals.set_specs_modified(totals.specs_modified() + point.specs_modified());
    totals.set_approvals_created(totals.approvals_created() + point.approvals_created());
    totals.set_approvals_resolved(totals.approvals_resolved() + point.approvals_resolved());
    *response.add_points() = std::move(point);
  }
  return response;
}

absl::StatusOr<v1::AnalyticsApprovalMetricsResponse> AnalyticsStore::ApprovalMetrics(
    const v1::AnalyticsApprovalMetricsRequest& request) const {
  ASSIGN_OR_RETURN(const DayWindow days, DayWindow::Ending(clock_.Now(), zone_, request.days()));
  ASSIGN_OR_RETURN(const AllApprovalTimes all, ReadApprovalTimes(tree_));
  int counts[4] = {};
  int without_times = 0;
  std::vector<std::vector<double>> daily(days.days());
  std::vector<double> durations;
  for (const ApprovalTimes& approval : all.approvals) {
    if (approval.status == Status::kPending) {
      ++counts[static_cast<int>(Status::kPending)];
    } else if (!approval.created.has_value() || !approval.decided.has_value()) {
      ++without_times;
    } else if (const auto day = days.IndexOf(*approval.decided)) {
      ++counts[static_cast<int>(approval.status)];
      daily[*day].push_back(MillisecondsBetween(*approval.created, *approval.decided));
      durations.push_back(daily[*day].back());
    }
  }

  v1::AnalyticsApprovalMetricsResponse response;
  *response.mutable_window() = days.ToProto();
  AddDamagedApprovals(all.damaged_files, *response.mutable_window());
  if (without_times > 0) {
    AddGap(*response.mutable_window(), "Some decided approvals have no valid times and were left out.");
  }
  response.set_pending(counts[static_cast<int>(Status::kPending)]);
  response.set_approved(counts[static_cast<int>(Status::kApproved)]);
  response.set_rejected(counts[static_cast<int>(Status::kRejected)]);
  response.set_needs_revision(counts[static_cast<int>(Status::kNeedsRevision)]);
  response.set_resolved_count(static_cast<int32_t>(durations.size()));
  if (!durations.empty()) {
    response.set_rejection_rate(response.rejected() / static_cast<double>(durations.size()));
    response.set_avg_resolution_ms(Mean(durations));
    response.set_median_resolution_ms(Median(durations));
  }
  for (int day = 0; day < days.days(); ++day) {
    v1::ApprovalLatencyPoint& point = *response.add_daily_latency();
    point.set_date(days.Date(day));
    point.set_count(static_cast<int32_t>(daily[day].size()));
    if (!daily[day].empty()) point.set_avg_resolution_ms(Mean(daily[day]));
  }
  return response;
}

absl::StatusOr<v1::AnalyticsCodeMetricsResponse> AnalyticsStore::CodeMetrics(
    const v1::AnalyticsCodeMetricsRequest& request) const {
  ASSIGN_OR_RETURN(const DayWindow days, DayWindow::Ending(clock_.Now(), zone_, request.days()));
  struct Day {
    int64_t added = 0;
    int64_t deleted = 0;
    absl::flat_hash_set<std::string> files;
  };
  std::vector<Day> counted(days.days());
  const GitHistory::Outcome outcome = git_.ForEachChange(days.start(), [&](const GitFileChange& change) {
    const auto day = days.IndexOf(change.time);
    if (!day.has_value()) return;
    counted[*day].added += change.lines_added;
    counted[*day].deleted += change.lines_deleted;
    counted[*day].files.emplace(change.path);
  });

  v1::AnalyticsCodeMetricsResponse response;
  *response.mutable_window() = days.ToProto();
  const bool available = outcome != GitHistory::Outcome::kUnavailable;
  response.set_source(available ? "git" : "unavailable");
  if (!available) AddGap(*response.mutable_window(), "Git repository data is unavailable for this project path.");
  if (outcome == GitHistory::Outcome::kCutOff) {
    AddGap(*response.mutable_window(), "The git history is too long to be read in time; its older part was left out.");
  }
  int64_t added = 0, deleted = 0, files = 0;
  for (int day = 0; day < days.days(); ++day) {
    const auto files_of_day = static_cast<int64_t>(counted[day].files.size());
    v1::CodeMetricsCounts& point = *response.add_points();
    point.set_date(days.Date(day));
    SetCounts(counted[day].added, counted[day].deleted, files_of_day, point);
    added += counted[day].added;
    deleted += counted[day].deleted;
    files += files_of_day;
  }
  SetCounts(added, deleted, files, *response.mutable_totals());
  return response;
}

}  // namespace specrelay
