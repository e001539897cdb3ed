// What MemoryTree does beyond the contract of tree.h, which tree_contract_test.cc checks.
#include "mcp_agent/tree/testing/memory_tree.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

TEST(MemoryTreeTest, AnInjectedFaultStrikesAfterTheChangesAskedForAndChangesNothing) {
  MemoryTree tree;
  tree.Put("b", "old");
  ASSERT_OK_AND_ASSIGN(const auto lock, tree.Lock(absl::ZeroDuration()));
  tree.InjectWriteFault(absl::ResourceExhaustedError("disk full"), 1);
  ASSERT_THAT(tree.Write(*lock, "a", "1"), IsOk());
  const absl::Status statuses[] = {
      tree.Write(*lock, "b", "new").status(),
      tree.Append(*lock, "b", "more"),
      tree.Rename(*lock, "b", "c"),
      tree.Remove(*lock, "b"),
  };
  for (const absl::Status& status : statuses) {
    EXPECT_THAT(status, IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("disk full")));
  }
  ASSERT_OK_AND_ASSIGN(const FileContent content, tree.Read("b", 100));
  EXPECT_EQ(content.bytes, "old");
  EXPECT_EQ(tree.changes(), 1);

  tree.ClearWriteFault();
  EXPECT_THAT(tree.Write(*lock, "b", "new"), IsOk());
  EXPECT_EQ(tree.changes(), 2);
}

TEST(MemoryTreeTest, TimesComeFromTheClock) {
  FakeClock clock;
  MemoryTree tree(&clock);
  tree.Put("a", "1");
  clock.Advance(absl::Seconds(5));
  ASSERT_OK_AND_ASSIGN(const FileStat stat, tree.Stat("a"));
  EXPECT_EQ(stat.last_modified, clock.Now() - absl::Seconds(5));
}

}  // namespace
}  // namespace specrelay
