// 100,000 lines of any kind: no crash, no hang, no stray output.
#include <memory>
#include <random>
#include <string>

#include "absl/random/random.h"
#include "gtest/gtest.h"
#include "mcp_agent/mcp/testing/fuzz_session.h"
#include "mcp_agent/mcp/testing/hostile_lines.h"

namespace specrelay {
namespace {

constexpr int kLinesOfASession = 500;
constexpr int kSessionsOfAVersion = 40;

class McpFuzzTest : public testing::TestWithParam<const char*> {};

TEST_P(McpFuzzTest, LinesOfAnyKindLeaveTheServerAlive) {
  std::mt19937_64 random(20251125);  // the same lines in each run
  int64_t messages = 0;
  for (int session_number = 0; session_number < kSessionsOfAVersion; ++session_number) {
    FuzzSession session(GetParam());
    for (int i = 0; i < kLinesOfASession; ++i) session.Send(HostileLine(random));
    ASSERT_TRUE(session.IsAlive()) << "session " << session_number;
    messages += session.messages();
  }
  EXPECT_GT(messages, kLinesOfASession * kSessionsOfAVersion / 2) << "most lines get an answer";
}

INSTANTIATE_TEST_SUITE_P(Versions, McpFuzzTest,
                         testing::Values("", "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"));

}  // namespace
}  // namespace specrelay
