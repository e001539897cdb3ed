// The days that an analysis covers.
#ifndef SPECRELAY_MCP_AGENT_ANALYTICS_DAY_WINDOW_H_
#define SPECRELAY_MCP_AGENT_ANALYTICS_DAY_WINDOW_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "specrelay/v1/analytics.pb.h"

namespace specrelay {

// Consecutive days of a time zone, the last of which is today. Immutable, hence thread-safe.
class DayWindow {
 public:
  // `days` as a request has it: 1 to 365, and 0 means 30; INVALID_ARGUMENT for anything else.
  static absl::StatusOr<DayWindow> Ending(absl::Time now, absl::TimeZone zone, int days);

  int days() const { return days_; }
  absl::Time start() const { return absl::FromCivil(first_, zone_); }

  // Position of the day of `time`; nothing outside of the window.
  absl::optional<int> IndexOf(absl::Time time) const;
  bool Contains(absl::Time time) const { return IndexOf(time).has_value(); }

  // The day at `index` as YYYY-MM-DD.
  std::string Date(int index) const;

  // Complete data.
  v1::AnalyticsWindow ToProto() const;

 private:
  DayWindow(absl::TimeZone zone, absl::CivilDay first, int days) : zone_(zone), first_(first), days_(days) {}

  absl::TimeZone zone_;
  absl::CivilDay first_;
  int days_;
};

// Says in `window` that something is missing.
void AddGap(v1::AnalyticsWindow& window, absl::string_view sentence);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_ANALYTICS_DAY_WINDOW_H_
