#include "dashboard/auth/front_door.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dashboard/auth/testing/scratch_keys.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

std::string HeaderOf(const HttpResponse& response, absl::string_view name) {
  for (const auto& [header, value] : response.headers) {
    if (header == name) return value;
  }
  return "";
}

class FrontDoorTest : public testing::Test {
 protected:
  void SetUp() override { Open({}); }

  void Open(FrontDoorOptions options) { door_ = *FrontDoor::Open(options, keys_.store(), keys_.clock); }

  static HttpRequest Request(absl::string_view method, HttpHeaders headers = {}) {
    HttpRequest request;
    request.method = std::string(method);
    request.path = "/api/anything";
    request.headers = std::move(headers);
    request.headers.emplace_back("Host", "localhost:8080");
    request.remote_address = "192.0.2.1";
    return request;
  }
  std::pair<std::string, std::string> Bearer(Role role) const {
    return {"Authorization", absl::StrCat("Bearer ", keys_.Key(role))};
  }
  // A cookie of a new session.
  std::pair<std::string, std::string> Cookie(Role role) {
    HttpRequest request = Request("POST");
    request.body = absl::StrCat(R"({"key":")", keys_.Key(role), R"("})");
    for (const Route& route : door_->Routes()) {
      if (route.method != "POST" || route.pattern != "/api/session") continue;
      const HttpResponse response = route.handler(CallContext{request, Caller(), "request-1", keys_.clock.Now()});
      return {"Cookie", std::vector<std::string>(absl::StrSplit(HeaderOf(response, "Set-Cookie"), ';'))[0]};
    }
    return {};
  }

  // 200 when a request is let in.
  int StatusOf(const HttpRequest& request, Access access) {
    const auto admitted = door_->Admit(request, access);
    if (const auto* answer = absl::get_if<HttpResponse>(&admitted)) return answer->status;
    return 200;
  }
  FrontDoor::Admission Admit(const HttpRequest& request, Access access) {
    return absl::get<FrontDoor::Admission>(door_->Admit(request, access));
  }

  ScratchKeys keys_;
  std::unique_ptr<FrontDoor> door_;
};

TEST_F(FrontDoorTest, LetsInOnlyWhoAsksForThisServer) {
  Open({"", kSessionLifetime, {"specrelay.example.org"}, {}, {}, false});
  for (const char* host : {"specrelay.example.org", "127.0.0.1:8080"}) {
    HttpRequest request;
    request.headers = {{"Host", host}};
    EXPECT_FALSE(door_->Receive(request).has_value()) << host;
  }
  for (const char* host : {"evil.example", "", "specrelay.example.org.evil.example"}) {
    HttpRequest request;
    request.headers = {{"Host", host}};
    const absl::optional<HttpResponse> answer = door_->Receive(request);
    ASSERT_TRUE(answer.has_value()) << host;
    EXPECT_EQ(answer->status, 403);
    EXPECT_THAT(answer->body, testing::HasSubstr("--allowed_hosts"));
  }
}

TEST_F(FrontDoorTest, KnowsTheClientBehindATrustedProxy) {
  Open({"", kSessionLifetime, {}, {}, {"10.0.0.1"}, false});
  HttpRequest request = Request("GET", {{"X-Forwarded-For", "192.0.2.7"}, {"X-Forwarded-Proto", "https"}});
  request.remote_address = "10.0.0.1";
  EXPECT_FALSE(door_->Receive(request).has_value());
  EXPECT_EQ(request.remote_address, "192.0.2.7");
  EXPECT_TRUE(request.secure);
}

TEST_F(FrontDoorTest, OnlyOpenRoutesAreOpen) {
  for (const Access access : {Access::kViewer, Access::kUser, Access::kAdmin}) {
    EXPECT_EQ(StatusOf(Request("GET"), access), 401);
    EXPECT_EQ(StatusOf(Request("POST"), access), 401);
  }
  EXPECT_EQ(StatusOf(Request("GET"), Access::kOpen), 200);
  EXPECT_FALSE(Admit(Request("GET"), Access::kOpen).principal.has_value());
}

TEST_F(FrontDoorTest, EachRoleGetsAsFarAsItMayByKeyAndByCookie) {
  const std::vector<std::pair<Role, int>> reach = {
      {Role::kAgent, 0}, {Role::kViewer, 1}, {Role::kUser, 2}, {Role::kAdmin, 3}};
  const std::vector<Access> accesses = {Access::kOpen, Access::kViewer, Access::kUser, Access::kAdmin};
  for (const auto& [role, highest] : reach) {
    for (int i = 0; i < 4; ++i) {
      const int expected = i <= highest ? 200 : 403;
      EXPECT_EQ(StatusOf(Request("GET", {Bearer(role)}), accesses[i]), expected) << RoleName(role) << i;
      EXPECT_EQ(StatusOf(Request("POST", {Bearer(role)}), accesses[i]), expected) << RoleName(role) << i;
      if (role == Role::kAgent) continue;
      EXPECT_EQ(StatusOf(Request("GET", {Cookie(role)}), accesses[i]), expected) << RoleName(role) << i;
    }
  }
}

TEST_F(FrontDoorTest, AnOpenRouteLearnsWhoIsThereAndTakesAWrongKeyForNobody) {
  EXPECT_EQ(Admit(Request("GET", {Bearer(Role::kUser)}), Access::kOpen).principal->key_name, "user");
  EXPECT_FALSE(Admit(Request("GET", {{"Authorization", "Bearer srk_x"}}), Access::kOpen).principal.has_value());
}

TEST_F(FrontDoorTest, AWriteWithACookieMustComeFromTheOwnPage) {
  const auto cookie = Cookie(Role::kUser);
  EXPECT_EQ(StatusOf(Request("POST", {cookie, {"Origin", "http://localhost:8080"}}), Access::kUser), 200);
  EXPECT_EQ(StatusOf(Request("POST", {cookie, {"Sec-Fetch-Site", "same-origin"}}), Access::kUser), 200);
  EXPECT_EQ(StatusOf(Request("POST", {cookie}), Access::kUser), 403);
  EXPECT_EQ(StatusOf(Request("POST", {cookie, {"Origin", "http://localhost:3000"}}), Access::kUser), 403);
  EXPECT_EQ(StatusOf(Request("DELETE", {cookie, {"Sec-Fetch-Site", "cross-site"}}), Access::kUser), 403);
  EXPECT_EQ(StatusOf(Request("DELETE", {cookie}), Access::kOpen), 403);
  EXPECT_EQ(StatusOf(Request("GET", {cookie}), Access::kUser), 200);
}

TEST_F(FrontDoorTest, AWriteWithAKeyMayComeFromAnywhere) {
  EXPECT_EQ(StatusOf(Request("POST", {Bearer(Role::kUser), {"Origin", "https://evil.example"}}), Access::kUser), 200);
}

TEST_F(FrontDoorTest, NoOtherPageMayLogABrowserIn) {
  EXPECT_EQ(StatusOf(Request("POST", {{"Origin", "https://evil.example"}}), Access::kOpen), 403);
  EXPECT_EQ(StatusOf(Request("POST", {{"Authorization", "Bearer x"}, {"Sec-Fetch-Site", "cross-site"}}), Access::kOpen),
            403);
  EXPECT_EQ(StatusOf(Request("POST"), Access::kOpen), 200);
}

TEST_F(FrontDoorTest, AConfiguredPageMayWrite) {
  Open({"", kSessionLifetime, {}, {"https://admin.example"}, {}, false});
  EXPECT_EQ(StatusOf(Request("POST", {Cookie(Role::kUser), {"Origin", "https://admin.example"}}), Access::kUser), 200);
}

TEST_F(FrontDoorTest, ASessionThatIsUsedInItsSecondHalfGoesOn) {
  const auto cookie = Cookie(Role::kUser);
  keys_.clock.Advance(absl::Hours(7));
  const HttpRequest request = Request("GET", {cookie});
  HttpResponse response;
  door_->Finish(request, Admit(request, Access::kOpen), response);
  EXPECT_EQ(HeaderOf(response, "Set-Cookie"), "");
  door_->Finish(request, Admit(request, Access::kViewer), response);
  EXPECT_THAT(HeaderOf(response, "Set-Cookie"), testing::HasSubstr("Max-Age=43200"));

  HttpResponse logged_out;
  logged_out.SetHeader("Set-Cookie", "specrelay_session=; Max-Age=0");
  door_->Finish(request, Admit(request, Access::kViewer), logged_out);
  EXPECT_EQ(HeaderOf(logged_out, "Set-Cookie"), "specrelay_session=; Max-Age=0");
}

TEST_F(FrontDoorTest, SessionsOutliveARestartWithTheirSecretsFile) {
  const std::string file = keys_.Path("session-secret");
  Open({file, kSessionLifetime, {}, {}, {}, false});
  const auto cookie = Cookie(Role::kUser);
  Open({file, kSessionLifetime, {}, {}, {}, false});
  EXPECT_EQ(StatusOf(Request("GET", {cookie}), Access::kViewer), 200);
  Open({});
  EXPECT_EQ(StatusOf(Request("GET", {cookie}), Access::kViewer), 401);
}

TEST_F(FrontDoorTest, MistakesInTheOptionsAreNamed) {
  const auto error_of = [&](const FrontDoorOptions& options) {
    return FrontDoor::Open(options, keys_.store(), keys_.clock).status();
  };
  EXPECT_THAT(error_of({"", kSessionLifetime, {"a b"}, {}, {}, false}), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(error_of({"", kSessionLifetime, {}, {}, {"a"}, false}), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(error_of({"", kSessionLifetime, {}, {"a.example"}, {}, false}),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(error_of({keys_.Path("no/file"), kSessionLifetime, {}, {}, {}, false}),
              HasCode(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace specrelay
