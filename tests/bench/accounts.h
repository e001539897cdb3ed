// Further accounts of a cluster: one alone may not have as many agents as the suite connects.
#ifndef SPECRELAY_TESTS_BENCH_ACCOUNTS_H_
#define SPECRELAY_TESTS_BENCH_ACCOUNTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/support/cluster.h"

namespace specrelay {

// Keys for agents, each of another account. The first is the account that the cluster's own keys have, so its users see
// every third of the agents that are spread over these.
absl::StatusOr<std::vector<std::string>> MakeAgentKeys(const Cluster& cluster);

inline constexpr int kAccounts = 3;

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_ACCOUNTS_H_
