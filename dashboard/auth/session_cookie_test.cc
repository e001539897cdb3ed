#include "dashboard/auth/session_cookie.h"

#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

HttpRequest WithCookies(const std::vector<std::string>& cookies, bool secure = false) {
  HttpRequest request;
  request.secure = secure;
  for (const std::string& cookie : cookies) request.headers.emplace_back("Cookie", cookie);
  return request;
}

TEST(SessionCookieTest, IsForTheServerAlone) {
  EXPECT_EQ(SessionCookie("t.o.k", absl::Hours(12), false),
            "specrelay_session=t.o.k; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
  EXPECT_EQ(SessionCookie("t.o.k", absl::Hours(12), true),
            "__Host-specrelay_session=t.o.k; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure");
}

TEST(SessionCookieTest, IsTakenBackWithTheSameAttributes) {
  EXPECT_EQ(ClearedSessionCookie(true),
            "__Host-specrelay_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure");
}

TEST(SessionCookieTest, IsFoundAmongOthers) {
  EXPECT_EQ(*SessionTokenOf(WithCookies({"a=b; specrelay_session=t.o.k;c=d=e"})), "t.o.k");
  EXPECT_EQ(*SessionTokenOf(WithCookies({"specrelay_session=t.o.k"})), "t.o.k");
  EXPECT_EQ(*SessionTokenOf(WithCookies({"a=b", "specrelay_session=t.o.k"})), "t.o.k");
  EXPECT_EQ(*SessionTokenOf(WithCookies({"__Host-specrelay_session=t.o.k"}, true)), "t.o.k");
}

TEST(SessionCookieTest, IsNotTakenFromAnother) {
  for (const char* cookies : {"", ";;", "xspecrelay_session=t", "specrelay_sessionx=t", "a=specrelay_session=t",
                              "specrelay_session", "Specrelay_Session=t", "__Host-specrelay_session=t"}) {
    EXPECT_EQ(*SessionTokenOf(WithCookies({cookies})), "") << cookies;
  }
}

TEST(SessionCookieTest, APlainCookieMeansNothingOnAnEncryptedConnection) {
  EXPECT_EQ(*SessionTokenOf(WithCookies({"specrelay_session=t"}, true)), "");
}

TEST(SessionCookieTest, OfTwoNoneIsTrusted) {
  EXPECT_THAT(SessionTokenOf(WithCookies({"specrelay_session=a; specrelay_session=b"})),
              HasCode(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(SessionTokenOf(WithCookies({"specrelay_session=a", "specrelay_session=a"})),
              HasCode(absl::StatusCode::kUnauthenticated));
}

}  // namespace
}  // namespace specrelay
