// The commands of AnalyticsStore that are made from the history of tasks.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/analytics/analytics_store.h"
#include "mcp_agent/analytics/day_window.h"
#include "mcp_agent/analytics/durations.h"
#include "mcp_agent/analytics/task_events.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

bool Completes(const TaskEvent& event) {
  return event.next == v1::TASK_STATUS_COMPLETED && event.previous != v1::TASK_STATUS_COMPLETED;
}

// Mentions what the history lacks in any case.
void AddHistoryGaps(int64_t bad_lines, bool empty, v1::AnalyticsWindow& window) {
  if (empty) AddGap(window, "No task history has been recorded yet.");
  if (bad_lines > 0) {
    AddGap(window, absl::StrCat("Lines of the task history that could not be read were skipped: ", bad_lines, "."));
  }
}

// When something began first and ended last.
struct Cycle {
  absl::optional<absl::Time> start;
  absl::optional<absl::Time> end;
};

void SetStatistics(const std::vector<double>& durations, bool with_percentile, v1::CycleStatistics& statistics) {
  statistics.set_count(static_cast<int32_t>(durations.size()));
  if (durations.empty()) return;
  statistics.set_avg_ms(Mean(durations));
  statistics.set_median_ms(Median(durations));
  if (with_percentile) statistics.set_p90_ms(Percentile(durations, 0.9));
}

// The durations of what ended in the window; sets `missing_start` when some of it was never seen to start.
template <typename Cycles>
std::vector<double> Durations(const Cycles& cycles, const DayWindow& days, bool* missing_start) {
  std::vector<double> durations;
  for (const auto& [key, cycle] : cycles) {
    if (!cycle.end.has_value() || !days.Contains(*cycle.end)) continue;
    if (cycle.start.has_value()) {
      durations.push_back(MillisecondsBetween(*cycle.start, *cycle.end));
    } else {
      *missing_start = true;
    }
  }
  return durations;
}

}  // namespace

absl::StatusOr<v1::AnalyticsTaskVelocityResponse> AnalyticsStore::TaskVelocity(
    const v1::AnalyticsTaskVelocityRequest& request) const {
  ASSIGN_OR_RETURN(const DayWindow days, DayWindow::Ending(clock_.Now(), zone_, request.days()));
  std::vector<int> completed(days.days());
  absl::Time first = absl::InfiniteFuture();
  ASSIGN_OR_RETURN(const int64_t bad_lines, ForEachTaskEvent(tree_, [&](const TaskEvent& event) {
                     first = std::min(first, event.time);
                     const auto day = days.IndexOf(event.time);
                     if (day.has_value() && Completes(event)) ++completed[*day];
                   }));
  v1::AnalyticsTaskVelocityResponse response;
  *response.mutable_window() = days.ToProto();
  const bool empty = first == absl::InfiniteFuture();
  if (!empty && first >= days.start() && days.IndexOf(first) != 0) {
    AddGap(*response.mutable_window(), "Task history starts after the requested window start date.");
  }
  AddHistoryGaps(bad_lines, empty, *response.mutable_window());
  int sum = 0;
  for (int day = 0; day < days.days(); ++day) {
    v1::TaskVelocityPoint& point = *response.add_points();
    point.set_date(days.Date(day));
    point.set_completed_tasks(completed[day]);
    sum += completed[day];
  }
  response.set_completed_tasks(sum);
  return response;
}

absl::StatusOr<v1::AnalyticsCycleTimeResponse> AnalyticsStore::CycleTime(
    const v1::AnalyticsCycleTimeRequest& request) const {
  ASSIGN_OR_RETURN(const DayWindow days, DayWindow::Ending(clock_.Now(), zone_, request.days()));
  absl::btree_map<std::pair<std::string, std::string>, Cycle> tasks;
  absl::btree_map<std::string, Cycle> specs;
  bool empty = true;
  ASSIGN_OR_RETURN(const int64_t bad_lines, ForEachTaskEvent(tree_, [&](const TaskEvent& event) {
                     empty = false;
                     Cycle& task = tasks[{event.spec_name, event.task_id}];
                     Cycle& spec = specs[event.spec_name];
                     if (event.next == v1::TASK_STATUS_IN_PROGRESS) {
                       if (!task.start.has_value()) task.start = event.time;
                       if (!spec.start.has_value()) spec.start = event.time;
                     }
                     // What was reopened has not ended.
                     if (Completes(event)) task.end = event.time;
                     if (event.next != v1::TASK_STATUS_COMPLETED) task.end.reset();
                     const v1::TaskSummary& after = event.summary_after;
                     if (after.total() == 0 || after.completed() < after.total()) {
                       spec.end.reset();
                     } else if (!spec.end.has_value()) {
                       spec.end = event.time;
                     }
                   }));
  v1::AnalyticsCycleTimeResponse response;
  *response.mutable_window() = days.ToProto();
  bool missing_start = false;
  SetStatistics(Durations(tasks, days, &missing_start), /*with_percentile=*/true, *response.mutable_task_cycle());
  if (missing_start) {
    AddGap(*response.mutable_window(),
           "Some completed tasks had no recorded in-progress transition and were excluded from cycle time.");
  }
  bool spec_without_start = false;  // follows from its tasks, which have been mentioned
  SetStatistics(Durations(specs, days, &spec_without_start), /*with_percentile=*/false, *response.mutable_spec_cycle());
  AddHistoryGaps(bad_lines, empty, *response.mutable_window());
  return response;
}

absl::StatusOr<v1::AnalyticsBurndownResponse> AnalyticsStore::Burndown(
    const v1::AnalyticsBurndownRequest& request) const {
  ASSIGN_OR_RETURN(const DayWindow days, DayWindow::Ending(clock_.Now(), zone_, request.days()));
  struct Counts {
    int64_t total = 0;
    int64_t completed = 0;
  };
  // What was known of each spec at the end of a day; -1 is the time before the window.
  absl::btree_map<std::string, absl::btree_map<int, Counts>> specs;
  bool empty = true;
  ASSIGN_OR_RETURN(const int64_t bad_lines, ForEachTaskEvent(tree_, [&](const TaskEvent& event) {
                     empty = false;
                     absl::optional<int> day = days.IndexOf(event.time);
                     if (!day.has_value() && event.time < days.start()) day = -1;
                     if (!day.has_value()) return;
                     specs[event.spec_name][*day] = {event.summary_after.total(), event.summary_after.completed()};
                   }));
  std::vector<Counts> sums(days.days());
  bool missing_baseline = false;
  for (const auto& [name, observations] : specs) {
    missing_baseline |= !observations.contains(-1);
    for (auto it = observations.begin(); it != observations.end(); ++it) {
      const int next = std::next(it) == observations.end() ? days.days() : std::next(it)->first;
      for (int day = std::max(it->first, 0); day < next; ++day) {
        sums[day].total += it->second.total;
        sums[day].completed += it->second.completed;
      }
    }
  }
  v1::AnalyticsBurndownResponse response;
  *response.mutable_window() = days.ToProto();
  if (missing_baseline) {
    AddGap(*response.mutable_window(),
           "Some specs have no pre-window baseline; burndown uses first in-window observation for those specs.");
  }
  AddHistoryGaps(bad_lines, empty, *response.mutable_window());
  const auto capped = [](int64_t count) {
    return static_cast<int32_t>(std::clamp<int64_t>(count, 0, std::numeric_limits<int32_t>::max()));
  };
  for (int day = 0; day < days.days(); ++day) {
    v1::BurndownPoint& point = *response.add_points();
    point.set_date(days.Date(day));
    point.set_total_tasks(capped(sums[day].total));
    point.set_completed_tasks(capped(sums[day].completed));
    point.set_remaining_tasks(capped(sums[day].total - sums[day].completed));
  }
  return response;
}

}  // namespace specrelay
