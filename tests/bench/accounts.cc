#include "tests/bench/accounts.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/support/clock.h"
#include "proto/support/status_macros.h"
#include "relay/key_admin.h"

namespace specrelay {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(50);

// The server looks at its keys file each second, and an agent that comes before that stays away for a minute.
absl::Status WaitUntilKnown(const Cluster& cluster, const std::string& key) {
  Client client(cluster.grpc_address(), key);
  for (const absl::Time deadline = absl::Now() + kPatience; absl::Now() < deadline; absl::SleepFor(kPause)) {
    if (!absl::IsUnauthenticated(client.ListProjects().status())) return absl::OkStatus();
  }
  return absl::DeadlineExceededError("the server does not take a new key");
}

}  // namespace

absl::StatusOr<std::vector<std::string>> MakeAgentKeys(const Cluster& cluster) {
  std::vector<std::string> keys = {cluster.KeyFor(Role::kAgent)};
  const SystemClock clock{};
  for (int i = 1; i < kAccounts; ++i) {
    KeySpec spec;
    spec.name = "agents";
    spec.account = absl::StrCat("account-", i);
    spec.role = Role::kAgent;
    ASSIGN_OR_RETURN(const CreatedKey created, CreateKey(cluster.keys_file(), spec, clock));
    RETURN_IF_ERROR(WaitUntilKnown(cluster, created.key));
    keys.push_back(created.key);
  }
  return keys;
}

}  // namespace specrelay
