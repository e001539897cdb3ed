#include "relay/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

TEST(ListenAddressTest, HostAndPortAreRead) {
  ASSERT_OK_AND_ASSIGN(const ListenAddress address, ParseListenAddress("127.0.0.1:8080"));
  EXPECT_EQ(address.host, "127.0.0.1");
  EXPECT_EQ(address.port, 8080);
  EXPECT_EQ(address.ToString(), "127.0.0.1:8080");
}

TEST(ListenAddressTest, IPv6AddressesStandInBrackets) {
  ASSERT_OK_AND_ASSIGN(const ListenAddress address, ParseListenAddress("[::1]:0"));
  EXPECT_EQ(address.host, "::1");
  EXPECT_EQ(address.port, 0);
  EXPECT_EQ(address.ToString(), "[::1]:0");
}

TEST(ListenAddressTest, WhatIsNoAddressIsRefused) {
  for (const absl::string_view text : {"", "8080", "localhost", ":8080", "localhost:", "localhost:http", "localhost:-1",
                                       "localhost:65536", "::1:8080", "[::1:8080", "[]:1", "a]:1"}) {
    EXPECT_THAT(ParseListenAddress(text), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("HOST:PORT"))) << text;
  }
}

TEST(ListenAddressTest, AFreePortCanBeListenedOn) {
  EXPECT_THAT(CheckCanListen({"127.0.0.1", 0}), IsOk());
  EXPECT_THAT(CheckCanListen({"localhost", 0}), IsOk());
}

TEST(ListenAddressTest, ATakenPortIsToldAsSuch) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  ASSERT_EQ(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(::listen(descriptor, 1), 0);
  ASSERT_EQ(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length), 0);
  const int port = ::ntohs(address.sin_port);
  EXPECT_THAT(CheckCanListen({"127.0.0.1", port}),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("address already in use")));
  EXPECT_THAT(CheckCanListen({"localhost", port}),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("address already in use")));
  ::close(descriptor);
}

TEST(ListenAddressTest, AForeignAddressIsToldAsSuch) {
  EXPECT_THAT(CheckCanListen({"192.0.2.1", 0}),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("does not have that address")));
}

}  // namespace
}  // namespace specrelay
