// Sessions as text that only the holder of a secret can make: JSON Web Tokens (RFC 7519), signed by HMAC-SHA-256.
// Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_AUTH_SESSION_TOKEN_H_
#define SPECRELAY_DASHBOARD_AUTH_SESSION_TOKEN_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dashboard/auth/session.h"

namespace specrelay {

// Browsers keep cookies of 4096 bytes with name and attributes.
inline constexpr size_t kMaxSessionTokenBytes = 3800;

// FAILED_PRECONDITION when the token would be longer than that: the key has too many projects.
absl::StatusOr<std::string> EncodeSessionToken(const Session& session, absl::string_view secret);

// UNAUTHENTICATED unless `token` was made by EncodeSessionToken with that secret and has not expired at `now`. Nothing
// in it is read before its signature has been found right, and the header names no algorithm but the one.
absl::StatusOr<Session> DecodeSessionToken(absl::string_view token, absl::string_view secret, absl::Time now);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_SESSION_TOKEN_H_
