// The cookie that carries a session. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_AUTH_SESSION_COOKIE_H_
#define SPECRELAY_DASHBOARD_AUTH_SESSION_COOKIE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dashboard/http/http_message.h"

namespace specrelay {

// "specrelay_session"; "__Host-specrelay_session" on an encrypted connection, where browsers then let no other host and
// no plain page set it.
absl::string_view SessionCookieName(bool secure);

// The token in the request's cookie of that name; empty when there is none. UNAUTHENTICATED when there are several: one
// of them is somebody else's.
absl::StatusOr<std::string> SessionTokenOf(const HttpRequest& request);

// Values of Set-Cookie.
std::string SessionCookie(absl::string_view token, absl::Duration lifetime, bool secure);
std::string ClearedSessionCookie(bool secure);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_SESSION_COOKIE_H_
