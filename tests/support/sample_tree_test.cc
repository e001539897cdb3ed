#include "tests/support/sample_tree.h"

#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/iso_time.h"

namespace specrelay {
namespace {

constexpr char kEvents[] = ".spec-context/analytics/task-events.jsonl";
constexpr char kDecided[] = ".spec-context/approvals/user-auth/approval_1795227691108_1b48edv3j.json";

std::string ReadIn(const TempDir& project, const char* path) {
  std::ifstream stream(project.Join(path), std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

TEST(SampleTreeTest, KeepsTheRecordedTimes) {
  TempDir project;
  CopySampleTree(project.path());
  EXPECT_NE(ReadIn(project, kDecided).find(R"("respondedAt": "2026-11-21T02:21:34.306Z")"), std::string::npos);
}

TEST(SampleTreeTest, MovesAllTimesByOneSpanSoThatTheNewestIsAsTold) {
  TempDir project;
  CopySampleTree(project.path(), ParseIsoTime("2031-01-01T00:00:00.306Z").value());
  EXPECT_NE(ReadIn(project, kDecided).find(R"("respondedAt": "2031-01-01T00:00:00.306Z")"), std::string::npos);
  EXPECT_EQ(ReadIn(project, kEvents).rfind(R"({"timestamp":"2031-01-01T00:00:00.265Z")", 0), 0u);
}

}  // namespace
}  // namespace specrelay
