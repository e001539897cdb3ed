#include "tests/bench/rounds.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RoundsTest : public testing::Test {
 protected:
  // A figure whose first value is that of the warm-up.
  void Add(Rounds& rounds, Figure figure) {
    const std::string id = figure.id;
    rounds.Add(std::move(figure), {}, [this, id]() -> absl::StatusOr<double> {
      order_.push_back(id);
      return static_cast<double>(order_.size());
    });
  }

  static Figure Against(const char* id, const char* reference) {
    Figure figure(id, id, "");
    figure.comparisons = {{reference, {}}};
    return figure;
  }

  std::vector<std::string> order_;
  Report report_;
};

TEST_F(RoundsTest, MeasuresFiguresInTurnAfterAWarmUpThatDoesNotCount) {
  Rounds rounds;
  Add(rounds, {"a", "", ""});
  Add(rounds, {"b", "", ""});
  ASSERT_THAT(rounds.Run(2, report_), IsOk());
  EXPECT_THAT(order_, ElementsAre("a", "b", "a", "b", "a", "b"));
  EXPECT_THAT(report_.Find("a")->rounds, ElementsAre(3, 5));
  EXPECT_THAT(report_.Find("b")->rounds, ElementsAre(4, 6));
}

TEST_F(RoundsTest, AFilterTakesAFigureWithItsReference) {
  ASSERT_OK_AND_ASSIGN(const RowFilter filter, RowFilter::Make("ours"));
  Rounds rounds(filter);
  Add(rounds, {"theirs", "", ""});
  Add(rounds, {"others", "", ""});
  Add(rounds, Against("ours", "theirs"));
  Add(rounds, Against("mine", "others"));
  ASSERT_THAT(rounds.Run(1, report_), IsOk());
  EXPECT_THAT(order_, ElementsAre("theirs", "ours", "theirs", "ours"));
  EXPECT_EQ(report_.Find("others"), nullptr);
}

TEST_F(RoundsTest, AFailureNamesItsFigureAndLeavesTheOthers) {
  Rounds rounds;
  rounds.Add({"a", "Requests a second", ""}, {}, [] { return absl::UnavailableError("no server"); });
  Add(rounds, {"b", "", ""});
  EXPECT_THAT(rounds.Run(1, report_), IsStatus(absl::StatusCode::kUnavailable,
                                               testing::AllOf(HasSubstr("Requests a second"), HasSubstr("no server"))));
  EXPECT_TRUE(report_.Find("a")->rounds.empty());
  EXPECT_THAT(report_.Find("a")->note, HasSubstr("no server"));
  EXPECT_EQ(report_.Find("b")->rounds.size(), 1);
}

}  // namespace
}  // namespace specrelay
