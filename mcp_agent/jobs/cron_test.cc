#include "mcp_agent/jobs/cron.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::ElementsAre;

absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name << " is not in the machine's time zone database";
  return zone;
}

absl::Time At(absl::string_view text, absl::TimeZone zone = absl::UTCTimeZone()) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%E*S", text, zone, &time, &error)) << error;
  return time;
}

// The next `count` runs after `after`, as "2026-01-31 02:30 -0500" in `zone`.
std::vector<std::string> Runs(absl::string_view expression, absl::Time after, int count,
                              absl::TimeZone zone = absl::UTCTimeZone()) {
  const absl::StatusOr<CronSchedule> schedule = CronSchedule::Parse(expression);
  EXPECT_THAT(schedule, IsOk());
  std::vector<std::string> runs;
  for (int i = 0; i < count && schedule.ok(); ++i) {
    const absl::optional<absl::Time> next = schedule->NextRun(after, zone);
    if (!next.has_value()) {
      runs.push_back("never");
      break;
    }
    EXPECT_GT(*next, after);
    runs.push_back(absl::FormatTime(zone == absl::UTCTimeZone() ? "%Y-%m-%d %H:%M" : "%Y-%m-%d %H:%M %z", *next, zone));
    after = *next;
  }
  return runs;
}

TEST(CronTest, RunsDailyAtItsMinute) {
  EXPECT_THAT(Runs("0 2 * * *", At("2026-11-21 02:21:34"), 3),
              ElementsAre("2026-11-22 02:00", "2026-11-23 02:00", "2026-11-24 02:00"));
}

TEST(CronTest, IsStrictlyAfterTheTimeItIsAskedFor) {
  EXPECT_THAT(Runs("0 2 * * *", At("2026-11-21 02:00:00"), 1), ElementsAre("2026-11-22 02:00"));
  EXPECT_THAT(Runs("0 2 * * *", At("2026-11-21 01:59:59.999"), 1), ElementsAre("2026-11-21 02:00"));
  EXPECT_THAT(Runs("0 2 * * *", At("2026-11-21 02:00:00.001"), 1), ElementsAre("2026-11-22 02:00"));
  EXPECT_THAT(Runs("* * * * *", At("2026-11-21 02:00:00"), 1), ElementsAre("2026-11-21 02:01"));
  EXPECT_THAT(Runs("* * * * *", At("2026-11-21 02:00:59.5"), 1), ElementsAre("2026-11-21 02:01"));
}

TEST(CronTest, TakesStepsListsAndRanges) {
  EXPECT_THAT(Runs("*/20 * * * *", At("2026-01-01 00:00:00"), 4),
              ElementsAre("2026-01-01 00:20", "2026-01-01 00:40", "2026-01-01 01:00", "2026-01-01 01:20"));
  EXPECT_THAT(
      Runs("5,50 9-10 * * *", At("2026-01-01 00:00:00"), 5),
      ElementsAre("2026-01-01 09:05", "2026-01-01 09:50", "2026-01-01 10:05", "2026-01-01 10:50", "2026-01-02 09:05"));
  EXPECT_THAT(
      Runs("10-30/10,45 0 * * *", At("2026-01-01 00:00:00"), 5),
      ElementsAre("2026-01-01 00:10", "2026-01-01 00:20", "2026-01-01 00:30", "2026-01-01 00:45", "2026-01-02 00:10"));
}

TEST(CronTest, TakesNamesInAnyCase) {
  EXPECT_THAT(Runs("0 0 1 jan,Jul *", At("2026-01-01 00:00:00"), 2),
              ElementsAre("2026-07-01 00:00", "2027-01-01 00:00"));
  EXPECT_THAT(Runs("0 0 * FEB-mar mon", At("2026-02-20 00:00:00"), 2),
              ElementsAre("2026-02-23 00:00", "2026-03-02 00:00"));
}

TEST(CronTest, TakesSundayAtBothEndsOfTheWeek) {
  // 2026-11-22 is a Sunday.
  for (const char* sunday : {"0", "7", "SUN", "sun", "0,7", "7-7"}) {
    EXPECT_THAT(Runs(absl::StrCat("0 0 * * ", sunday), At("2026-11-21 00:00:00"), 2),
                ElementsAre("2026-11-22 00:00", "2026-11-29 00:00"))
        << sunday;
  }
  for (const char* weekend : {"6-7", "SAT-SUN", "6,0", "SAT,SUN"}) {
    EXPECT_THAT(Runs(absl::StrCat("0 0 * * ", weekend), At("2026-11-20 00:00:00"), 3),
                ElementsAre("2026-11-21 00:00", "2026-11-22 00:00", "2026-11-28 00:00"))
        << weekend;
  }
  EXPECT_THAT(Runs("0 0 * * SUN-MON", At("2026-11-20 00:00:00"), 3),
              ElementsAre("2026-11-22 00:00", "2026-11-23 00:00", "2026-11-29 00:00"));
}

TEST(CronTest, MeansEitherDayWhenBothDayFieldsAreGiven) {
  // 2026-11-27 is a Friday.
  EXPECT_THAT(Runs("0 0 13,30 * FRI", At("2026-11-21 00:00:00"), 3),
              ElementsAre("2026-11-27 00:00", "2026-11-30 00:00", "2026-12-04 00:00"));
}

TEST(CronTest, NeedsBothFieldsToMatchWhenOneOfThemIsAStar) {
  EXPECT_THAT(Runs("0 0 13 * *", At("2026-11-21 00:00:00"), 2), ElementsAre("2026-12-13 00:00", "2027-01-13 00:00"));
  EXPECT_THAT(Runs("0 0 * * FRI", At("2026-11-21 00:00:00"), 2), ElementsAre("2026-11-27 00:00", "2026-12-04 00:00"));
}

TEST(CronTest, SkipsMonthsThatLackTheDay) {
  EXPECT_THAT(Runs("0 0 31 * *", At("2026-01-31 00:00:00"), 3),
              ElementsAre("2026-03-31 00:00", "2026-05-31 00:00", "2026-07-31 00:00"));
}

TEST(CronTest, FindsTheLeapDayEvenEightYearsAway) {
  EXPECT_THAT(Runs("0 0 29 2 *", At("2096-03-01 00:00:00"), 1), ElementsAre("2104-02-29 00:00"));
  EXPECT_THAT(Runs("0 * 29 2 *", At("2096-02-29 23:00:00"), 1), ElementsAre("2104-02-29 00:00"));
}

TEST(CronTest, EndsTheYearWell) {
  EXPECT_THAT(Runs("59 23 31 12 *", At("2026-12-31 23:59:00"), 1), ElementsAre("2027-12-31 23:59"));
  EXPECT_THAT(Runs("* * * * *", At("2026-12-31 23:59:30"), 1), ElementsAre("2027-01-01 00:00"));
}

TEST(CronTest, KnowsTheUsualAliases) {
  const absl::Time after = At("2026-11-21 02:21:34");
  EXPECT_THAT(Runs("@hourly", after, 1), ElementsAre("2026-11-21 03:00"));
  EXPECT_THAT(Runs("@daily", after, 1), ElementsAre("2026-11-22 00:00"));
  EXPECT_THAT(Runs("@Midnight", after, 1), ElementsAre("2026-11-22 00:00"));
  EXPECT_THAT(Runs("@weekly", after, 2), ElementsAre("2026-11-22 00:00", "2026-11-29 00:00"));
  EXPECT_THAT(Runs("@monthly", after, 1), ElementsAre("2026-12-01 00:00"));
  EXPECT_THAT(Runs("@yearly", after, 1), ElementsAre("2027-01-01 00:00"));
  EXPECT_THAT(Runs("@annually", after, 1), ElementsAre("2027-01-01 00:00"));
}

TEST(CronTest, TakesAnyAmountOfSpace) {
  EXPECT_THAT(Runs("  0\t2  * * *  ", At("2026-11-21 00:00:00"), 1), ElementsAre("2026-11-21 02:00"));
}

// In 2026 New York's clocks are put forward on 8 March (02:00 is 03:00) and back on 1 November (02:00 is 01:00).

TEST(CronTest, RunsAtTheFirstMinuteAfterAGapWhatFallsIntoIt) {
  const absl::TimeZone zone = Zone("America/New_York");
  EXPECT_THAT(Runs("30 2 * * *", At("2026-03-07 12:00:00", zone), 2, zone),
              ElementsAre("2026-03-08 03:00 -0400", "2026-03-09 02:30 -0400"));
}

TEST(CronTest, RunsOnceForAllThatFallsIntoAGap) {
  const absl::TimeZone zone = Zone("America/New_York");
  EXPECT_THAT(Runs("*/15 2-3 8 3 *", At("2026-03-08 00:00:00", zone), 5, zone),
              ElementsAre("2026-03-08 03:00 -0400", "2026-03-08 03:15 -0400", "2026-03-08 03:30 -0400",
                          "2026-03-08 03:45 -0400", "2027-03-08 02:00 -0500"));
}

TEST(CronTest, RunsInTheFirstOfTwoEqualMinutes) {
  const absl::TimeZone zone = Zone("America/New_York");
  EXPECT_THAT(Runs("30 1 * * *", At("2026-10-31 12:00:00", zone), 2, zone),
              ElementsAre("2026-11-01 01:30 -0400", "2026-11-02 01:30 -0500"));
}

TEST(CronTest, DoesNotRunAgainWhenAskedWithinTheRepeatedHour) {
  const absl::TimeZone zone = Zone("America/New_York");
  const absl::Time second_0110 = At("2026-11-01 06:10:00");
  EXPECT_THAT(Runs("30 1 * * *", second_0110, 1, zone), ElementsAre("2026-11-02 01:30 -0500"));
}

TEST(CronTest, FollowsThePassingTimeWhenItIsForEveryHour) {
  const absl::TimeZone zone = Zone("America/New_York");
  EXPECT_THAT(Runs("30 * * * *", At("2026-11-01 04:45:00"), 4, zone),
              ElementsAre("2026-11-01 01:30 -0400", "2026-11-01 01:30 -0500", "2026-11-01 02:30 -0500",
                          "2026-11-01 03:30 -0500"));
  EXPECT_THAT(Runs("30 * * * *", At("2026-03-08 06:00:00"), 3, zone),
              ElementsAre("2026-03-08 01:30 -0500", "2026-03-08 03:30 -0400", "2026-03-08 04:30 -0400"));
}

TEST(CronTest, CopesWithAMidnightThatIsLeftOut) {
  const absl::TimeZone zone = Zone("America/Sao_Paulo");  // 2018-11-04 began at 01:00
  EXPECT_THAT(Runs("0 0 * * *", At("2018-11-03 12:00:00", zone), 2, zone),
              ElementsAre("2018-11-04 01:00 -0200", "2018-11-05 00:00 -0200"));
  EXPECT_THAT(Runs("10 * 4 11 *", At("2018-11-03 12:00:00", zone), 1, zone), ElementsAre("2018-11-04 01:10 -0200"));
}

TEST(CronTest, CopesWithADayThatIsLeftOut) {
  const absl::TimeZone zone = Zone("Pacific/Apia");  // had no 2011-12-30
  EXPECT_THAT(Runs("0 12 * * *", At("2011-12-29 12:00:00", zone), 2, zone),
              ElementsAre("2011-12-31 00:00 +1400", "2011-12-31 12:00 +1400"));
}

TEST(CronTest, CopesWithShiftsOfHalfAnHour) {
  const absl::TimeZone zone = Zone("Australia/Lord_Howe");  // 2026-10-04 02:00 is 02:30
  EXPECT_THAT(Runs("15 2 * * *", At("2026-10-03 12:00:00", zone), 2, zone),
              ElementsAre("2026-10-04 02:30 +1100", "2026-10-05 02:15 +1100"));
}

TEST(CronTest, NeverRunsTwiceForOneMinuteOfTheClockOrBackwards) {
  const absl::TimeZone zone = Zone("Europe/Berlin");
  ASSERT_OK_AND_ASSIGN(const CronSchedule schedule, CronSchedule::Parse("*/10 1-4 * * *"));
  absl::Time time = At("2026-01-01 00:00:00", zone);
  std::string last;
  for (int i = 0; i < 366 * 24; ++i) {
    const absl::optional<absl::Time> next = schedule.NextRun(time, zone);
    ASSERT_TRUE(next.has_value());
    ASSERT_GT(*next, time);
    const std::string clock = absl::FormatTime("%Y-%m-%d %H:%M", *next, zone);
    ASSERT_GT(clock, last);
    last = clock;
    time = *next;
  }
}

TEST(CronTest, HasNoRunAtTheEndOfTime) {
  EXPECT_THAT(Runs("* * * * *", absl::InfiniteFuture(), 1), ElementsAre("never"));
  EXPECT_THAT(Runs("0 0 * * *", absl::InfinitePast(), 1), ElementsAre("never"));
}

// A second, slower reading of the rules: all values of a field, tried minute by minute.
bool NaiveMatch(const std::vector<std::vector<int>>& fields, bool day_star, bool weekday_star,
                absl::CivilMinute minute) {
  const auto has = [](const std::vector<int>& values, int value) {
    return std::find(values.begin(), values.end(), value) != values.end();
  };
  const int weekday = (static_cast<int>(absl::GetWeekday(absl::CivilDay(minute))) + 1) % 7;
  const bool day = has(fields[2], minute.day());
  const bool of_week = has(fields[4], weekday);
  const bool both_given = !day_star && !weekday_star;
  return has(fields[0], minute.minute()) && has(fields[1], minute.hour()) && has(fields[3], minute.month()) &&
         (both_given ? day || of_week : day && of_week);
}

TEST(CronTest, AgreesWithTryingEveryMinute) {
  std::mt19937 random(20261121);
  const int lowest[] = {0, 0, 1, 1, 0};
  const int highest[] = {59, 23, 31, 12, 6};
  for (int round = 0; round < 150; ++round) {
    std::vector<std::vector<int>> fields(5);
    std::string expression;
    bool star[5];
    for (int f = 0; f < 5; ++f) {
      star[f] = random() % 3 == 0 || (f == 3 && random() % 2 == 0);
      std::vector<std::string> texts;
      for (int value = lowest[f]; value <= highest[f]; ++value) {
        if (star[f] || random() % 4 == 0) {
          fields[f].push_back(value);
          absl::StrAppend(&texts.emplace_back(), value);
        }
      }
      if (fields[f].empty()) {
        fields[f].push_back(lowest[f]);
        texts.push_back(absl::StrCat(lowest[f]));
      }
      std::string list;
      for (const std::string& text : texts) absl::StrAppend(&list, list.empty() ? "" : ",", text);
      absl::StrAppend(&expression, f == 0 ? "" : " ", star[f] ? "*" : list);
    }
    const absl::StatusOr<CronSchedule> schedule = CronSchedule::Parse(expression);
    if (!schedule.ok()) continue;  // the list is over the limit, or the day impossible
    absl::CivilMinute minute(2026, 1 + static_cast<int>(random() % 12), 1, 0, static_cast<int>(random() % 60));
    const absl::Time after = absl::FromCivil(minute, absl::UTCTimeZone());
    int steps = 0;
    do {
      ++minute;
    } while (!NaiveMatch(fields, star[2], star[4], minute) && ++steps < 3 * 366 * 24 * 60);
    ASSERT_LT(steps, 3 * 366 * 24 * 60) << expression;
    EXPECT_EQ(schedule->NextRun(after, absl::UTCTimeZone()), absl::FromCivil(minute, absl::UTCTimeZone()))
        << expression;
  }
}

}  // namespace
}  // namespace specrelay
