#include "mcp_agent/link/progress_outbox.h"

#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace specrelay {
namespace {

v1::JobProgress Report(const std::string& run, v1::JobProgress::State state, std::string output = "") {
  v1::JobProgress report;
  report.set_execution_id(run);
  report.set_state(state);
  report.set_output(std::move(output));
  return report;
}

TEST(ProgressOutboxTest, ReportsLeaveInOrder) {
  ProgressOutbox outbox({10, 100});
  outbox.Add(Report("a", v1::JobProgress::STATE_STARTED));
  outbox.Add(Report("a", v1::JobProgress::STATE_RUNNING, "one"));
  EXPECT_EQ(outbox.Take().state(), v1::JobProgress::STATE_STARTED);
  EXPECT_EQ(outbox.Take().output(), "one");
  EXPECT_TRUE(outbox.empty());
}

TEST(ProgressOutboxTest, OutputThatComesTooFastIsSkippedAndCountedWithItsOwnRun) {
  ProgressOutbox outbox({10, 10});
  outbox.Add(Report("a", v1::JobProgress::STATE_STARTED));
  outbox.Add(Report("a", v1::JobProgress::STATE_RUNNING, "1234"));
  outbox.Add(Report("b", v1::JobProgress::STATE_RUNNING, "5678"));
  outbox.Add(Report("a", v1::JobProgress::STATE_RUNNING, "9012"));
  EXPECT_EQ(outbox.Take().state(), v1::JobProgress::STATE_STARTED);
  const v1::JobProgress other = outbox.Take();
  EXPECT_EQ(other.output(), "5678");
  EXPECT_EQ(other.skipped_bytes(), 0);
  const v1::JobProgress next = outbox.Take();
  EXPECT_EQ(next.output(), "9012");
  EXPECT_EQ(next.skipped_bytes(), 4);
}

TEST(ProgressOutboxTest, SkippedBytesAddUpAndTheEndStays) {
  ProgressOutbox outbox({3, 1000});
  outbox.Add(Report("a", v1::JobProgress::STATE_STARTED));
  for (int i = 0; i < 50; ++i) outbox.Add(Report("a", v1::JobProgress::STATE_RUNNING, "ab"));
  outbox.Add(Report("a", v1::JobProgress::STATE_SUCCEEDED));
  EXPECT_EQ(outbox.Take().state(), v1::JobProgress::STATE_STARTED);
  const v1::JobProgress running = outbox.Take();
  EXPECT_EQ(running.output(), "ab");
  EXPECT_EQ(running.skipped_bytes(), 98);
  EXPECT_EQ(outbox.Take().state(), v1::JobProgress::STATE_SUCCEEDED);
}

TEST(ProgressOutboxTest, ItIsBoundedEvenWhenAllReportsAreEnds) {
  ProgressOutbox outbox({2, 1000});
  for (int i = 0; i < 5; ++i) outbox.Add(Report(std::to_string(i), v1::JobProgress::STATE_FAILED));
  EXPECT_EQ(outbox.Take().execution_id(), "3");
  EXPECT_EQ(outbox.Take().execution_id(), "4");
  EXPECT_TRUE(outbox.empty());
}

}  // namespace
}  // namespace specrelay
