#include "mcp_agent/doctor/report.h"

#include <string>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace specrelay {
namespace {

const Checks& Findings() {
  static const auto& checks =
      *new Checks{Passed("tree", "fine"), Skipped("key", "none"), Warning("clock", "is 9s behind", "set it"),
                  Failed("relay", "gone", "start it")};
  return checks;
}

TEST(ReportTest, OnlyFailuresMakeItIll) {
  EXPECT_TRUE(AllWell({}));
  EXPECT_TRUE(AllWell({Passed("a", ""), Skipped("b", ""), Warning("c", "", "x")}));
  EXPECT_FALSE(AllWell(Findings()));
}

TEST(ReportTest, PeopleReadWhatIsWrongAndWhatToDo) {
  EXPECT_EQ(ReportText(Findings()),
            "ok       tree: fine\n"
            "skipped  key: none\n"
            "warning  clock: is 9s behind\n"
            "         set it\n"
            "FAILED   relay: gone\n"
            "         start it\n");
}

TEST(ReportTest, ProgramsReadTheSameOnOneLine) {
  const std::string text = ReportJson(Findings());
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["checks"].size(), 4u);
  EXPECT_EQ(
      json["checks"][2],
      (nlohmann::json{{"name", "clock"}, {"state", "warning"}, {"message", "is 9s behind"}, {"advice", "set it"}}));
  EXPECT_EQ(json["checks"][3]["state"], "failed");
}

TEST(ReportTest, TextThatIsNotUtf8IsStillJson) {
  EXPECT_TRUE(nlohmann::json::accept(ReportJson({Passed("a", "\xff")})));
}

}  // namespace
}  // namespace specrelay
