#include "mcp_agent/policy/policy_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "mcp_agent/tree/posix_tree.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

absl::Status CheckWrite(const EnforcedPolicy& policy) {
  return policy.CheckCommand(*FindCommandByName("file-write"), v1::Actor());
}

class PolicySourceTest : public testing::Test {
 protected:
  // The policy after the interval has passed.
  std::shared_ptr<const EnforcedPolicy> Later(PolicySource& source) {
    clock_.Advance(absl::Seconds(10));
    return source.Current();
  }

  static void Remove(Tree& tree) {
    const std::unique_ptr<TreeLock> lock = *tree.Lock(absl::Seconds(10));
    ASSERT_THAT(tree.Remove(*lock, kPolicyFile), IsOk());
  }

  FakeClock clock_;
  MemoryTree machine_{&clock_};
  MemoryTree project_{&clock_};
};

TEST_F(PolicySourceTest, WithoutFilesTheCommandLineHolds) {
  v1::AgentPolicy command_line;
  command_line.set_project_readable(true);
  PolicySource source(command_line, nullptr, project_, clock_);
  EXPECT_TRUE(source.Current()->in_force().project_readable());
  EXPECT_THAT(CheckWrite(*Later(source)), IsOk());
}

TEST_F(PolicySourceTest, BothFilesAreInForceFromTheStart) {
  machine_.Put(kPolicyFile, R"({"maxFileBytes":1000,"projectReadable":true})");
  project_.Put(kPolicyFile, R"({"readOnly":true,"maxFileBytes":2000})");
  PolicySource source(v1::AgentPolicy(), &machine_, project_, clock_);
  EXPECT_EQ(source.Current()->max_file_bytes(), 1000);
  EXPECT_TRUE(source.Current()->in_force().project_readable());
  EXPECT_THAT(CheckWrite(*source.Current()),
              IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("agent.json of the project")));
}

TEST_F(PolicySourceTest, AChangeIsInForceAfterTheIntervalAndNotBefore) {
  PolicySource source(v1::AgentPolicy(), &machine_, project_, clock_);
  machine_.Put(kPolicyFile, R"({"readOnly":true})");
  clock_.Advance(PolicySource::kCheckInterval - absl::Milliseconds(1));
  EXPECT_THAT(CheckWrite(*source.Current()), IsOk());
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(CheckWrite(*source.Current()),
              IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("agent.json of the machine")));
  machine_.Put(kPolicyFile, "{}");
  EXPECT_THAT(CheckWrite(*Later(source)), IsOk());
  machine_.Put(kPolicyFile, R"({"readOnly":true})");
  EXPECT_FALSE(CheckWrite(*Later(source)).ok());
  Remove(machine_);
  EXPECT_THAT(CheckWrite(*Later(source)), IsOk());
}

TEST_F(PolicySourceTest, AChangeThatSomebodySawIsInForceAtOnce) {
  PolicySource source(v1::AgentPolicy(), &machine_, project_, clock_);
  project_.Put(kPolicyFile, R"({"readOnly":true})");
  ASSERT_THAT(CheckWrite(*source.Current()), IsOk());
  source.OnFileChanged();
  EXPECT_FALSE(CheckWrite(*source.Current()).ok());
}

TEST_F(PolicySourceTest, WithoutAChangeThePolicyStaysTheSameObject) {
  machine_.Put(kPolicyFile, R"({"readOnly":true})");
  PolicySource source(v1::AgentPolicy(), &machine_, project_, clock_);
  const std::shared_ptr<const EnforcedPolicy> first = source.Current();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Later(source), first);
  machine_.Put(kPolicyFile, R"({"readOnly":true})");
  EXPECT_EQ(Later(source), first);
}

TEST_F(PolicySourceTest, APolicyThatIsHeldOutlivesAChange) {
  PolicySource source(v1::AgentPolicy(), &machine_, project_, clock_);
  const std::shared_ptr<const EnforcedPolicy> held = source.Current();
  machine_.Put(kPolicyFile, R"({"readOnly":true})");
  EXPECT_NE(Later(source), held);
  EXPECT_THAT(CheckWrite(*held), IsOk());
}

TEST_F(PolicySourceTest, ADamagedFileFailsClosedUntilItIsRepaired) {
  PolicySource source(v1::AgentPolicy(), &machine_, project_, clock_);
  project_.Put(kPolicyFile, "{\"readOnly\": fal");
  EXPECT_THAT(CheckWrite(*Later(source)),
              IsStatus(absl::StatusCode::kPermissionDenied,
                       AllOf(HasSubstr("agent.json of the project is damaged"), HasSubstr("repaired"))));
  project_.Put(kPolicyFile, "{\"readOnly\": false}");
  EXPECT_THAT(CheckWrite(*Later(source)), IsOk());
}

TEST_F(PolicySourceTest, AnOverlongFileFailsClosed) {
  project_.Put(kPolicyFile, std::string(32 << 20, ' ') + "{}");
  PolicySource source(v1::AgentPolicy(), &machine_, project_, clock_);
  EXPECT_THAT(CheckWrite(*source.Current()), IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("damaged")));
}

TEST_F(PolicySourceTest, AClockThatIsSetBackDelaysNoChange) {
  PolicySource source(v1::AgentPolicy(), &machine_, project_, clock_);
  clock_.Advance(-absl::Hours(24));
  machine_.Put(kPolicyFile, R"({"readOnly":true})");
  EXPECT_FALSE(CheckWrite(*source.Current()).ok());
}

TEST_F(PolicySourceTest, ManyThreadsMayAskWhileTheFileChanges) {
  PolicySource source(v1::AgentPolicy(), &machine_, project_, clock_);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 500; ++j) {
        EXPECT_NE(source.Current(), nullptr);
        clock_.Advance(PolicySource::kCheckInterval);
      }
    });
  }
  for (int j = 0; j < 100; ++j) machine_.Put(kPolicyFile, j % 2 == 0 ? R"({"readOnly":true})" : "{}");
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(CheckWrite(*Later(source)), IsOk());
}

TEST(PolicySourceDiskTest, TwoChangesWithinOneTickAreBothSeen) {
  const TempDir dir;
  dir.MakeDirectory(".spec-context");
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<PosixTree> tree, PosixTree::Open(dir.path()));
  FakeClock clock(absl::Now());
  PolicySource source(v1::AgentPolicy(), nullptr, *tree, clock);
  for (int i = 0; i < 200; ++i) {
    const bool read_only = i % 2 == 0;
    dir.WriteFile(".spec-context/agent.json", read_only ? R"({"readOnly":true })" : R"({"readOnly":false})");
    clock.Advance(PolicySource::kCheckInterval);
    EXPECT_EQ(source.Current()->in_force().read_only(), read_only) << i;
  }
}

TEST(PolicySourceDiskTest, WhatIsNoRegularFileOrTooLargeFailsClosed) {
  const TempDir dir;
  dir.MakeDirectory(".spec-context");
  dir.WriteFile("elsewhere.json", "{}");
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<PosixTree> tree, PosixTree::Open(dir.path()));
  const FakeClock clock;
  const std::string path = dir.Join(".spec-context/agent.json");
  const auto expect_closed = [&] {
    PolicySource source(v1::AgentPolicy(), nullptr, *tree, clock);
    EXPECT_THAT(CheckWrite(*source.Current()), IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("damaged")));
    dir.Remove(".spec-context/agent.json");
  };
  ASSERT_EQ(::symlink(dir.Join("elsewhere.json").c_str(), path.c_str()), 0);
  expect_closed();
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  expect_closed();
  dir.MakeDirectory(".spec-context/agent.json");
  expect_closed();
  dir.WriteFile(".spec-context/agent.json", "{}");
  ASSERT_EQ(::truncate(path.c_str(), int64_t{64} << 20), 0);
  expect_closed();
}

}  // namespace
}  // namespace specrelay
