#include "mcp_agent/jobs/output_pacer.h"

#include <string>

#include "mcp_agent/tree/utf8.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

constexpr absl::Time kStart = absl::UnixEpoch();

TEST(OutputPacerTest, ReportsTheFirstOutputAtOnce) {
  OutputPacer pacer;
  const auto report = pacer.Add("hello", kStart);
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->output, "hello");
  EXPECT_EQ(report->skipped_bytes, 0);
}

TEST(OutputPacerTest, GathersWhatComesSoonAfterAReport) {
  OutputPacer pacer;
  pacer.Add("a", kStart);
  EXPECT_FALSE(pacer.Add("b", kStart + absl::Milliseconds(50)).has_value());
  EXPECT_FALSE(pacer.Add("c", kStart + absl::Milliseconds(99)).has_value());
  const auto report = pacer.Add("d", kStart + absl::Milliseconds(100));
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->output, "bcd");
}

TEST(OutputPacerTest, ReportsWhatItGatheredInAPause) {
  OutputPacer pacer;
  pacer.Add("a", kStart);
  pacer.Add("b", kStart);
  EXPECT_EQ(pacer.Add("", kStart + absl::Milliseconds(100))->output, "b");
  EXPECT_FALSE(pacer.Add("", kStart + absl::Milliseconds(200)).has_value());
}

TEST(OutputPacerTest, LeavesOutTheOlderPartOfTooMuchAndSaysHowMuch) {
  OutputPacer pacer;
  const auto first = pacer.Add(std::string(20'000, 'a'), kStart);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->output.size(), OutputPacer::kMaxReportBytes);
  EXPECT_EQ(first->skipped_bytes, 20'000 - 16'384);
  pacer.Add(std::string(16'384, 'b'), kStart);
  pacer.Add("cc", kStart);
  const auto second = pacer.Finish();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->output, std::string(16'382, 'b') + "cc");
  EXPECT_EQ(second->skipped_bytes, 2);
  EXPECT_FALSE(pacer.Finish().has_value());
}

TEST(OutputPacerTest, IsNotHeldUpByAClockThatWasPutBack) {
  OutputPacer pacer;
  pacer.Add("a", kStart);
  EXPECT_TRUE(pacer.Add("b", kStart - absl::Hours(1)).has_value());
}

TEST(OutputTailTest, KeepsTheEnd) {
  OutputTail tail;
  EXPECT_EQ(tail.Text(), "");
  for (int i = 0; i < 10'000; ++i) tail.Add("0123456789");
  tail.Add("end");
  EXPECT_EQ(tail.Text().size(), OutputTail::kMaxBytes);
  EXPECT_EQ(tail.Text().substr(8192 - 6), "789end");
}

TEST(OutputTailTest, IsValidTextWhateverTheOutputIs) {
  for (const std::string& unit :
       {std::string("\xff"), std::string("é"), std::string("a€"), std::string("😀x"), std::string("\xe2\x82")}) {
    OutputTail tail;
    for (int i = 0; i < 5'000; ++i) tail.Add(unit);
    EXPECT_TRUE(IsValidUtf8(tail.Text()));
    EXPECT_LE(tail.Text().size(), OutputTail::kMaxBytes);
    EXPECT_GE(tail.Text().size(), OutputTail::kMaxBytes - 6);
  }
  OutputTail whole;
  whole.Add("é€😀");
  EXPECT_EQ(whole.Text(), "é€😀");
}

}  // namespace
}  // namespace specrelay
