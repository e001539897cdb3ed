#include "tests/bench/report.h"

#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

Figure Slow() {
  Figure figure{"ours", "Ours", "µs", Aim::AtMost(100)};
  figure.rounds = {90, 300, 120};
  figure.comparisons = {{"theirs", Aim::AtMost(2)}};
  return figure;
}

Figure Theirs() {
  Figure figure{"theirs", "Theirs", "µs"};
  figure.rounds = {80, 80, 90};
  return figure;
}

TEST(ReportTest, TellsMedianSpreadAndRatio) {
  Report report;
  report.Add(Theirs());
  report.Add(Slow());
  const std::string table = report.Table();
  EXPECT_THAT(table, HasSubstr("| 120 µs"));
  EXPECT_THAT(table, HasSubstr("| 90.0 to 300"));
  EXPECT_THAT(table, ContainsRegex("\\| theirs +\\| 1.50 × "));
}

TEST(ReportTest, MarksAnAimThatIsMissedAndNoOther) {
  Report report;
  report.Add(Theirs());
  report.Add(Slow());
  const std::string table = report.Table();
  EXPECT_THAT(table, ContainsRegex("ours .*\\| ≤ 100 µs +\\| +\\| +\\| NO "));
  EXPECT_THAT(table, ContainsRegex("\\| ≤ 2.00 × +\\| theirs +\\| 1.50 × +\\| yes "));
  EXPECT_THAT(table, HasSubstr("1 aims met, 1 missed, 0 not measured"));
  const nlohmann::ordered_json ours = report.ToJson()["figures"][1];
  EXPECT_EQ(ours["met"], false);
  EXPECT_EQ(ours["comparisons"][0]["met"], true);
  EXPECT_EQ(ours["comparisons"][0]["ratio"], 1.5);
}

TEST(ReportTest, SaysWhatWasNotMeasured) {
  Report report;
  Figure figure{"file", "A file", "MB/s"};
  figure.note = "there is none";
  report.Add(figure);
  Figure ours = Slow();
  report.Add(ours);
  EXPECT_THAT(report.Table(), ContainsRegex("\\| A file; there is none +\\| not measured "));
  EXPECT_THAT(report.Table(), HasSubstr("0 aims met, 1 missed, 1 not measured"));
  const nlohmann::ordered_json json = report.ToJson();
  EXPECT_FALSE(json["figures"][0].contains("median"));
  EXPECT_FALSE(json["figures"][1].contains("comparisons")) << "the reference is missing";
}

TEST(ReportTest, AReferencesAimStandsBesideAFigureThatHasNoneOfItsOwn) {
  Report report;
  report.Add(Theirs());
  Figure ours = Slow();
  ours.aim = {};
  report.Add(ours);
  EXPECT_THAT(report.Table(), ContainsRegex("\\| ours .*\\| 120 µs .*\\| ≤ 2.00 × +\\| theirs +\\| 1.50 × +\\| yes "));
}

TEST(ReportTest, TakesAllThatAnotherHas) {
  Report report;
  report.Add(Theirs());
  Report other;
  other.Add(Slow());
  report.AddAll(std::move(other));
  ASSERT_NE(report.Find("ours"), nullptr);
  EXPECT_THAT(report.Table(), HasSubstr("1.50 ×"));
}

TEST(ReportTest, TellsWhereItWasMeasured) {
  Report report;
  report.SetEnvironment("commit", "abc");
  report.Add(Theirs());
  EXPECT_THAT(report.Table(), HasSubstr("commit: abc\n"));
  EXPECT_EQ(report.ToJson()["environment"]["commit"], "abc");
}

}  // namespace
}  // namespace specrelay
