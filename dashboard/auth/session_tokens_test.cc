#include "dashboard/auth/session_tokens.h"

#include "dashboard/auth/testing/scratch_keys.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

class SessionTokensTest : public testing::Test {
 protected:
  IssuedSession Begin(Role role = Role::kUser) { return *tokens_.Begin(keys_.PrincipalOf(role)); }

  ScratchKeys keys_;
  SessionTokens tokens_{std::string(32, 's'), absl::Hours(12), keys_.store(), keys_.clock};
};

auto IsRefusedWith(const std::string& what) { return IsStatus(absl::StatusCode::kUnauthenticated, HasSubstr(what)); }

TEST_F(SessionTokensTest, ASessionIsWhoBeganIt) {
  const IssuedSession issued = Begin();
  EXPECT_EQ(issued.session.expires_at - issued.session.issued_at, absl::Hours(12));
  ASSERT_OK_AND_ASSIGN(const Session session, tokens_.Verify(issued.token));
  EXPECT_EQ(session.id, issued.session.id);
  EXPECT_EQ(session.principal.key_id, keys_.PrincipalOf(Role::kUser).key_id);
  EXPECT_EQ(session.principal.role, Role::kUser);
}

TEST_F(SessionTokensTest, EachSessionIsAnother) { EXPECT_NE(Begin().session.id, Begin().session.id); }

TEST_F(SessionTokensTest, ItExpires) {
  const IssuedSession issued = Begin();
  keys_.clock.Advance(absl::Hours(12) - absl::Seconds(1));
  EXPECT_THAT(tokens_.Verify(issued.token), IsOk());
  keys_.clock.Advance(absl::Seconds(1));
  EXPECT_THAT(tokens_.Verify(issued.token), IsRefusedWith("expired"));
}

TEST_F(SessionTokensTest, RevokingItsKeyEndsItAndNoOther) {
  const IssuedSession user = Begin(Role::kUser);
  const IssuedSession admin = Begin(Role::kAdmin);
  keys_.Revoke("user");
  EXPECT_THAT(tokens_.Verify(user.token), IsRefusedWith("revoked"));
  EXPECT_THAT(tokens_.Verify(admin.token), IsOk());
}

TEST_F(SessionTokensTest, AnotherSecretKnowsNothingOfIt) {
  const SessionTokens others(std::string(32, 'o'), absl::Hours(12), keys_.store(), keys_.clock);
  EXPECT_THAT(others.Verify(Begin().token), IsRefusedWith("not valid"));
}

TEST_F(SessionTokensTest, ARestartWithTheSameSecretKeepsIt) {
  const SessionTokens restarted(std::string(32, 's'), absl::Hours(12), keys_.store(), keys_.clock);
  EXPECT_THAT(restarted.Verify(Begin().token), IsOk());
}

TEST_F(SessionTokensTest, IsRenewedInItsSecondHalf) {
  const IssuedSession issued = Begin();
  keys_.clock.Advance(absl::Hours(6));
  EXPECT_FALSE(tokens_.Renew(issued.session).has_value());
  keys_.clock.Advance(absl::Seconds(1));
  const absl::optional<IssuedSession> renewed = tokens_.Renew(issued.session);
  ASSERT_TRUE(renewed.has_value());
  keys_.clock.Advance(absl::Hours(11));
  EXPECT_THAT(tokens_.Verify(issued.token), IsRefusedWith("expired"));
  ASSERT_OK_AND_ASSIGN(const Session session, tokens_.Verify(renewed->token));
  EXPECT_EQ(session.id, issued.session.id);
}

TEST_F(SessionTokensTest, EndingItEndsItsRenewalsToo) {
  const IssuedSession issued = Begin();
  keys_.clock.Advance(absl::Hours(7));
  const absl::optional<IssuedSession> renewed = tokens_.Renew(issued.session);
  ASSERT_TRUE(renewed.has_value());
  const IssuedSession other = Begin();
  tokens_.End(issued.session);
  EXPECT_THAT(tokens_.Verify(issued.token), IsRefusedWith("ended"));
  EXPECT_THAT(tokens_.Verify(renewed->token), IsRefusedWith("ended"));
  EXPECT_THAT(tokens_.Verify(other.token), IsOk());
  keys_.clock.Advance(absl::Hours(12) - absl::Seconds(1));
  tokens_.End(Begin(Role::kAdmin).session);  // makes the list forget what has expired
  EXPECT_THAT(tokens_.Verify(renewed->token), IsRefusedWith("ended"));
}

}  // namespace
}  // namespace specrelay
