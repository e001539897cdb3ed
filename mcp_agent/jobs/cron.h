// Cron schedules: which minutes they name, and what that means where clocks are put forward and back.
#ifndef SPECRELAY_MCP_AGENT_JOBS_CRON_H_
#define SPECRELAY_MCP_AGENT_JOBS_CRON_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"

namespace specrelay {

// A parsed schedule. Pure; const methods are thread-safe.
//
// Five fields between spaces: minute (0-59), hour (0-23), day of month (1-31), month (1-12 or JAN-DEC), day of week
// (0-7 or SUN-SAT; 0 and 7 are Sunday). A field is a list of elements between commas: `*`, a value, a range `a-b`, and
// with a step `*/n` or `a-b/n`. Names are of any case. Or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly
// and @annually.
//
// When both day fields are other than `*`, a day that either of them names is meant, as cron has always had it.
class CronSchedule {
 public:
  // INVALID_ARGUMENT says which field is wrong and what it may be; also for days that no month has, like 30 February.
  static absl::StatusOr<CronSchedule> Parse(absl::string_view expression);

  // The first run after `after`; nothing when there is none in the nine years that hold every day of the calendar.
  //
  // Where clocks are put forward, what falls into the minutes that are left out runs once, at the first minute after
  // them. Where they are put back, what falls into the minutes that come twice runs in the first of the two. A schedule
  // for every hour follows the time that passes instead: nothing is left out or added, so that "every 15 minutes" is.
  absl::optional<absl::Time> NextRun(absl::Time after, const absl::TimeZone& zone) const;

 private:
  CronSchedule() = default;

  bool MatchesDay(absl::CivilDay day) const;
  absl::optional<absl::Time> NextByClock(absl::Time after, const absl::TimeZone& zone) const;
  absl::optional<absl::Time> NextByElapsedTime(absl::Time after, const absl::TimeZone& zone) const;

  // Bit n stands for value n.
  uint64_t minutes_ = 0;
  uint64_t hours_ = 0;
  uint64_t days_ = 0;
  uint64_t months_ = 0;
  uint64_t weekdays_ = 0;  // 0 is Sunday; 7 is not used
  bool any_day_ = false;
  bool any_weekday_ = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_CRON_H_
