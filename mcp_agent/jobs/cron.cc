#include "mcp_agent/jobs/cron.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "mcp_agent/jobs/cron_field.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kMaxExpressionBytes = 256;
// 29 February may be eight years away, around a year like 2100.
constexpr int kYearsAhead = 9;

constexpr absl::string_view kMonths[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                         "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr absl::string_view kWeekdays[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};
constexpr int kLongestMonth[] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

constexpr CronField kMinute = {"minute", 0, 59, {}, 0, "0 to 59"};
constexpr CronField kHour = {"hour", 0, 23, {}, 0, "0 to 23"};
constexpr CronField kDay = {"day of month", 1, 31, {}, 0, "1 to 31"};
constexpr CronField kMonth = {"month", 1, 12, kMonths, 1, "1 to 12 or JAN to DEC"};
constexpr CronField kWeekday = {"day of week", 0, 7, kWeekdays, 0, "0 to 7 (0 and 7 are Sunday) or SUN to SAT"};

constexpr uint64_t kEveryHour = (uint64_t{1} << 24) - 1;

bool Has(uint64_t values, int value) { return ((values >> value) & 1) != 0; }

absl::string_view WithoutAlias(absl::string_view expression) {
  static constexpr std::pair<absl::string_view, absl::string_view> kAliases[] = {
      {"@hourly", "0 * * * *"},  {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"}, {"@weekly", "0 0 * * 0"},
      {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}};
  for (const auto& [alias, meaning] : kAliases) {
    if (absl::EqualsIgnoreCase(expression, alias)) return meaning;
  }
  return expression;
}

// The time at which what is due at `minute` runs.
absl::Time RunTime(absl::CivilMinute minute, const absl::TimeZone& zone) {
  const absl::TimeZone::TimeInfo info = zone.At(absl::CivilSecond(minute));
  return info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre;
}

int Sunday0(absl::CivilDay day) { return (static_cast<int>(absl::GetWeekday(day)) + 1) % 7; }

}  // namespace

absl::StatusOr<CronSchedule> CronSchedule::Parse(absl::string_view expression) {
  if (expression.size() > kMaxExpressionBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the schedule has ", expression.size(), " bytes; the limit is ", kMaxExpressionBytes));
  }
  const std::vector<absl::string_view> fields =
      absl::StrSplit(WithoutAlias(absl::StripAsciiWhitespace(expression)), absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (fields.size() != 5) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the schedule ", Quoted(expression), " has ", fields.size(), fields.size() == 1 ? " field" : " fields",
        "; it needs five, such as '0 2 * * *': minute, hour, day of month, month, day of week"));
  }
  CronSchedule schedule;
  ASSIGN_OR_RETURN(schedule.minutes_, ParseCronField(kMinute, fields[0]));
  ASSIGN_OR_RETURN(schedule.hours_, ParseCronField(kHour, fields[1]));
  ASSIGN_OR_RETURN(schedule.days_, ParseCronField(kDay, fields[2]));
  ASSIGN_OR_RETURN(schedule.months_, ParseCronField(kMonth, fields[3]));
  ASSIGN_OR_RETURN(schedule.weekdays_, ParseCronField(kWeekday, fields[4]));
  if (Has(schedule.weekdays_, 7)) schedule.weekdays_ = (schedule.weekdays_ | 1) & 0x7f;
  schedule.any_day_ = fields[2] == "*";
  schedule.any_weekday_ = fields[4] == "*";

  bool possible = !schedule.any_weekday_;
  for (int month = 1; month <= 12; ++month) {
    const uint64_t days_it_has = (uint64_t{1} << (kLongestMonth[month] + 1)) - 1;
    if (Has(schedule.months_, month) && (schedule.days_ & days_it_has) != 0) possible = true;
  }
  if (!possible) {
    return absl::InvalidArgumentError(absl::StrCat("the schedule ", Quoted(expression),
                                                   " never comes: no month of its month field has a day of its day of "
                                                   "month field"));
  }
  return schedule;
}

bool CronSchedule::MatchesDay(absl::CivilDay day) const {
  if (!Has(months_, day.month())) return false;
  const bool by_day = Has(days_, day.day());
  const bool by_weekday = Has(weekdays_, Sunday0(day));
  if (any_day_ || any_weekday_) return by_day && by_weekday;
  return by_day || by_weekday;
}

absl::optional<absl::Time> CronSchedule::NextRun(absl::Time after, const absl::TimeZone& zone) const {
  // The calendar ends somewhere as well; nobody waits until then.
  if (after > absl::FromUnixSeconds(int64_t{1} << 40) || after < absl::FromUnixSeconds(-(int64_t{1} << 40))) {
    return absl::nullopt;
  }
  return hours_ == kEveryHour ? NextByElapsedTime(after, zone) : NextByClock(after, zone);
}

absl::optional<absl::Time> CronSchedule::NextByClock(absl::Time after, const absl::TimeZone& zone) const {
  const absl::CivilMinute from(zone.At(after).cs);
  const absl::CivilDay today(from);
  // RunTime() never falls as minutes rise, so the first that lies behind `after` is the next.
  for (absl::CivilDay day = today; day.year() <= today.year() + kYearsAhead; ++day) {
    if (!MatchesDay(day)) continue;
    for (int hour = 0; hour < 24; ++hour) {
      const absl::CivilHour this_hour(day.year(), day.month(), day.day(), hour);
      if (!Has(hours_, hour) || this_hour < absl::CivilHour(from)) continue;
      for (int minute = 0; minute < 60; ++minute) {
        if (!Has(minutes_, minute)) continue;
        const absl::Time time = RunTime(absl::CivilMinute(this_hour) + minute, zone);
        if (time > after) return time;
      }
    }
  }
  return absl::nullopt;
}

absl::optional<absl::Time> CronSchedule::NextByElapsedTime(absl::Time after, const absl::TimeZone& zone) const {
  const auto last_year = absl::CivilYear(zone.At(after).cs) + kYearsAhead;
  const absl::Duration into_minute = absl::Seconds(zone.At(after).cs.second()) + zone.At(after).subsecond;
  absl::Time time = after - into_minute + absl::Minutes(1);
  while (true) {
    const absl::CivilMinute minute(zone.At(time).cs);
    if (absl::CivilYear(minute) > last_year) return absl::nullopt;
    const absl::CivilDay day(minute);
    if (!MatchesDay(day)) {
      time = RunTime(absl::CivilMinute(day + 1), zone);
    } else if (!Has(minutes_, minute.minute())) {
      time += absl::Minutes(1);
    } else {
      return time;
    }
  }
}

}  // namespace specrelay
