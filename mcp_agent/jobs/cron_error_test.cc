// What is no schedule, and what is said of it.
#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/jobs/cron.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string ErrorOf(absl::string_view expression) {
  const absl::StatusOr<CronSchedule> schedule = CronSchedule::Parse(expression);
  EXPECT_THAT(schedule, HasCode(absl::StatusCode::kInvalidArgument)) << expression;
  return std::string(schedule.status().message());
}

TEST(CronErrorTest, SaysHowManyFieldsThereAre) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("has 0 fields; it needs five"));
  EXPECT_THAT(ErrorOf("* * * *"), HasSubstr("has 4 fields"));
  EXPECT_THAT(ErrorOf("* * * * * *"), HasSubstr("has 6 fields"));
  EXPECT_THAT(ErrorOf("@reboot"), HasSubstr("has 1 field;"));
  EXPECT_THAT(ErrorOf(std::string(300, '*')), HasSubstr("300 bytes; the limit is 256"));
}

TEST(CronErrorTest, SaysWhichFieldIsOutOfRangeAndWhatIsAllowed) {
  EXPECT_THAT(ErrorOf("60 * * * *"), AllOf(HasSubstr("minute field '60'"), HasSubstr("0 to 59")));
  EXPECT_THAT(ErrorOf("* 24 * * *"), AllOf(HasSubstr("hour field '24'"), HasSubstr("0 to 23")));
  EXPECT_THAT(ErrorOf("* * 0 * *"), AllOf(HasSubstr("day of month field '0'"), HasSubstr("1 to 31")));
  EXPECT_THAT(ErrorOf("* * 32 * *"), HasSubstr("day of month"));
  EXPECT_THAT(ErrorOf("* * * 13 *"), AllOf(HasSubstr("month field '13'"), HasSubstr("JAN to DEC")));
  EXPECT_THAT(ErrorOf("* * * 0 *"), HasSubstr("month field"));
  EXPECT_THAT(ErrorOf("* * * * 8"), AllOf(HasSubstr("day of week field '8'"), HasSubstr("SUN to SAT")));
  EXPECT_THAT(ErrorOf("* * * * 99999999999999999999"), HasSubstr("out of range"));
}

TEST(CronErrorTest, RefusesWhatIsNoElement) {
  for (const char* minute :
       {"a",  "-1", "1-", "-",   ",",    "1,", ",1",  "1--2", "1-2-3", "*-5", "1 5/*", "**",      "0x5", "1.5",
        "+1", "?",  "L",  "JAN", "5/15", "*/", "*/0", "*/60", "*/-1",  "*/x", "/5",    "1-5/2/3", "\xff"}) {
    ErrorOf(absl::StrCat(minute, " * * * *"));
  }
  for (const char* weekday : {"MONDAY", "JAN", "MON-", "1#2", "5L", "M"}) ErrorOf(absl::StrCat("* * * * ", weekday));
  ErrorOf("* * * MON *");
}

TEST(CronErrorTest, SaysWhatToWriteInsteadOfAStepFromAValue) {
  EXPECT_THAT(ErrorOf("5/15 * * * *"), HasSubstr("write the range, such as 5-59/15"));
}

TEST(CronErrorTest, RefusesARangeThatIsBackwards) {
  EXPECT_THAT(ErrorOf("* 22-2 * * *"), HasSubstr("'22-2' backwards"));
  EXPECT_THAT(ErrorOf("* * * * SAT-MON"), HasSubstr("backwards"));
}

TEST(CronErrorTest, RefusesDaysThatNoMonthHas) {
  EXPECT_THAT(ErrorOf("0 0 30 2 *"), HasSubstr("never comes"));
  EXPECT_THAT(ErrorOf("0 0 31 4,6,9,11 *"), HasSubstr("never comes"));
  // The day of the week comes all the same.
  EXPECT_THAT(CronSchedule::Parse("0 0 30 2 MON"), IsOk());
}

}  // namespace
}  // namespace specrelay
