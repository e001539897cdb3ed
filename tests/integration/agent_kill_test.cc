// Agents that are killed at any moment while they write.

#include <array>
#include <atomic>
#include <iostream>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/two_agents.h"
#include "tests/integration/write_mix.h"

namespace specrelay {
namespace {

constexpr int kClients = 16;
constexpr int kWrites = 500;
constexpr int kLeastKills = 8;
constexpr uint32_t kSeed = 20261122;

// Whether the same request has to be sent again to learn how it ended.
bool IsOpen(const absl::Status& status) {
  return absl::IsUnavailable(status) || FinalState(status) == v1::COMMAND_STATE_UNKNOWN;
}

// Sends to either agent in turn until one says how the write ended.
class PersistentSender {
 public:
  explicit PersistentSender(const TwoAgents& agents) : clients_{agents.ClientOf(0), agents.ClientOf(1)} {}

  WriteAnswer Send(v1::ExecuteRequest request) {
    request.set_project_id(TwoAgents::kProjectId);
    const absl::Time deadline = absl::Now() + kPatience;
    while (true) {
      WriteAnswer answer = clients_[sent_++ % clients_.size()].Execute(request);
      if (answer.ok() || !IsOpen(answer.status()) || absl::Now() > deadline) return answer;
      ++resent_;
      // As a client would, lest the test spend its time on asking for agents that are yet to start.
      absl::SleepFor(absl::Milliseconds(10));
    }
  }

  unsigned resent() const { return resent_; }

 private:
  std::array<Client, 2> clients_;
  std::atomic<unsigned> sent_{0};
  std::atomic<unsigned> resent_{0};
};

// Kills one agent or both after some answers and a moment that ends within a write, until the mix has ended.
int KillAgentsDuring(WriteMix& mix, TwoAgents& agents) {
  std::mt19937 random(kSeed);
  int kills = 0;
  while (mix.WaitForAnswers(1 + static_cast<int>(random() % 10))) {
    absl::SleepFor(absl::Microseconds(100 + random() % 8000));
    const int victim = static_cast<int>(random() % 2);
    const bool both = random() % 4 == 0;
    EXPECT_THAT(agents.Kill(victim), IsOk());
    if (both) EXPECT_THAT(agents.Kill(1 - victim), IsOk());
    kills += both ? 2 : 1;
    EXPECT_THAT(agents.Restart(victim), IsOk());
    if (both) EXPECT_THAT(agents.Restart(1 - victim), IsOk());
  }
  return kills;
}

TEST(AgentKillTest, FiveHundredWritesDuringWhichAgentsAreKilledAtRandomTakeEffectOnceEach) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<TwoAgents> agents, TwoAgents::Start());
  WriteMix mix(kWrites, kSeed);
  const std::string tree_dir = absl::StrCat(agents->project_dir(), "/.spec-context");
  mix.Prepare(tree_dir);
  PersistentSender sender(*agents);
  const absl::Time began = absl::Now();
  std::thread load([&] { mix.Run(kClients, [&](const v1::ExecuteRequest& request) { return sender.Send(request); }); });
  const int kills = KillAgentsDuring(mix, *agents);
  load.join();
  std::cout << kWrites << " writes, " << mix.answers() << " answers, " << kills << " kills, " << sender.resent()
            << " sent again in " << absl::Now() - began << '\n';
  EXPECT_GE(kills, kLeastKills);
  EXPECT_GE(sender.resent(), kLeastKills);
  mix.ExpectExactlyOnce(tree_dir, agents->machine_dir());
}

}  // namespace
}  // namespace specrelay
