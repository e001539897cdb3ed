#include "tools/ctl/relay_address.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

bool IsLoopback(absl::string_view text) {
  const absl::StatusOr<RelayAddress> address = ParseRelayAddress(text);
  EXPECT_THAT(address, IsOk());
  return address.ok() && address->is_loopback;
}

TEST(RelayAddressTest, HostAndPortAreTakenApartAndPutTogetherAgain) {
  for (const char* text : {"127.0.0.1:50051", "relay.example.com:443", "[::1]:1", "[fe80::2]:65535"}) {
    ASSERT_OK_AND_ASSIGN(const RelayAddress address, ParseRelayAddress(text));
    EXPECT_EQ(address.ToString(), text);
  }
}

TEST(RelayAddressTest, LoopbackIsKnownByAddressAndNeverByLooks) {
  for (const char* text : {"127.0.0.1:1", "127.255.0.9:1", "localhost:1", "LocalHost:1", "[::1]:1"}) {
    EXPECT_TRUE(IsLoopback(text)) << text;
  }
  for (const char* text : {"127.example.com:1", "127.0.0.1.example.com:1", "localhost.example.com:1", "128.0.0.1:1",
                           "10.0.0.1:1", "0.0.0.0:1", "[::]:1", "[fe80::1]:1", "127.1:1", "0127.0.0.1:1"}) {
    EXPECT_FALSE(IsLoopback(text)) << text;
  }
}

TEST(RelayAddressTest, AnythingElseIsRefusedWithAnExample) {
  for (const char* text :
       {"",        ":",         "host",    "host:",    ":50051",        "host:0",           "host:65536",
        "host:-1", "host:+1",   "host: 1", "host:1x",  "dns:///host:1", "unix:/tmp/socket", "unix:///tmp/s:1",
        "ho st:1", "::1:50051", "[::1:1",  "[host]:1", "[]:1",          "host/path:1",      "user@host:1"}) {
    EXPECT_THAT(ParseRelayAddress(text),
                IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("--relay=127.0.0.1:50051")))
        << text;
  }
}

}  // namespace
}  // namespace specrelay
