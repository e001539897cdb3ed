#include "dashboard/auth/session_routes.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dashboard/auth/testing/scratch_keys.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kUnknownKey[] = "srk_0000000000000000000000000000000000000000000000000";

std::string HeaderOf(const HttpResponse& response, absl::string_view name) {
  for (const auto& [header, value] : response.headers) {
    if (header == name) return value;
  }
  return "";
}

// "name=value" of the cookie that a response sets.
std::string CookieOf(const HttpResponse& response) {
  return std::vector<std::string>(absl::StrSplit(HeaderOf(response, "Set-Cookie"), ';'))[0];
}

nlohmann::json JsonOf(const HttpResponse& response) { return nlohmann::json::parse(response.body, nullptr, false); }

class SessionRoutesTest : public testing::Test {
 protected:
  HttpRequest Request(absl::string_view method, absl::string_view path, std::string body = "") {
    HttpRequest request;
    request.method = std::string(method);
    request.path = std::string(path);
    request.headers = {{"Host", "localhost:8080"}};
    request.body = std::move(body);
    request.remote_address = "192.0.2.1";
    return request;
  }

  // As the gateway calls a handler; the caller is who a cookie or a key says, if anybody.
  HttpResponse Call(const HttpRequest& request) {
    const absl::StatusOr<Visitor> visitor = authenticator_.Authenticate(request);
    Caller caller;
    if (visitor.ok()) caller.principal = visitor->principal;
    for (const Route& route : routes_) {
      const bool reads = route.method == "GET" && request.method == "HEAD";
      if (route.pattern == request.path && (route.method == request.method || reads)) {
        return route.handler(CallContext{request, caller, "request-1", keys_.clock.Now()});
      }
    }
    return HttpResponse::Error(404, "no such route");
  }

  HttpResponse LogIn(absl::string_view key) {
    return Call(Request("POST", "/api/session", absl::StrCat(R"({"key":")", key, R"("})")));
  }

  HttpResponse Follow(absl::string_view token, absl::string_view method = "GET", HttpHeaders headers = {}) {
    HttpRequest request = Request(method, "/login");
    request.query_parameters["token"] = std::string(token);
    request.headers.insert(request.headers.end(), headers.begin(), headers.end());
    return Call(request);
  }

  std::string LinkToken(Role role = Role::kUser) { return links_.Make(keys_.PrincipalOf(role))->token; }

  absl::StatusOr<Visitor> VisitorWith(absl::string_view cookie) {
    HttpRequest request = Request("GET", "/");
    request.headers.emplace_back("Cookie", cookie);
    return authenticator_.Authenticate(request);
  }

  ScratchKeys keys_;
  SessionTokens sessions_{std::string(32, 's'), absl::Hours(12), keys_.store(), keys_.clock};
  LoginThrottle throttle_{keys_.clock};
  LoginLinks links_{keys_.store(), keys_.clock};
  Authenticator authenticator_{keys_.store(), sessions_, throttle_};
  const std::vector<Route> routes_ = SessionRoutes({authenticator_, sessions_, links_});
};

TEST_F(SessionRoutesTest, AKeyGivesACookieAndSaysWhoItIs) {
  const HttpResponse response = LogIn(keys_.Key(Role::kUser));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            R"({"account":"acme","role":"user","keyName":"user","expiresAt":"2023-11-15T10:13:20.000Z"})");
  EXPECT_THAT(HeaderOf(response, "Set-Cookie"), HasSubstr("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"));
  ASSERT_OK_AND_ASSIGN(const Visitor visitor, VisitorWith(CookieOf(response)));
  EXPECT_EQ(visitor.principal.key_name, "user");
}

TEST_F(SessionRoutesTest, TheCookieIsForEncryptedConnectionsWhenThisIsOne) {
  HttpRequest request = Request("POST", "/api/session", absl::StrCat(R"({"key":")", keys_.Key(Role::kUser), R"("})"));
  request.secure = true;
  EXPECT_THAT(HeaderOf(Call(request), "Set-Cookie"),
              AllOf(StartsWith("__Host-specrelay_session="), testing::EndsWith("; Secure")));
}

TEST_F(SessionRoutesTest, AWrongKeyGivesNoCookie) {
  const HttpResponse response = LogIn(kUnknownKey);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(HeaderOf(response, "Set-Cookie"), "");
  EXPECT_TRUE(JsonOf(response).contains("error"));
}

TEST_F(SessionRoutesTest, TheSixthWrongKeyMustWait) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(LogIn(kUnknownKey).status, 401);
  const HttpResponse response = LogIn(kUnknownKey);
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "60");
}

TEST_F(SessionRoutesTest, AnAgentsKeyLogsNobodyIn) {
  const HttpResponse response = LogIn(keys_.Key(Role::kAgent));
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(HeaderOf(response, "Set-Cookie"), "");
  EXPECT_EQ(Follow(LinkToken(Role::kAgent)).status, 403);
}

TEST_F(SessionRoutesTest, ABodyWithoutAKeyIsRefused) {
  for (const char* body : {"", "{}", "[]", "null", R"({"key":1})", R"({"key":null})", R"({"key")", R"("srk_x")"}) {
    EXPECT_EQ(Call(Request("POST", "/api/session", body)).status, 400) << body;
  }
  EXPECT_EQ(Call(Request("POST", "/api/session", std::string(100'000, '['))).status, 400);
}

TEST_F(SessionRoutesTest, TellsWhoIsLoggedIn) {
  HttpRequest request = Request("GET", "/api/session");
  request.headers.emplace_back("Cookie", CookieOf(LogIn(keys_.Key(Role::kViewer))));
  EXPECT_EQ(Call(request).body,
            R"({"account":"acme","role":"viewer","keyName":"viewer","expiresAt":"2023-11-15T10:13:20.000Z"})");
}

TEST_F(SessionRoutesTest, AKeyIsNoSessionAndHasNoEnd) {
  HttpRequest request = Request("GET", "/api/session");
  request.headers.emplace_back("Cookie", CookieOf(LogIn(keys_.Key(Role::kViewer))));
  request.headers.emplace_back("Authorization", absl::StrCat("Bearer ", keys_.Key(Role::kAdmin)));
  EXPECT_EQ(Call(request).body, R"({"account":"acme","role":"admin","keyName":"admin","expiresAt":null})");
}

TEST_F(SessionRoutesTest, LoggingOutEndsTheSessionAndTakesTheCookieBack) {
  const std::string cookie = CookieOf(LogIn(keys_.Key(Role::kUser)));
  HttpRequest request = Request("DELETE", "/api/session");
  request.headers.emplace_back("Cookie", cookie);
  const HttpResponse response = Call(request);
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(HeaderOf(response, "Set-Cookie"), HasSubstr("specrelay_session=; Path=/; Max-Age=0"));
  EXPECT_THAT(VisitorWith(cookie), HasCode(absl::StatusCode::kUnauthenticated));
}

TEST_F(SessionRoutesTest, LoggingOutWithoutASessionDoesNoHarm) {
  EXPECT_EQ(Call(Request("DELETE", "/api/session")).status, 200);
}

TEST_F(SessionRoutesTest, ALinkLogsInWithTheRoleOfItsMaker) {
  HttpRequest request = Request("POST", "/api/session/links");
  request.headers.emplace_back("Cookie", CookieOf(LogIn(keys_.Key(Role::kViewer))));
  const HttpResponse made = Call(request);
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(JsonOf(made)["expiresAt"], "2023-11-14T22:23:20.000Z");
  const std::string url = JsonOf(made)["url"];
  ASSERT_THAT(url, StartsWith("http://localhost:8080/login?token="));

  const HttpResponse response = Follow(url.substr(url.find('=') + 1));
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(HeaderOf(response, "Location"), "/");
  EXPECT_EQ(HeaderOf(response, "Referrer-Policy"), "no-referrer");
  EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-store");
  ASSERT_OK_AND_ASSIGN(const Visitor visitor, VisitorWith(CookieOf(response)));
  EXPECT_EQ(visitor.principal.role, Role::kViewer);
}

TEST_F(SessionRoutesTest, ALinkWorksOnce) {
  const std::string token = LinkToken();
  EXPECT_EQ(Follow(token).status, 303);
  const HttpResponse again = Follow(token);
  EXPECT_EQ(again.status, 401);
  EXPECT_EQ(HeaderOf(again, "Set-Cookie"), "");
}

TEST_F(SessionRoutesTest, LookingAheadDoesNotUseALinkUp) {
  const std::string token = LinkToken();
  for (const HttpResponse& response :
       {Follow(token, "HEAD"), Follow(token, "GET", {{"Sec-Purpose", "prefetch;prerender"}}),
        Follow(token, "GET", {{"Purpose", "prefetch"}}), Follow(token, "GET", {{"X-Moz", "prefetch"}}),
        Follow(token, "GET", {{"Sec-Fetch-Dest", "image"}}), Follow(token, "GET", {{"Sec-Fetch-Dest", "empty"}})}) {
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(HeaderOf(response, "Set-Cookie"), "");
  }
  EXPECT_EQ(Follow(token, "GET", {{"Sec-Fetch-Dest", "document"}}).status, 303);
}

TEST_F(SessionRoutesTest, ALinkWithoutATokenIsRefused) { EXPECT_EQ(Follow("").status, 401); }

}  // namespace
}  // namespace specrelay
