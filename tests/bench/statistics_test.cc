#include "tests/bench/statistics.h"

#include "gtest/gtest.h"

namespace specrelay {
namespace {

TEST(StatisticsTest, MedianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle) {
  EXPECT_EQ(Median({3, 1, 2}), 2);
  EXPECT_EQ(Median({4, 1, 2, 3}), 2.5);
}

TEST(StatisticsTest, PercentileIsAValueThatWasMeasured) {
  std::vector<double> values;
  for (int i = 100; i >= 1; --i) values.push_back(i);
  EXPECT_EQ(Percentile(values, 0.99), 99);
  EXPECT_EQ(Percentile(values, 0.5), 50);
  EXPECT_EQ(Percentile(values, 1), 100);
  EXPECT_EQ(Percentile(values, 0), 1);
  EXPECT_EQ(Percentile({7}, 0.99), 7);
}

TEST(StatisticsTest, NothingMeasuredIsNothing) {
  EXPECT_EQ(Median({}), 0);
  EXPECT_EQ(Percentile({}, 0.99), 0);
}

}  // namespace
}  // namespace specrelay
