#include "mcp_agent/analytics/day_window.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

constexpr int kDefaultDays = 30;
constexpr int kMaxDays = 365;

}  // namespace

absl::StatusOr<DayWindow> DayWindow::Ending(absl::Time now, absl::TimeZone zone, int days) {
  if (days == 0) days = kDefaultDays;
  if (days < 1 || days > kMaxDays) {
    return absl::InvalidArgumentError(absl::StrCat("days is ", days, "; it must be 1 to ", kMaxDays));
  }
  return DayWindow(zone, absl::ToCivilDay(now, zone) - (days - 1), days);
}

absl::optional<int> DayWindow::IndexOf(absl::Time time) const {
  const absl::CivilDay day = absl::ToCivilDay(time, zone_);
  // Compared first: the distance to the day of InfinitePast() would overflow.
  if (day < first_ || day >= first_ + days_) return absl::nullopt;
  return static_cast<int>(day - first_);
}

std::string DayWindow::Date(int index) const { return absl::FormatCivilTime(first_ + index); }

v1::AnalyticsWindow DayWindow::ToProto() const {
  v1::AnalyticsWindow window;
  window.set_window_days(days_);
  window.set_start_date(Date(0));
  window.set_end_date(Date(days_ - 1));
  return window;
}

void AddGap(v1::AnalyticsWindow& window, absl::string_view sentence) {
  window.set_partial_data(true);
  window.add_data_coverage(std::string(sentence));
}

}  // namespace specrelay
