#include "mcp_agent/audit/missing_entries.h"

#include "gtest/gtest.h"

namespace specrelay {
namespace {

TEST(MissingEntriesTest, WhatTurnsUpIsNoLongerMissing) {
  MissingEntries missing;
  ASSERT_TRUE(missing.Add({3, 7, 3, 0, false}));
  EXPECT_FALSE(missing.Find(2).has_value());
  EXPECT_FALSE(missing.Find(8).has_value());
  EXPECT_FALSE(missing.Find(5)->partly_found);
  EXPECT_FALSE(missing.Find(5).has_value());
  EXPECT_TRUE(missing.Find(3)->partly_found);
  EXPECT_TRUE(missing.Find(7)->partly_found);
  ASSERT_EQ(missing.ranges().size(), 2u);
  EXPECT_EQ(missing.ranges()[0].first, 4);
  EXPECT_EQ(missing.ranges()[0].last, 4);
  EXPECT_EQ(missing.ranges()[1].first, 6);
  EXPECT_EQ(missing.ranges()[1].last, 6);
}

TEST(MissingEntriesTest, DamagedLinesAreCountedOnceWhenARangeIsSplit) {
  for (const int64_t found : {3, 5, 7}) {
    MissingEntries missing;
    missing.Add({3, 7, 3, 2, false});
    EXPECT_EQ(missing.Find(found)->damaged, 2);
    int64_t damaged = 0;
    for (const MissingEntries::Range& range : missing.ranges()) damaged += range.damaged;
    EXPECT_EQ(damaged, 2) << found;
  }
}

TEST(MissingEntriesTest, TheNumberOfRangesIsBounded) {
  MissingEntries missing;
  for (size_t i = 0; i < MissingEntries::kMaxRanges; ++i) {
    const auto first = static_cast<int64_t>(10 * i + 1);
    EXPECT_TRUE(missing.Add({first, first + 4, 1, 0, false}));
  }
  EXPECT_FALSE(missing.Add({1'000'000, 1'000'001, 1, 0, false}));
  EXPECT_TRUE(missing.Find(3).has_value());
  EXPECT_EQ(missing.ranges().size(), MissingEntries::kMaxRanges);
}

}  // namespace
}  // namespace specrelay
