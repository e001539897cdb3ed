#include <string>

#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

constexpr char kAnalytics[] = "/api/projects/p1/analytics/";

class AnalyticsRoutesTest : public testing::Test {
 protected:
  ApiHarness api_;
};

TEST_F(AnalyticsRoutesTest, AskForTheirOwnAnalysisAndPassTheWindowOn) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  for (const char* kind : {"history", "task-velocity", "approval-metrics", "code-metrics", "cycle-time", "burndown"}) {
    EXPECT_EQ(api_.Call("GET", std::string(kAnalytics) + kind + "?days=7").status, 200) << kind;
    const Json command = agent.LastCommand();
    EXPECT_EQ(command.begin().value(), Json::parse(R"({"days":7})")) << command;
  }
  EXPECT_EQ(agent.commands().size(), 6u);
}

TEST_F(AnalyticsRoutesTest, AWindowThatIsNoNumberIsRefused) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  for (const char* days : {"-1", "week", "3.5"}) {
    EXPECT_EQ(api_.Call("GET", std::string(kAnalytics) + "history?days=" + days).status, 400) << days;
  }
  EXPECT_TRUE(agent.commands().empty());
}

TEST_F(AnalyticsRoutesTest, AMeanOfNothingIsNull) {
  api_.Connect("p1", Answers(R"({"analyticsCycleTime":{"window":{"windowDays":3,"startDate":"2026-01-01",
      "endDate":"2026-01-03"},"taskCycle":{"count":1,"avgMs":13,"medianMs":12.5,"p90Ms":13},"specCycle":{}}})"));
  EXPECT_EQ(api_.Call("GET", std::string(kAnalytics) + "cycle-time").json,
            Json::parse(R"({"windowDays":3,"startDate":"2026-01-01","endDate":"2026-01-03","partialData":false,
                "dataCoverage":[],"taskCycle":{"count":1,"avgMs":13,"medianMs":12.5,"p90Ms":13},
                "specCycle":{"count":0,"avgMs":null,"medianMs":null}})"));
}

}  // namespace
}  // namespace specrelay
