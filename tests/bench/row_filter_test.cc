#include "tests/bench/row_filter.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

TEST(RowFilterTest, TakesEveryRowWithoutAPattern) {
  EXPECT_TRUE(RowFilter().Takes("http.write"));
  ASSERT_OK_AND_ASSIGN(const RowFilter filter, RowFilter::Make(""));
  EXPECT_TRUE(filter.Takes("http.write"));
}

TEST(RowFilterTest, TakesRowsInWhichThePatternOccurs) {
  ASSERT_OK_AND_ASSIGN(const RowFilter filter, RowFilter::Make("^http\\.(write|specs)|p99"));
  EXPECT_TRUE(filter.Takes("http.write"));
  EXPECT_TRUE(filter.Takes("edit.p99"));
  EXPECT_FALSE(filter.Takes("http.steering"));
}

TEST(RowFilterTest, SaysThatAPatternIsNone) {
  EXPECT_THAT(RowFilter::Make("http(").status(),
              IsStatus(absl::StatusCode::kInvalidArgument, testing::HasSubstr("http(")));
}

}  // namespace
}  // namespace specrelay
