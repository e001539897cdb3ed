#include "dashboard/auth/origin_check.h"

#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

constexpr bool kRequired = true;

struct Headers {
  const char* host = "a.example";
  const char* origin = nullptr;
  const char* site = nullptr;
  bool secure = true;
};

absl::Status Check(const Headers& headers, bool required = kRequired, const std::vector<std::string>& allowed = {}) {
  HttpRequest request;
  request.secure = headers.secure;
  request.headers.emplace_back("Host", headers.host);
  if (headers.origin != nullptr) request.headers.emplace_back("Origin", headers.origin);
  if (headers.site != nullptr) request.headers.emplace_back("Sec-Fetch-Site", headers.site);
  return CheckOrigin(request, allowed, required);
}

TEST(OriginCheckTest, TellsMethodsThatChangeThings) {
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "QUERY", "get"}) EXPECT_TRUE(IsUnsafeMethod(method));
  for (const char* method : {"GET", "HEAD", "OPTIONS"}) EXPECT_FALSE(IsUnsafeMethod(method));
}

TEST(OriginCheckTest, TellsWhatAnOriginLooksLike) {
  for (const char* text : {"https://a.example", "http://localhost:3000", "https://[::1]:8443"}) {
    EXPECT_TRUE(IsOrigin(text)) << text;
  }
  for (const char* text : {"", "a.example", "https://", "https://a.example/", "ftp://a.example", "*", "null"}) {
    EXPECT_FALSE(IsOrigin(text)) << text;
  }
}

TEST(OriginCheckTest, PassesTheOwnPage) {
  EXPECT_THAT(Check({"a.example", "https://a.example", "same-origin"}), IsOk());
  EXPECT_THAT(Check({"a.example", "https://a.example", nullptr}), IsOk());
  EXPECT_THAT(Check({"a.example", nullptr, "same-origin"}), IsOk());
  EXPECT_THAT(Check({"a.example:443", "https://A.example", "same-origin"}), IsOk());
  EXPECT_THAT(Check({"a.example:8443", "https://a.example:8443", "same-origin"}), IsOk());
  EXPECT_THAT(Check({"localhost:8080", "http://localhost:8080", "same-origin", false}), IsOk());
}

TEST(OriginCheckTest, RefusesAnotherOrigin) {
  for (const char* origin : {"https://evil.example", "https://a.example.evil.example", "https://a.example:8443", "null",
                             "", "a.example", "file://", "https://a.example/", "https://a.example, https://a.example",
                             "https://user@a.example", "ftp://a.example"}) {
    EXPECT_THAT(Check({"a.example", origin, "same-origin"}), HasCode(absl::StatusCode::kPermissionDenied)) << origin;
  }
}

TEST(OriginCheckTest, RefusesAnotherPortOfTheSameMachine) {
  EXPECT_THAT(Check({"localhost:8080", "http://localhost:3000", "same-site", false}),
              HasCode(absl::StatusCode::kPermissionDenied));
}

TEST(OriginCheckTest, RefusesThePlainPageOfTheSameHost) {
  EXPECT_THAT(Check({"a.example", "http://a.example", nullptr}), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST(OriginCheckTest, PassesAnEncryptedPageBehindAProxyThatIsNotKnown) {
  EXPECT_THAT(Check({"a.example", "https://a.example", "same-origin", false}), IsOk());
}

TEST(OriginCheckTest, RefusesWhatTheBrowserSaysComesFromElsewhere) {
  for (const char* site : {"cross-site", "same-site", "none", "", "Same-Origin"}) {
    EXPECT_THAT(Check({"a.example", nullptr, site}), HasCode(absl::StatusCode::kPermissionDenied)) << site;
    EXPECT_THAT(Check({"a.example", "https://a.example", site}), HasCode(absl::StatusCode::kPermissionDenied)) << site;
  }
}

TEST(OriginCheckTest, PassesAnAllowedOriginAlone) {
  const std::vector<std::string> allowed = {"https://b.example"};
  EXPECT_THAT(Check({"a.example", "https://b.example", "cross-site"}, kRequired, allowed), IsOk());
  EXPECT_THAT(Check({"a.example", "https://c.example", "cross-site"}, kRequired, allowed),
              HasCode(absl::StatusCode::kPermissionDenied));
}

TEST(OriginCheckTest, WithoutBothHeadersItDependsOnWhetherTheyAreRequired) {
  EXPECT_THAT(Check({}), IsStatus(absl::StatusCode::kPermissionDenied, testing::HasSubstr("Authorization: Bearer")));
  EXPECT_THAT(Check({}, !kRequired), IsOk());
}

TEST(OriginCheckTest, ReadsTheHeadersEvenWhereTheyAreNotRequired) {
  EXPECT_THAT(Check({"a.example", "https://evil.example", nullptr}, !kRequired),
              HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Check({"a.example", nullptr, "cross-site"}, !kRequired), HasCode(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace specrelay
