#include "mcp_agent/jobs/due_slot.h"

#include <string>

#include "absl/time/time.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

absl::Time At(absl::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%S", text, absl::UTCTimeZone(), &time, &error)) << error;
  return time;
}

// The due slot as text, "none" when there is none.
std::string Due(absl::string_view schedule, absl::string_view handled_until, absl::string_view now) {
  const absl::optional<absl::Time> slot =
      DueSlot(CronSchedule::Parse(schedule).value(), At(handled_until), At(now), absl::UTCTimeZone());
  return slot.has_value() ? absl::FormatTime("%Y-%m-%d %H:%M", *slot, absl::UTCTimeZone()) : "none";
}

TEST(DueSlotTest, IsNoneBeforeItsTime) {
  EXPECT_EQ(Due("0 2 * * *", "2026-11-20 02:00:00", "2026-11-21 01:59:59"), "none");
}

TEST(DueSlotTest, IsDueFromItsMinuteOn) {
  EXPECT_EQ(Due("0 2 * * *", "2026-11-20 02:00:00", "2026-11-21 02:00:00"), "2026-11-21 02:00");
  EXPECT_EQ(Due("0 2 * * *", "2026-11-20 02:00:00", "2026-11-21 13:00:00"), "2026-11-21 02:00");
}

TEST(DueSlotTest, IsNotDueTwice) { EXPECT_EQ(Due("0 2 * * *", "2026-11-21 02:00:00", "2026-11-21 02:00:30"), "none"); }

TEST(DueSlotTest, IsTheLatestOfThoseThatWereSleptThrough) {
  EXPECT_EQ(Due("0 2 * * *", "2026-11-01 02:00:00", "2026-11-21 13:00:00"), "2026-11-21 02:00");
  EXPECT_EQ(Due("* * * * *", "2020-01-01 00:00:00", "2026-11-21 13:00:30"), "2026-11-21 13:00");
  EXPECT_EQ(Due("0 0 1 1 *", "1990-01-01 00:00:00", "2026-11-21 13:00:00"), "2026-01-01 00:00");
  EXPECT_EQ(Due("0 0 29 2 *", "2023-01-01 00:00:00", "2026-11-21 13:00:00"), "2024-02-29 00:00");
  EXPECT_EQ(Due("* * 1 * *", "2026-01-01 00:00:00", "2026-11-21 13:00:00"), "2026-11-01 23:59");
}

TEST(DueSlotTest, IsNoneWhenTheClockWasPutBack) {
  EXPECT_EQ(Due("* * * * *", "2026-11-21 13:00:00", "2026-11-21 12:00:00"), "none");
}

TEST(DueSlotTest, CountsFromTheLastScheduledRun) {
  StoredJob stored;
  stored.last_scheduled_for = At("2026-11-20 02:00:00");
  *stored.job.mutable_last_run() = ToProto(At("2026-11-21 09:00:00"));
  EXPECT_EQ(HandledUntil(stored, At("2026-11-21 10:00:00")), At("2026-11-20 02:00:00"));
}

TEST(DueSlotTest, CountsFromTheLastRunOrTheCreationOfAJobThatWasNeverScheduled) {
  StoredJob stored;
  *stored.job.mutable_created_at() = ToProto(At("2026-11-19 09:00:00"));
  EXPECT_EQ(HandledUntil(stored, At("2026-11-21 10:00:00")), At("2026-11-19 09:00:00"));
  *stored.job.mutable_last_run() = ToProto(At("2026-11-20 09:00:00"));
  EXPECT_EQ(HandledUntil(stored, At("2026-11-21 10:00:00")), At("2026-11-20 09:00:00"));
}

TEST(DueSlotTest, CountsFromNowForAJobThatTellsNothing) {
  EXPECT_EQ(HandledUntil(StoredJob(), At("2026-11-21 10:00:00")), At("2026-11-21 10:00:00"));
}

}  // namespace
}  // namespace specrelay
