// Sixteen clients, two agents, one tree, and every request sent two or three times.

#include <array>
#include <atomic>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/two_agents.h"
#include "tests/integration/write_mix.h"

namespace specrelay {
namespace {

constexpr int kClients = 16;
constexpr int kWrites = 2000;
constexpr uint32_t kSeed = 20261121;

TEST(ExactlyOnceTest, TwoThousandWritesSentSeveralTimesThroughTwoAgentsTakeEffectOnceEach) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<TwoAgents> agents, TwoAgents::Start());
  WriteMix mix(kWrites, kSeed);
  const std::string tree_dir = absl::StrCat(agents->project_dir(), "/.spec-context");
  mix.Prepare(tree_dir);
  std::array<Client, 2> clients = {agents->ClientOf(0), agents->ClientOf(1)};
  std::atomic<unsigned> sent{0};
  const absl::Time began = absl::Now();
  mix.Run(kClients, [&](v1::ExecuteRequest request) {
    request.set_project_id(TwoAgents::kProjectId);
    return clients[sent++ % 2].Execute(request);
  });
  std::cout << kWrites << " writes, " << mix.answers() << " answers in " << absl::Now() - began << '\n';
  EXPECT_GE(mix.answers(), 2 * kWrites);
  mix.ExpectExactlyOnce(tree_dir, agents->machine_dir());
}

}  // namespace
}  // namespace specrelay
