#include "proto/support/relay_address.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

TEST(RelayAddressTest, ReadsNamesAndNumericAddresses) {
  for (const char* text : {"relay.example.org:443", "localhost:50051", "127.0.0.1:1", "10.0.0.7:65535", "[::1]:50051",
                           "[2001:db8::7]:443", "my_host-2:80"}) {
    ASSERT_OK_AND_ASSIGN(const RelayAddress address, ParseRelayAddress(text));
    EXPECT_EQ(address.ToString(), text);
  }
}

TEST(RelayAddressTest, RefusesEverythingElseWithAnExample) {
  for (const char* text : {"",
                           ":",
                           ":50051",
                           "localhost",
                           "localhost:",
                           "localhost:0",
                           "localhost:65536",
                           "localhost:-1",
                           "localhost:+5",
                           "localhost: 5",
                           "localhost:5x",
                           "http://localhost:5",
                           "unix:/tmp/socket",
                           "a b:5",
                           "::1:5",
                           "[::1]",
                           "[]:5",
                           "[localhost]:5",
                           "[::1:5",
                           "-x:5",
                           "host/path:5",
                           "a:b@host:5"}) {
    EXPECT_THAT(ParseRelayAddress(text),
                IsStatus(absl::StatusCode::kInvalidArgument, testing::HasSubstr("for example")))
        << text;
  }
}

TEST(RelayAddressTest, KnowsWhatCanOnlyBeThisMachine) {
  for (const char* text : {"localhost:1", "LocalHost:1", "127.0.0.1:1", "127.255.0.3:1", "[::1]:1", "[0:0::1]:1"}) {
    EXPECT_TRUE(ParseRelayAddress(text)->is_loopback) << text;
  }
  for (const char* text : {"localhost.example.org:1", "128.0.0.1:1", "0.0.0.0:1", "[::]:1", "[::2]:1",
                           "127.0.0.1.nip.io:1", "127.1.example:1", "[::ffff:7f00:1]:1"}) {
    EXPECT_FALSE(ParseRelayAddress(text)->is_loopback) << text;
  }
}

}  // namespace
}  // namespace specrelay
