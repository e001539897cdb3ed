#include "dashboard/auth/authenticator.h"

#include "absl/strings/str_cat.h"
#include "dashboard/auth/session_cookie.h"
#include "dashboard/auth/testing/scratch_keys.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kUnknownKey[] = "srk_0000000000000000000000000000000000000000000000000";

auto IsRefusedWith(const std::string& what) { return IsStatus(absl::StatusCode::kUnauthenticated, HasSubstr(what)); }

class AuthenticatorTest : public testing::Test {
 protected:
  absl::StatusOr<Visitor> WithAuthorization(absl::string_view value) {
    return Authenticate({{"Authorization", std::string(value)}});
  }
  absl::StatusOr<Visitor> WithKey(absl::string_view key) { return WithAuthorization(absl::StrCat("Bearer ", key)); }
  absl::StatusOr<Visitor> WithCookie(absl::string_view token) {
    return Authenticate({{"Cookie", absl::StrCat("specrelay_session=", token)}});
  }
  absl::StatusOr<Visitor> Authenticate(HttpHeaders headers) {
    HttpRequest request;
    request.headers = std::move(headers);
    request.remote_address = "192.0.2.1";
    return authenticator_.Authenticate(request);
  }

  ScratchKeys keys_;
  SessionTokens sessions_{std::string(32, 's'), absl::Hours(12), keys_.store(), keys_.clock};
  LoginThrottle throttle_{keys_.clock};
  Authenticator authenticator_{keys_.store(), sessions_, throttle_};
};

TEST_F(AuthenticatorTest, AKeyTellsWhoItIs) {
  ASSERT_OK_AND_ASSIGN(const Visitor visitor, WithKey(keys_.Key(Role::kUser)));
  EXPECT_EQ(visitor.principal.key_name, "user");
  EXPECT_FALSE(visitor.session.has_value());
  EXPECT_THAT(WithAuthorization(absl::StrCat("bearer   ", keys_.Key(Role::kUser))), IsOk());
}

TEST_F(AuthenticatorTest, ASessionTellsWhoItIs) {
  ASSERT_OK_AND_ASSIGN(const IssuedSession issued, sessions_.Begin(keys_.PrincipalOf(Role::kUser)));
  ASSERT_OK_AND_ASSIGN(const Visitor visitor, WithCookie(issued.token));
  EXPECT_EQ(visitor.principal.key_name, "user");
  ASSERT_TRUE(visitor.session.has_value());
  EXPECT_EQ(visitor.session->id, issued.session.id);
}

TEST_F(AuthenticatorTest, WithoutBothItSaysWhatToDo) {
  EXPECT_THAT(Authenticate({}), IsRefusedWith("log in, or send"));
}

TEST_F(AuthenticatorTest, AKeyGoesBeforeASessionEvenWhenItIsWrong) {
  ASSERT_OK_AND_ASSIGN(const IssuedSession issued, sessions_.Begin(keys_.PrincipalOf(Role::kUser)));
  const std::string cookie = absl::StrCat("specrelay_session=", issued.token);
  EXPECT_THAT(Authenticate({{"Cookie", cookie}, {"Authorization", absl::StrCat("Bearer ", kUnknownKey)}}),
              HasCode(absl::StatusCode::kUnauthenticated));
  ASSERT_OK_AND_ASSIGN(
      const Visitor visitor,
      Authenticate({{"Cookie", cookie}, {"Authorization", absl::StrCat("Bearer ", keys_.Key(Role::kAdmin))}}));
  EXPECT_EQ(visitor.principal.key_name, "admin");
}

TEST_F(AuthenticatorTest, RefusesOtherSchemesWithoutCountingThem) {
  for (const char* value : {"", "Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "Bearersrk_x"}) {
    for (int i = 0; i < 3; ++i) EXPECT_THAT(WithAuthorization(value), IsRefusedWith("Bearer <key>")) << value;
  }
  EXPECT_THAT(WithKey(keys_.Key(Role::kUser)), IsOk());
}

TEST_F(AuthenticatorTest, NeverRepeatsTheKey) {
  for (const std::string& key : {std::string(kUnknownKey), std::string("srk_secret"), std::string("secret")}) {
    EXPECT_THAT(WithKey(key).status().message(), Not(HasSubstr(key)));
  }
}

TEST_F(AuthenticatorTest, AfterFiveWrongKeysTheAddressHasToWait) {
  for (int i = 0; i < 5; ++i) EXPECT_THAT(WithKey(kUnknownKey), HasCode(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(WithKey(kUnknownKey), IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("try again in 60 s")));
  EXPECT_THAT(authenticator_.CheckKey(keys_.Key(Role::kUser), "192.0.2.1"),
              HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(authenticator_.CheckKey(keys_.Key(Role::kUser), "192.0.2.2"), IsOk());
  keys_.clock.Advance(absl::Minutes(1));
  EXPECT_THAT(WithKey(keys_.Key(Role::kUser)), IsOk());
}

TEST_F(AuthenticatorTest, KeysThatWorkedAndSessionsWorkWhileWrongKeysAreRefused) {
  ASSERT_OK_AND_ASSIGN(const IssuedSession issued, sessions_.Begin(keys_.PrincipalOf(Role::kUser)));
  EXPECT_THAT(WithKey(keys_.Key(Role::kViewer)), IsOk());
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(WithKey(kUnknownKey).ok());
  EXPECT_THAT(WithKey(keys_.Key(Role::kViewer)), IsOk());
  EXPECT_THAT(WithCookie(issued.token), IsOk());
}

TEST_F(AuthenticatorTest, ARevokedKeyCountsAsWrongEvenWhereItWorked) {
  EXPECT_THAT(WithKey(keys_.Key(Role::kViewer)), IsOk());
  keys_.Revoke("viewer");
  for (int i = 0; i < 5; ++i) EXPECT_THAT(WithKey(keys_.Key(Role::kViewer)), IsRefusedWith("revoked"));
  EXPECT_THAT(WithKey(kUnknownKey), HasCode(absl::StatusCode::kResourceExhausted));
}

TEST_F(AuthenticatorTest, ASessionThatHasEndedIsNoWrongKey) {
  for (int i = 0; i < 10; ++i) EXPECT_THAT(WithCookie("x.y.z"), IsRefusedWith("log in again"));
  EXPECT_THAT(WithKey(keys_.Key(Role::kUser)), IsOk());
}

}  // namespace
}  // namespace specrelay
