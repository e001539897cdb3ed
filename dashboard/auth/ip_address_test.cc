#include "dashboard/auth/ip_address.h"

#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

std::string Normal(absl::string_view text) {
  const absl::optional<IpAddress> address = IpAddress::Parse(text);
  return address.has_value() ? address->ToString() : "none";
}

bool Contains(absl::string_view range, absl::string_view address) {
  return IpRange::Parse(range)->Contains(*IpAddress::Parse(address));
}

TEST(IpAddressTest, ReadsBothKindsInEachForm) {
  EXPECT_EQ(Normal("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(Normal("2001:DB8:0::1"), "2001:db8::1");
  EXPECT_EQ(Normal("[::1]"), "::1");
  EXPECT_EQ(Normal("fe80::1%eth0"), "fe80::1");
}

TEST(IpAddressTest, TakesAnIpv4AddressInIpv6ForWhatItIs) {
  EXPECT_EQ(Normal("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_TRUE(IpAddress::Parse("::ffff:127.0.0.1")->IsLoopback());
}

TEST(IpAddressTest, RefusesWhatIsNone) {
  for (const char* text : {"", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "::1::", "[::1", "unknown", "_hidden"}) {
    EXPECT_EQ(Normal(text), "none") << text;
  }
}

TEST(IpAddressTest, KnowsLoopback) {
  EXPECT_TRUE(IpAddress::Parse("127.8.9.1")->IsLoopback());
  EXPECT_TRUE(IpAddress::Parse("::1")->IsLoopback());
  EXPECT_FALSE(IpAddress::Parse("::2")->IsLoopback());
  EXPECT_FALSE(IpAddress::Parse("128.0.0.1")->IsLoopback());
  EXPECT_FALSE(IpAddress::Parse("::")->IsLoopback());
}

TEST(IpAddressTest, PrefixKeepsTheFirstBits) {
  EXPECT_EQ(IpAddress::Parse("10.255.255.255")->Prefix(12).ToString(), "10.240.0.0");
  EXPECT_EQ(IpAddress::Parse("2001:db8:1:2:3:4:5:6")->Prefix(64).ToString(), "2001:db8:1:2::");
  EXPECT_EQ(IpAddress::Parse("192.0.2.1")->Prefix(0).ToString(), "0.0.0.0");
}

TEST(IpRangeTest, ContainsWhatBeginsLikeIt) {
  EXPECT_TRUE(Contains("10.0.0.0/8", "10.255.1.2"));
  EXPECT_FALSE(Contains("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(Contains("127.0.0.1", "127.0.0.1"));
  EXPECT_FALSE(Contains("127.0.0.1", "127.0.0.2"));
  EXPECT_TRUE(Contains("2001:db8::/32", "2001:db8:ffff::1"));
}

TEST(IpRangeTest, KeepsTheKindsApart) {
  EXPECT_FALSE(Contains("::/0", "10.0.0.1"));
  EXPECT_FALSE(Contains("0.0.0.0/0", "::1"));
  EXPECT_TRUE(Contains("0.0.0.0/0", "10.0.0.1"));
}

TEST(IpRangeTest, RefusesWhatIsNone) {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/x", "10.0.0.1/8", "/8", "host/8"}) {
    EXPECT_THAT(IpRange::Parse(text), HasCode(absl::StatusCode::kInvalidArgument)) << text;
  }
}

}  // namespace
}  // namespace specrelay
