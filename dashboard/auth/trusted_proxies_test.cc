#include "dashboard/auth/trusted_proxies.h"

#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

struct Seen {
  std::string address;
  bool secure;
};

Seen Apply(const std::vector<std::string>& proxies, absl::string_view peer, HttpHeaders headers, bool tls = false) {
  HttpRequest request;
  request.remote_address = std::string(peer);
  request.headers = std::move(headers);
  TrustedProxies::Parse(proxies)->Apply(tls, request);
  return {request.remote_address, request.secure};
}

TEST(TrustedProxiesTest, BelievesNobodyUnlessTold) {
  const Seen seen = Apply({}, "127.0.0.1", {{"X-Forwarded-For", "192.0.2.7"}, {"X-Forwarded-Proto", "https"}});
  EXPECT_EQ(seen.address, "127.0.0.1");
  EXPECT_FALSE(seen.secure);
}

TEST(TrustedProxiesTest, BelievesATrustedProxy) {
  const Seen seen =
      Apply({"127.0.0.1"}, "127.0.0.1", {{"x-forwarded-for", "192.0.2.7"}, {"x-forwarded-proto", "HTTPS"}});
  EXPECT_EQ(seen.address, "192.0.2.7");
  EXPECT_TRUE(seen.secure);
}

TEST(TrustedProxiesTest, DoesNotBelieveAnyOther) {
  const Seen seen =
      Apply({"10.0.0.0/8"}, "192.0.2.9", {{"X-Forwarded-For", "10.1.1.1"}, {"X-Forwarded-Proto", "https"}});
  EXPECT_EQ(seen.address, "192.0.2.9");
  EXPECT_FALSE(seen.secure);
}

TEST(TrustedProxiesTest, IgnoresWhatTheClientWroteItself) {
  // The client sent the first entry; two proxies added the others.
  EXPECT_EQ(Apply({"10.0.0.0/8"}, "10.0.0.2", {{"X-Forwarded-For", "1.1.1.1, 192.0.2.7, 10.0.0.1"}}).address,
            "192.0.2.7");
}

TEST(TrustedProxiesTest, TakesRepeatedHeadersAsOneList) {
  EXPECT_EQ(Apply({"10.0.0.1"}, "10.0.0.1", {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "192.0.2.7"}}).address,
            "192.0.2.7");
  EXPECT_FALSE(Apply({"10.0.0.1"}, "10.0.0.1", {{"X-Forwarded-Proto", "https"}, {"X-Forwarded-Proto", "http"}}).secure);
}

TEST(TrustedProxiesTest, StopsAtWhatIsNoAddress) {
  EXPECT_EQ(Apply({"10.0.0.0/8"}, "10.0.0.2", {{"X-Forwarded-For", "192.0.2.7, unknown, 10.0.0.1"}}).address,
            "10.0.0.1");
  EXPECT_EQ(Apply({"10.0.0.0/8"}, "10.0.0.2", {{"X-Forwarded-For", ""}}).address, "10.0.0.2");
}

TEST(TrustedProxiesTest, OwnTlsIsEncryptionEnough) { EXPECT_TRUE(Apply({}, "192.0.2.7", {}, true).secure); }

TEST(TrustedProxiesTest, RefusesWhatIsNoRange) {
  EXPECT_THAT(TrustedProxies::Parse({"127.0.0.1", "nginx"}),
              IsStatus(absl::StatusCode::kInvalidArgument, testing::HasSubstr("nginx")));
}

}  // namespace
}  // namespace specrelay
