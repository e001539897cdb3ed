#include "dashboard/gateway.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dashboard/testing/gateway_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class GatewayTest : public GatewayFixture {
 protected:
  // "Cookie: …" of a session that a key of that role began.
  std::string LogIn(absl::string_view role) {
    const RawResponse response =
        Send("POST", "/api/session", "nobody", "", absl::StrCat(R"({"key":")", Key(role), R"("})"));
    EXPECT_EQ(response.status, 200) << response.body;
    const std::pair<std::string, std::string> cookie =
        absl::StrSplit(response.Header("Set-Cookie"), absl::MaxSplits(';', 1));
    return absl::StrCat("Cookie: ", cookie.first, "\r\n");
  }
};

TEST_F(GatewayTest, SaysThatItLivesAndWhetherItTakesWork) {
  Start();
  EXPECT_EQ(Send("GET", "/healthz", "nobody").status, 200);
  EXPECT_EQ(Send("GET", "/readyz", "nobody").status, 200);
  ready_ = false;
  EXPECT_EQ(Send("GET", "/healthz", "nobody").status, 200);
  const RawResponse draining = Send("GET", "/readyz", "nobody");
  EXPECT_EQ(draining.status, 503);
  EXPECT_THAT(draining.Error(), HasSubstr("going down"));
}

TEST_F(GatewayTest, AKeyOpensWhatItsRoleMay) {
  Start();
  const RawResponse response = Send("GET", "/api/session", "viewer");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr(R"("role":"viewer")"));
}

TEST_F(GatewayTest, AnUnknownPathIsAJsonError) {
  Start();
  const RawResponse response = Send("GET", "/api/nowhere", "nobody");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.Error(), HasSubstr("/api/nowhere"));
}

TEST_F(GatewayTest, EveryAnswerHasTheHeadersThatKeepBrowsersInCheck) {
  options_.web_root = MakeWebsite();
  Start();
  for (const char* target : {"/healthz", "/api/nowhere", "/api/session", "/", "/login"}) {
    const RawResponse response = Send("GET", target, "nobody");
    EXPECT_THAT(response.Header("Content-Security-Policy"), HasSubstr("default-src 'none'")) << target;
    EXPECT_THAT(response.Header("Content-Security-Policy"), HasSubstr("frame-ancestors 'none'")) << target;
    EXPECT_EQ(response.Header("X-Content-Type-Options"), "nosniff") << target;
    EXPECT_EQ(response.Header("X-Frame-Options"), "DENY") << target;
    EXPECT_EQ(response.Header("Referrer-Policy"), "no-referrer") << target;
    EXPECT_NE(response.Header("X-Request-Id"), "") << target;
    EXPECT_NE(response.Header("Cache-Control"), "") << target;
  }
}

TEST_F(GatewayTest, TheRequestIdIsEchoed) {
  Start();
  EXPECT_EQ(Send("GET", "/healthz", "nobody", "X-Request-Id: abc-1\r\n").Header("X-Request-Id"), "abc-1");
  EXPECT_NE(Send("GET", "/healthz", "nobody").Header("X-Request-Id"),
            Send("GET", "/healthz", "nobody").Header("X-Request-Id"));
}

TEST_F(GatewayTest, ARequestIdThatTheRelayWouldNotTakeIsRefused) {
  Start();
  for (const std::string& id : {std::string("a b"), std::string(129, 'x'), std::string("\xC3\xA4")}) {
    const RawResponse response = Send("GET", "/healthz", "nobody", absl::StrCat("X-Request-Id: ", id, "\r\n"));
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.Error(), HasSubstr("X-Request-Id"));
  }
}

TEST_F(GatewayTest, AnotherHostIsNotServed) {
  options_.front_door.allowed_hosts = {"relay.example.org"};
  Start();
  for (const char* target : {"/", "/healthz", "/api/session"}) {
    const RawResponse response =
        Exchange(port(), absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
    EXPECT_EQ(response.status, 403) << target;
    EXPECT_THAT(response.Error(), HasSubstr("allowed_hosts")) << target;
  }
  EXPECT_EQ(Exchange(port(), "GET /healthz HTTP/1.1\r\nHost: relay.example.org\r\n\r\n").status, 200);
}

TEST_F(GatewayTest, ASessionWritesOnlyFromTheOwnPage) {
  Start();
  const std::string cookie = LogIn("user");
  EXPECT_EQ(Send("GET", "/api/session", "nobody", cookie).status, 200);
  const std::string target = "/api/projects/p1/approvals/a1/approve";
  EXPECT_EQ(Send("POST", target, "nobody", cookie).status, 403);
  EXPECT_EQ(Send("POST", target, "nobody", cookie + "Sec-Fetch-Site: cross-site\r\n").status, 403);
  EXPECT_EQ(Send("POST", target, "nobody", cookie + "Origin: https://evil.example\r\n").status, 403);
  EXPECT_EQ(Send("POST", target, "nobody", cookie + "Sec-Fetch-Site: same-origin\r\n").status, 404);
}

TEST_F(GatewayTest, TheLoginAddressOfTheFirstStartWorksOnce) {
  Start();
  ASSERT_OK_AND_ASSIGN(const Principal principal, keys_->Authenticate(Key("admin")));
  ASSERT_OK_AND_ASSIGN(const std::string url, gateway_->MakeLoginUrl(principal));
  const std::string base = absl::StrCat("http://localhost:", port());
  ASSERT_THAT(url, StartsWith(base));
  const std::string target = url.substr(base.size());
  const RawResponse response = Send("GET", target, "nobody");
  EXPECT_EQ(response.status, 303);
  EXPECT_THAT(response.Header("Set-Cookie"), HasSubstr("HttpOnly"));
  EXPECT_EQ(Send("GET", target, "nobody").status, 401);
}

TEST_F(GatewayTest, StrangersMayNotSendMuch) {
  Start();
  const std::string large(65 << 10, ' ');
  const RawResponse response = Send("POST", "/api/session", "nobody", "", large);
  EXPECT_EQ(response.status, 413);
  EXPECT_NE(response.Error(), "");
  EXPECT_EQ(Send("POST", "/api/projects/p1/commands", "user", "", large).status, 400);
}

TEST_F(GatewayTest, TheLargeBodyOfAStrangerIsNotRead) {
  Start();
  const auto send = [this](absl::string_view role, absl::string_view target) {
    return Exchange(port(), absl::StrCat("POST ", target, " HTTP/1.1\r\nHost: localhost\r\n", KeyHeader(role),
                                         "Content-Length: 1000000\r\n\r\n"));
  };
  EXPECT_EQ(send("nobody", "/api/session").status, 413);
  EXPECT_EQ(send("nobody", "/api/projects/p1/commands").status, 401);
  EXPECT_EQ(send("viewer", "/api/projects/p1/approvals/a1/approve").status, 403);
  EXPECT_EQ(send("admin", "/api/nowhere").status, 404);
  EXPECT_EQ(send("admin", "/api/openapi.json").status, 405);
}

TEST_F(GatewayTest, TheWebsiteIsServedWhereNoRouteIs) {
  options_.web_root = MakeWebsite();
  Start();
  EXPECT_THAT(Send("GET", "/", "nobody").body, HasSubstr("the page"));
  EXPECT_THAT(Send("GET", "/projects/p1", "nobody", "Accept: text/html\r\n").body, HasSubstr("the page"));
  EXPECT_THAT(Send("GET", "/", "nobody").Header("Content-Security-Policy"), HasSubstr("script-src 'self'"));
  EXPECT_EQ(Send("GET", "/assets/app-Bx3_9fAq.js", "nobody").Header("Cache-Control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(Send("HEAD", "/assets/app-Bx3_9fAq.js", "nobody").Header("Content-Length"), "6");
  EXPECT_EQ(Send("GET", "/../keys.json", "nobody").status, 404);
  EXPECT_EQ(Send("POST", "/", "nobody").status, 404);
  EXPECT_EQ(Send("GET", "/api/nowhere", "nobody", "Accept: text/html\r\n").status, 404);
}

TEST_F(GatewayTest, EventsAreStreamedUntilTheEnd) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/api/events", KeyHeader("viewer")));
  const RawResponse response = connection.ReadResponse();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.Header("Content-Type"), "text/event-stream");
  EXPECT_NE(connection.ReadSome(), "");
  gateway_->Stop();
  EXPECT_TRUE(connection.Ends());
}

TEST_F(GatewayTest, TheDescriptionNamesEveryRoute) {
  Start();
  const nlohmann::json document = nlohmann::json::parse(Send("GET", "/api/openapi.json", "viewer").body);
  for (const Route& route : gateway_->routes()) EXPECT_TRUE(document["paths"].contains(route.pattern)) << route.pattern;
}

TEST_F(GatewayTest, AMissingWebsiteIsAClearError) {
  options_.web_root = keys_file_.directory() + "/nowhere";
  ASSERT_OK_AND_ASSIGN(keys_, KeyStore::Open(keys_file_.path(), clock_));
  EXPECT_THAT(Gateway::Start(options_, {*relay_, *keys_, streams_, clock_, metrics_, [] { return true; }}),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("nowhere")));
}

}  // namespace
}  // namespace specrelay
