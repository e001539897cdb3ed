#include "dashboard/auth/session_token.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";
constexpr char kHeader[] = R"({"alg":"HS256","typ":"JWT"})";
constexpr char kClaims[] =
    R"({"jti":"s","sub":"key_1","name":"n","account":"acme","role":"user","scopes":["p1"],"iat":1000,"exp":2000})";

const absl::Time kNow = absl::FromUnixSeconds(1500);

Session MakeSession() {
  Session session;
  session.id = "session-1";
  session.principal.account = "acme";
  session.principal.role = Role::kUser;
  session.principal.key_id = "key_1";
  session.principal.key_name = "Änne's \"laptop\"";
  session.principal.project_scopes = {"p1", "p2"};
  session.issued_at = absl::FromUnixSeconds(1000);
  session.expires_at = absl::FromUnixSeconds(2000);
  return session;
}

// Signs whatever it is given, as no other part of the program would.
std::string Forge(absl::string_view header, absl::string_view claims, absl::string_view secret = kSecret,
                  const EVP_MD* digest = EVP_sha256()) {
  const std::string text = absl::StrCat(absl::WebSafeBase64Escape(header), ".", absl::WebSafeBase64Escape(claims));
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(digest, secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), mac, &size);
  return absl::StrCat(text, ".", absl::WebSafeBase64Escape(std::string(reinterpret_cast<char*>(mac), size)));
}

absl::StatusOr<Session> Decode(absl::string_view token) { return DecodeSessionToken(token, kSecret, kNow); }

MATCHER(IsRefused, "") {
  return testing::ExplainMatchResult(HasCode(absl::StatusCode::kUnauthenticated), arg, result_listener);
}

TEST(SessionTokenTest, ComesBackAsItWas) {
  const Session session = MakeSession();
  ASSERT_OK_AND_ASSIGN(const std::string token, EncodeSessionToken(session, kSecret));
  ASSERT_OK_AND_ASSIGN(const Session read, Decode(token));
  EXPECT_EQ(read.id, session.id);
  EXPECT_EQ(read.principal.account, session.principal.account);
  EXPECT_EQ(read.principal.role, session.principal.role);
  EXPECT_EQ(read.principal.key_id, session.principal.key_id);
  EXPECT_EQ(read.principal.key_name, session.principal.key_name);
  EXPECT_EQ(read.principal.project_scopes, session.principal.project_scopes);
  EXPECT_EQ(read.issued_at, session.issued_at);
  EXPECT_EQ(read.expires_at, session.expires_at);
}

TEST(SessionTokenTest, IsAJsonWebTokenLikeThoseOfOthers) { EXPECT_THAT(Decode(Forge(kHeader, kClaims)), IsOk()); }

TEST(SessionTokenTest, EndsWhenItSays) {
  const std::string token = Forge(kHeader, kClaims);
  EXPECT_THAT(DecodeSessionToken(token, kSecret, absl::FromUnixSeconds(1999)), IsOk());
  EXPECT_THAT(DecodeSessionToken(token, kSecret, absl::FromUnixSeconds(2000)),
              IsStatus(absl::StatusCode::kUnauthenticated, testing::HasSubstr("expired")));
}

TEST(SessionTokenTest, RefusesAnotherSecret) {
  EXPECT_THAT(Decode(Forge(kHeader, kClaims, "another secret of enough length.")), IsRefused());
  EXPECT_THAT(Decode(Forge(kHeader, kClaims, "")), IsRefused());
}

TEST(SessionTokenTest, AcceptsNoAlgorithmButItsOwn) {
  EXPECT_THAT(Decode(Forge(R"({"alg":"HS512","typ":"JWT"})", kClaims, kSecret, EVP_sha512())), IsRefused());
  for (const char* header : {R"({"alg":"none","typ":"JWT"})", R"({"alg":"None"})", R"({"alg":"HS512","typ":"JWT"})",
                             R"({"alg":"RS256"})", R"({"typ":"JWT"})", R"({"alg":"HS256","typ":"JWT","crit":["x"]})",
                             R"({"alg":"HS256","alg":"none"})", "{}", ""}) {
    EXPECT_THAT(Decode(Forge(header, kClaims)), IsRefused()) << header;
  }
}

TEST(SessionTokenTest, RefusesATokenWithoutSignature) {
  const std::string token = Forge(kHeader, kClaims);
  EXPECT_THAT(Decode(token.substr(0, token.rfind('.') + 1)), IsRefused());
  EXPECT_THAT(Decode(token.substr(0, token.rfind('.'))), IsRefused());
}

TEST(SessionTokenTest, RefusesEveryChangeOfOneCharacter) {
  const std::string token = Forge(kHeader, kClaims);
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(Decode(changed), IsRefused()) << i;
    EXPECT_THAT(Decode(token.substr(0, i)), IsRefused()) << i;
  }
}

TEST(SessionTokenTest, RefusesOtherWritingsOfTheSameBytes) {
  const std::string token = Forge(kHeader, kClaims);
  EXPECT_THAT(Decode(token + "="), IsRefused());
  EXPECT_THAT(Decode(token + "\n"), IsRefused());
  EXPECT_THAT(Decode(" " + token), IsRefused());
  EXPECT_THAT(Decode(token + ".x"), IsRefused());
  // The last of 43 characters holds 4 bits; the other two must be zero.
  std::string unused_bits = token;
  unused_bits.back() = static_cast<char>(unused_bits.back() + 1);
  EXPECT_THAT(Decode(unused_bits), IsRefused());
}

TEST(SessionTokenTest, RefusesSignedClaimsOfAnotherShape) {
  const std::string good = kClaims;
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{R"("jti":"s",)", ""},
                                                        {R"("jti":"s")", R"("jti":1)"},
                                                        {R"("sub":"key_1",)", ""},
                                                        {R"("account":"acme",)", ""},
                                                        {R"("role":"user")", R"("role":"root")"},
                                                        {R"("role":"user")", R"("role":null)"},
                                                        {R"("scopes":["p1"])", R"("scopes":"p1")"},
                                                        {R"("scopes":["p1"])", R"("scopes":[1])"},
                                                        {R"("scopes":["p1"],)", ""},
                                                        {R"("iat":1000)", R"("iat":"1000")"},
                                                        {R"("exp":2000)", R"("exp":2000.5)"},
                                                        {R"(,"exp":2000)", ""}}) {
    EXPECT_THAT(Decode(Forge(kHeader, absl::StrReplaceAll(good, {{from, to}}))), IsRefused()) << from << " -> " << to;
  }
  for (const char* claims : {"", "null", "[]", "1", "{", "\xff"}) {
    EXPECT_THAT(Decode(Forge(kHeader, claims)), IsRefused()) << claims;
  }
}

TEST(SessionTokenTest, RefusesWhatIsNoToken) {
  for (const char* text : {"", ".", "..", "...", "a.b.c", "srk_123"}) EXPECT_THAT(Decode(text), IsRefused()) << text;
}

TEST(SessionTokenTest, RefusesWhatIsTooLongForACookie) {
  Session session = MakeSession();
  session.principal.project_scopes.assign(200, "0123456789abcdef");
  EXPECT_THAT(EncodeSessionToken(session, kSecret), HasCode(absl::StatusCode::kFailedPrecondition));
  const std::string claims = absl::StrReplaceAll(kClaims, {{"acme", std::string(4000, 'a')}});
  EXPECT_THAT(Decode(Forge(kHeader, claims)), IsRefused());
}

}  // namespace
}  // namespace specrelay
