// The shortest run of the suite: every figure can be measured, and none is absurd. Says nothing of how fast it is.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/subprocess.h"

namespace specrelay {
namespace {

using Json = nlohmann::json;

constexpr absl::Duration kPatience = absl::Minutes(10);

// Wide enough for any machine and any load.
struct Sane {
  absl::string_view unit;
  double least;
  double most;
};
constexpr Sane kSane[] = {
    {"µs", 1, 10e6}, {"ms", 0.001, 60e3}, {"s", 0.001, 600}, {"/s", 0.5, 10e6}, {"MB", 1, 4000}, {"MB/s", 0.1, 1e6},
};

void ExpectSane(const Json& figure) {
  for (const Sane& sane : kSane) {
    if (figure["unit"] != std::string(sane.unit)) continue;
    EXPECT_GE(figure["median"].get<double>(), sane.least) << figure;
    EXPECT_LE(figure["median"].get<double>(), sane.most) << figure;
  }
}

// Once for all tests.
const Json& QuickRun() {
  static const Json& report = *new Json([] {
    const auto process = Subprocess::Start({"tests/bench/bench", "--quick", "--json"});
    EXPECT_TRUE(process.ok()) << process.status();
    std::string output;
    for (auto line = (*process)->ReadLine(kPatience); line.ok(); line = (*process)->ReadLine(kPatience)) {
      absl::StrAppend(&output, *line, "\n");
    }
    EXPECT_EQ((*process)->Wait(kPatience).value_or(-1), 0) << output;
    return Json::parse(output, nullptr, /*allow_exceptions=*/false);
  }());
  return report;
}

TEST(BenchTest, MeasuresEveryFigure) {
  const Json& report = QuickRun();
  ASSERT_TRUE(report.is_object());
  Json figures;
  for (const Json& figure : report["figures"]) figures[figure["id"].get<std::string>()] = figure;
  for (const char* id :
       {"grpc.p50",      "grpc.rate",    "unary.p50",     "unary.rate",  "nats.p50",      "nats.rate",
        "execute.p50",   "execute.rate", "http.bare",     "http.specs",  "http.progress", "http.write",
        "http.steering", "edit.p99",     "file.read",     "file.write",  "grpc.download", "grpc.upload",
        "fanout.p99",    "jobs.p99",     "agents.return", "rest.server", "rest.agent",    "specs.2",
        "fanout.memory", "specs.8",      "specs.4",       "projects.2",  "projects.4",    "projects.8"}) {
    ASSERT_TRUE(figures.contains(id)) << id;
    ASSERT_TRUE(figures[id].contains("median")) << figures[id];
    ExpectSane(figures[id]);
  }
  // With so few of them their sign is chance.
  EXPECT_TRUE(figures["specs.slope"].contains("median"));
  EXPECT_TRUE(figures["agents.memory"].contains("median"));
}

TEST(BenchTest, SetsFiguresBesideTheirReferences) {
  const Json& report = QuickRun();
  int comparisons = 0;
  for (const Json& figure : report["figures"]) {
    for (const Json& comparison : figure.value("comparisons", Json::array())) {
      EXPECT_GT(comparison["ratio"].get<double>(), 0) << figure;
      ++comparisons;
    }
  }
  EXPECT_GE(comparisons, 9);
}

}  // namespace
}  // namespace specrelay
