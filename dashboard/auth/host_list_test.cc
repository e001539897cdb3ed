#include "dashboard/auth/host_list.h"

#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

bool Allows(const std::vector<std::string>& hosts, absl::string_view header, bool secure = true) {
  return HostList::Parse(hosts)->Allows(header, secure);
}

TEST(HostListTest, AlwaysAllowsThisMachine) {
  for (const char* host : {"localhost", "LocalHost:8080", "localhost.", "127.0.0.1", "127.0.0.1:80", "127.1.2.3",
                           "[::1]", "[::1]:8080", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]"}) {
    EXPECT_TRUE(Allows({}, host)) << host;
  }
}

TEST(HostListTest, RefusesNamesThatCouldResolveHere) {
  for (const char* host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1", "[::2]",
                           "evil-localhost", "0.0.0.0", "evil-specrelay.example.org", "a.specrelay.example.org"}) {
    EXPECT_FALSE(Allows({"specrelay.example.org"}, host)) << host;
  }
}

TEST(HostListTest, AllowsAConfiguredNameWithAnyPort) {
  for (const char* host : {"specrelay.example.org", "SpecRelay.Example.ORG", "specrelay.example.org:443",
                           "specrelay.example.org:8443", "specrelay.example.org."}) {
    EXPECT_TRUE(Allows({"specrelay.example.org"}, host)) << host;
  }
}

TEST(HostListTest, AllowsAConfiguredPortAlone) {
  EXPECT_TRUE(Allows({"a.example:8443"}, "a.example:8443"));
  EXPECT_FALSE(Allows({"a.example:8443"}, "a.example:9443"));
  EXPECT_FALSE(Allows({"a.example:8443"}, "a.example"));
  EXPECT_TRUE(Allows({"a.example:443"}, "a.example", true));
  EXPECT_FALSE(Allows({"a.example:443"}, "a.example", false));
  EXPECT_TRUE(Allows({"a.example:80"}, "a.example", false));
}

TEST(HostListTest, AllowsAConfiguredAddressInEachForm) {
  EXPECT_TRUE(Allows({"[2001:db8::1]"}, "[2001:DB8:0:0::1]:8080"));
  EXPECT_TRUE(Allows({"192.0.2.1"}, "192.0.2.1:8080"));
}

TEST(HostListTest, RefusesWhatIsNoHost) {
  for (const char* host : {"", ":80", "a b", "a/b", "a@localhost", "localhost:", "localhost:x", "localhost:99999",
                           "localhost:080808", "[::1", "::1", "[::1]x", "[::1]:", "localhost,evil", "a\\b", "."}) {
    EXPECT_FALSE(ParseHost(host).has_value()) << host;
  }
}

TEST(HostListTest, SaysWhichConfiguredHostIsNone) {
  EXPECT_THAT(HostList::Parse({"https://a.example"}),
              IsStatus(absl::StatusCode::kInvalidArgument, testing::HasSubstr("https://a.example")));
}

}  // namespace
}  // namespace specrelay
