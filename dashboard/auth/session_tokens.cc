#include "dashboard/auth/session_tokens.h"

#include <utility>

#include "absl/status/status.h"
#include "dashboard/auth/session_token.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr int kIdLength = 22;  // 131 bits

absl::Time WholeSeconds(absl::Time time) { return absl::FromUnixSeconds(absl::ToUnixSeconds(time)); }

}  // namespace

SessionTokens::SessionTokens(std::string secret, absl::Duration lifetime, const KeyStore& keys, const Clock& clock)
    : secret_(std::move(secret)), lifetime_(lifetime), keys_(keys), clock_(clock) {}

absl::StatusOr<IssuedSession> SessionTokens::Begin(const Principal& principal) const {
  IssuedSession issued;
  issued.session.id = RandomBase62(kIdLength);
  issued.session.principal = principal;
  issued.session.issued_at = WholeSeconds(clock_.Now());
  issued.session.expires_at = issued.session.issued_at + lifetime_;
  ASSIGN_OR_RETURN(issued.token, EncodeSessionToken(issued.session, secret_));
  return issued;
}

absl::StatusOr<Session> SessionTokens::Verify(absl::string_view token) const {
  ASSIGN_OR_RETURN(Session session, DecodeSessionToken(token, secret_, clock_.Now()));
  if (ended_.Contains(session)) return absl::UnauthenticatedError("the session was ended; log in again");
  if (!keys_.StillGrants(session.principal)) {
    return absl::UnauthenticatedError(
        "the key of this session was revoked, has expired or has other rights now; log in again");
  }
  return session;
}

absl::optional<IssuedSession> SessionTokens::Renew(const Session& session) const {
  const absl::Time now = WholeSeconds(clock_.Now());
  if (now - session.issued_at <= lifetime_ / 2) return absl::nullopt;
  IssuedSession renewed;
  renewed.session = session;
  renewed.session.issued_at = now;
  renewed.session.expires_at = now + lifetime_;
  absl::StatusOr<std::string> token = EncodeSessionToken(renewed.session, secret_);
  if (!token.ok()) return absl::nullopt;
  renewed.token = *std::move(token);
  return renewed;
}

void SessionTokens::End(const Session& session) {
  const absl::Time now = clock_.Now();
  // A renewal may have made a token that lives longer than the one that was shown.
  ended_.Add(session, now, now + lifetime_);
}

}  // namespace specrelay
