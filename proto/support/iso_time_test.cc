#include "proto/support/iso_time.h"

#include "gtest/gtest.h"

namespace specrelay {
namespace {

TEST(IsoTimeTest, ATimeIsWrittenInUtcWithMilliseconds) {
  EXPECT_EQ(ToIsoTime(absl::FromUnixMillis(1'795'227'694'305)), "2026-11-21T02:21:34.305Z");
  EXPECT_EQ(ToIsoTime(absl::FromUnixSeconds(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(ToIsoTime(absl::FromUnixMicros(999)), "1970-01-01T00:00:00.000Z");
}

TEST(IsoTimeTest, WhatIsWrittenIsReadBack) {
  const absl::Time time = absl::FromUnixMillis(1'795'227'694'305);
  EXPECT_EQ(ParseIsoTime(ToIsoTime(time)), time);
}

TEST(IsoTimeTest, OtherZonesAndFractionsAreRead) {
  EXPECT_EQ(ParseIsoTime("2026-11-21T03:21:34+01:00"), absl::FromUnixSeconds(1'795'227'694));
  EXPECT_EQ(ParseIsoTime("2026-11-21T02:21:34.123456Z"), absl::FromUnixMicros(1'795'227'694'123'456));
}

TEST(IsoTimeTest, AnythingElseIsNoTime) {
  for (const char* text : {"", "now", "2026-11-21", "2026-13-01T00:00:00Z", "2026-11-21T02:21:34", "infinite-future",
                           "12026-11-21T02:21:34Z", "-2026-11-21T02:21:34Z"}) {
    EXPECT_EQ(ParseIsoTime(text), absl::nullopt) << text;
  }
}

}  // namespace
}  // namespace specrelay
