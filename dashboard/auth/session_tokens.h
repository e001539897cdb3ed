// Sessions: how they begin, go on and end. The server keeps none of them; a signed token is all there is.
#ifndef SPECRELAY_DASHBOARD_AUTH_SESSION_TOKENS_H_
#define SPECRELAY_DASHBOARD_AUTH_SESSION_TOKENS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "dashboard/auth/ended_sessions.h"
#include "dashboard/auth/session.h"
#include "proto/support/clock.h"
#include "relay/key_store.h"

namespace specrelay {

inline constexpr absl::Duration kSessionLifetime = absl::Hours(12);

// A session with the token that proves it.
struct IssuedSession {
  Session session;
  std::string token;
};

// Thread-safe.
class SessionTokens {
 public:
  // `keys` and `clock` must outlive it.
  SessionTokens(std::string secret, absl::Duration lifetime, const KeyStore& keys, const Clock& clock);

  // Begins a session for who has just proved to be `principal`. FAILED_PRECONDITION as of EncodeSessionToken.
  absl::StatusOr<IssuedSession> Begin(const Principal& principal) const;

  // UNAUTHENTICATED, with what to do, when the token is not valid, the session was ended, or its key was revoked, has
  // expired or no longer has the same rights.
  absl::StatusOr<Session> Verify(absl::string_view token) const;

  // The same session for a whole lifetime from now, when more than half of it is over.
  absl::optional<IssuedSession> Renew(const Session& session) const;

  // No token of the session is valid any more.
  void End(const Session& session);

 private:
  const std::string secret_;
  const absl::Duration lifetime_;
  const KeyStore& keys_;
  const Clock& clock_;
  EndedSessions ended_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_SESSION_TOKENS_H_
