#include "dashboard/metrics/metric_registry.h"

#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dashboard/metrics/testing/exposition.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

TEST(MetricRegistryTest, CountersAreTextInTheOrderOfTheirLabels) {
  MetricRegistry registry;
  MetricFamily<Counter>& requests = registry.AddCounters({"requests_total", "Requests.", {"route", "status"}});
  requests.With({"/b", "200"}).Add();
  requests.With({"/a", "404"}).Add(2);
  requests.With({"/a", "404"}).Add();
  EXPECT_EQ(registry.Render(),
            "# HELP requests_total Requests.\n"
            "# TYPE requests_total counter\n"
            "requests_total{route=\"/a\",status=\"404\"} 3\n"
            "requests_total{route=\"/b\",status=\"200\"} 1\n");
}

TEST(MetricRegistryTest, HistogramsHaveCumulativeBuckets) {
  MetricRegistry registry;
  Histogram& took =
      registry.AddHistograms({"took_seconds", "Time.", {"what"}}, {absl::Milliseconds(1), absl::Milliseconds(2500)})
          .With({"x"});
  took.Observe(absl::Microseconds(500));
  took.Observe(absl::Milliseconds(1));
  took.Observe(absl::Seconds(2));
  took.Observe(absl::Seconds(100));
  EXPECT_EQ(registry.Render(),
            "# HELP took_seconds Time.\n"
            "# TYPE took_seconds histogram\n"
            "took_seconds_bucket{what=\"x\",le=\"0.001\"} 2\n"
            "took_seconds_bucket{what=\"x\",le=\"2.5\"} 3\n"
            "took_seconds_bucket{what=\"x\",le=\"+Inf\"} 4\n"
            "took_seconds_sum{what=\"x\"} 102.001\n"
            "took_seconds_count{what=\"x\"} 4\n");
}

TEST(MetricRegistryTest, GaugesAreReadWhenTheyAreAskedFor) {
  MetricRegistry registry;
  double value = 1;
  registry.AddGauge({"level", "Level.", {}}, [&value] { return value; });
  EXPECT_THAT(registry.Render(), HasSubstr("\nlevel 1\n"));
  value = 0.5;
  EXPECT_THAT(registry.Render(), HasSubstr("\nlevel 0.5\n"));
  value = 123'456'789'012.0;
  EXPECT_THAT(registry.Render(), HasSubstr("\nlevel 123456789012\n"));
  value = INFINITY;
  EXPECT_THAT(registry.Render(), HasSubstr("\nlevel +Inf\n"));
  value = NAN;
  EXPECT_THAT(registry.Render(), HasSubstr("\nlevel NaN\n"));
}

TEST(MetricRegistryTest, HostileLabelsStayLabels) {
  MetricRegistry registry;
  MetricFamily<Counter>& family = registry.AddCounters({"x_total", "Back\\slash\nand line.", {"a"}});
  family.With({"quote\" backslash\\ line\nend } 7"}).Add();
  const std::string text = registry.Render();
  EXPECT_THAT(text, HasSubstr(R"(x_total{a="quote\" backslash\\ line\nend } 7"} 1)"));
  EXPECT_THAT(text, HasSubstr("# HELP x_total Back\\\\slash\\nand line.\n"));
  EXPECT_THAT(ParseExposition(text), IsOk());
}

TEST(MetricRegistryTest, TooManySeriesShareOne) {
  MetricRegistry registry;
  MetricFamily<Counter>& family = registry.AddCounters({"x_total", "X.", {"a", "b"}});
  for (int i = 0; i < 5000; ++i) family.With({absl::StrCat(i), "x"}).Add();
  family.With({"0", "x"}).Add();
  EXPECT_LE(family.Series().size(), MetricFamily<Counter>::kMaxSeries + 1);
  EXPECT_EQ(family.With({"0", "x"}).value(), 2);
  EXPECT_EQ(family.With({"new", "one"}).value(), 4000);
}

TEST(MetricRegistryTest, NothingIsLostWhenManyThreadsCount) {
  constexpr int kThreads = 4;
  constexpr int kCounts = 20'000;
  MetricRegistry registry;
  MetricFamily<Counter>& counters = registry.AddCounters({"x_total", "X.", {"a"}});
  MetricFamily<Histogram>& histograms = registry.AddHistograms({"y_seconds", "Y.", {"a"}}, {absl::Seconds(1)});
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kCounts; ++i) {
        counters.With({absl::StrCat(i % 3)}).Add();
        histograms.With({""}).Observe(absl::Seconds(i % 2 + 1));
      }
    });
  }
  for (int i = 0; i < 100; ++i) EXPECT_THAT(ParseExposition(registry.Render()), IsOk());
  for (std::thread& thread : threads) thread.join();
  int64_t total = 0;
  for (const auto& [labels, counter] : counters.Series()) total += counter->value();
  EXPECT_EQ(total, kThreads * kCounts);
  EXPECT_EQ(histograms.With({""}).Read().cumulative.back(), kThreads * kCounts);
}

TEST(ExpositionTest, RefusesWhatAScraperCouldTripOver) {
  const std::string begin = "# HELP a_total A.\n# TYPE a_total counter\n";
  const std::string histogram = "# HELP h H.\n# TYPE h histogram\n";
  EXPECT_THAT(ParseExposition(begin + "a_total 1\n"), IsOk());
  for (const std::string& text : {
           std::string("a_total 1\n"),
           begin + "a_total 1",
           begin + "a_total\n",
           begin + "a_total -1\n",
           begin + "a_total  1\n",
           begin + "a_total one\n",
           begin + "b_total 1\n",
           begin + "a_total 1\na_total 2\n",
           begin + begin,
           begin + "a_total{x=1} 1\n",
           begin + "a_total{x=\"1} 1\n",
           begin + "a_total{x=\"\\t\"} 1\n",
           begin + "a_total{1x=\"\"} 1\n",
           begin + "a_total{x=\"\",x=\"\"} 1\n",
           std::string("# HELP a A.\n# TYPE a counter\n"),
           std::string("# HELP a A.\n# TYPE a riddle\n"),
           std::string("# TYPE a gauge\n"),
           histogram + "h_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n",
           histogram + "h_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
           histogram + "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n",
           histogram + "h_bucket{le=\"+Inf\"} 1\nh_count 1\n",
       }) {
    EXPECT_THAT(ParseExposition(text), HasCode(absl::StatusCode::kInvalidArgument)) << text;
  }
}

}  // namespace
}  // namespace specrelay
