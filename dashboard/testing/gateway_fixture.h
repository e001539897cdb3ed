// A gateway on a port of its own, with a key of each role, in tests.
#ifndef SPECRELAY_DASHBOARD_TESTING_GATEWAY_FIXTURE_H_
#define SPECRELAY_DASHBOARD_TESTING_GATEWAY_FIXTURE_H_

#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "dashboard/gateway.h"
#include "dashboard/http/testing/raw_http.h"
#include "dashboard/metrics/server_metrics.h"
#include "gtest/gtest.h"
#include "proto/support/clock.h"
#include "relay/key_store.h"
#include "relay/live_streams.h"
#include "relay/relay.h"
#include "relay/testing/scratch_keys_file.h"

namespace specrelay {

class GatewayFixture : public testing::Test {
 protected:
  GatewayFixture();

  // Must be called before all that follows; `options_` count.
  void Start();

  int port() const { return gateway_->address().port; }

  // A key of that role, or "revoked" for one that was an admin's.
  const std::string& Key(absl::string_view role) const { return keys_by_role_.find(role)->second; }
  // The header that shows it; empty for "nobody".
  std::string KeyHeader(absl::string_view role) const;

  RawResponse Send(absl::string_view method, absl::string_view target, absl::string_view role,
                   absl::string_view more_headers = "", absl::optional<absl::string_view> body = absl::nullopt);

  // Writes a website with a page to a directory, which lives as long as the test.
  std::string MakeWebsite();

  GatewayOptions options_;
  std::atomic<bool> ready_{true};
  const SystemClock clock_;
  ServerMetrics metrics_;
  ScratchKeysFile keys_file_;
  std::map<std::string, std::string, std::less<>> keys_by_role_;
  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<Relay> relay_;
  LiveStreams streams_{{}};
  std::unique_ptr<Gateway> gateway_;
};

// The address of a route, with `value` for each of its parameters.
std::string TargetOf(absl::string_view pattern, absl::string_view value);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_TESTING_GATEWAY_FIXTURE_H_
