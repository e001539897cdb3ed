// A short run of the chaos: enough faults to see that nothing is broken for good.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/subprocess.h"

namespace specrelay {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(10);

TEST(ChaosTest, NothingIsLostDoubledOrStuckAfterTwoHundredFaults) {
  const auto process = Subprocess::Start({"tests/chaos/chaos", "--faults=200"});
  ASSERT_TRUE(process.ok()) << process.status();
  std::string output;
  for (auto line = (*process)->ReadLine(kPatience); line.ok(); line = (*process)->ReadLine(kPatience)) {
    absl::StrAppend(&output, *line, "\n");
  }
  EXPECT_EQ((*process)->Wait(kPatience).value_or(-1), 0) << output;
  EXPECT_THAT(output, testing::HasSubstr("lost 0, doubled 0, refused but done 0, stuck 0"));
  std::printf("%s", output.c_str());
}

}  // namespace
}  // namespace specrelay
