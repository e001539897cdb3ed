// What callers and agents see when processes are killed.

#include <signal.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

class CrashTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_OK_AND_ASSIGN(cluster_, Cluster::Start()); }

  // Waits until the agent of `project` has `count` commands in flight.
  void WaitInFlight(Client& user, int count) {
    const absl::Time deadline = absl::Now() + kPatience;
    while (absl::Now() < deadline) {
      const absl::StatusOr<v1::ListAgentsResponse> agents = user.ListAgents();
      if (agents.ok() && agents->agents_size() == 1 && agents->agents(0).in_flight() == count) return;
    }
    FAIL() << "the commands never got under way";
  }

  std::unique_ptr<Cluster> cluster_;
};

TEST_F(CrashTest, AKilledAgentFailsEachCallerWithinASecondAndItsSuccessorWorks) {
  constexpr int kCallers = 10;
  const std::string project_dir = cluster_->Path("project");
  ASSERT_OK_AND_ASSIGN(Subprocess * agent, cluster_->StartAgent(project_dir, "p1"));
  // A stopped agent leaves every command in flight, so that the kill surely meets them there.
  agent->Signal(SIGSTOP);
  Client user = cluster_->User();
  std::vector<absl::Status> outcomes(kCallers);
  std::vector<absl::Time> ended(kCallers);
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      outcomes[i] = user.Execute("p1", R"({"specList":{}})").status();
      ended[i] = absl::Now();
    });
  }
  WaitInFlight(user, kCallers);
  const absl::Time killed = absl::Now();
  agent->Signal(SIGKILL);
  for (std::thread& caller : callers) caller.join();
  for (int i = 0; i < kCallers; ++i) {
    EXPECT_THAT(outcomes[i], IsStatus(absl::StatusCode::kUnavailable, testing::HasSubstr("same request id")));
    EXPECT_LT(ended[i] - killed, absl::Seconds(1));
  }
  ASSERT_THAT(cluster_->WaitForAgents("p1", 0), IsOk());
  ASSERT_THAT(cluster_->StartAgent(project_dir, "p1"), IsOk());
  EXPECT_THAT(user.Execute("p1", R"({"specList":{}})"), IsOk());
}

TEST_F(CrashTest, AKilledServerIsFoundAgainByItsAgentsWithinFiveSeconds) {
  ASSERT_THAT(cluster_->StartAgent(cluster_->Path("one"), "p1"), IsOk());
  ASSERT_THAT(cluster_->StartAgent(cluster_->Path("two"), "p2"), IsOk());
  ASSERT_THAT(cluster_->KillServer(), IsOk());
  ASSERT_THAT(cluster_->StartServer(), IsOk());
  const absl::Time back = absl::Now();
  ASSERT_THAT(cluster_->WaitForAgents("p1", 1), IsOk());
  ASSERT_THAT(cluster_->WaitForAgents("p2", 1), IsOk());
  EXPECT_LT(absl::Now() - back, absl::Seconds(5));
  EXPECT_THAT(cluster_->User().Execute("p1", R"({"specList":{}})"), IsOk());
}

TEST_F(CrashTest, ATerminatedServerDrainsAndExitsCleanly) {
  ASSERT_THAT(cluster_->StartAgent(cluster_->Path("one"), "p1"), IsOk());
  cluster_->server().Signal(SIGTERM);
  ASSERT_OK_AND_ASSIGN(const int code, cluster_->server().Wait(kPatience));
  EXPECT_EQ(code, 0);
}

TEST_F(CrashTest, ATerminatedAgentLeavesCleanly) {
  ASSERT_OK_AND_ASSIGN(Subprocess * agent, cluster_->StartAgent(cluster_->Path("one"), "p1"));
  agent->Signal(SIGTERM);
  ASSERT_OK_AND_ASSIGN(const int code, agent->Wait(kPatience));
  EXPECT_EQ(code, 0);
  EXPECT_THAT(cluster_->WaitForAgents("p1", 0), IsOk());
}

}  // namespace
}  // namespace specrelay
