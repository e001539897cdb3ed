// The simulation finds each bug of seeded_bugs_list.bzl.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/subprocess.h"

namespace specrelay {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(10);
constexpr int kMaxSeeds = 2000;

std::vector<std::string> Bugs() { return absl::StrSplit(SEEDED_BUGS, ','); }

class SeededBugsTest : public testing::TestWithParam<std::string> {};

TEST_P(SeededBugsTest, IsFound) {
  const auto process = Subprocess::Start(
      {absl::StrCat("tests/simulation/simulate_", GetParam()), absl::StrCat("--seeds=", kMaxSeeds), "--stop_after=1"});
  ASSERT_TRUE(process.ok()) << process.status();
  std::string output;
  std::string last;
  for (auto line = (*process)->ReadLine(kPatience); line.ok(); line = (*process)->ReadLine(kPatience)) {
    last = *line;
    absl::StrAppend(&output, *line, "\n");
  }
  const auto exit_code = (*process)->Wait(kPatience);
  ASSERT_TRUE(exit_code.ok()) << exit_code.status();
  EXPECT_EQ(*exit_code, 1) << "not found: " << output;
  EXPECT_THAT(output, testing::HasSubstr("VIOLATION"));
  const std::string seeds = last.substr(0, last.find(','));
  std::printf("%s: found after %s\n", GetParam().c_str(), seeds.c_str());
  RecordProperty("seeds", seeds);
}

INSTANTIATE_TEST_SUITE_P(Bugs, SeededBugsTest, testing::ValuesIn(Bugs()),
                         [](const testing::TestParamInfo<std::string>& bug) { return bug.param; });

}  // namespace
}  // namespace specrelay
