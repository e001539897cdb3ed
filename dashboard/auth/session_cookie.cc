#include "dashboard/auth/session_cookie.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace specrelay {

absl::string_view SessionCookieName(bool secure) { return secure ? "__Host-specrelay_session" : "specrelay_session"; }

absl::StatusOr<std::string> SessionTokenOf(const HttpRequest& request) {
  const absl::string_view wanted = SessionCookieName(request.secure);
  std::string token;
  bool found = false;
  for (const auto& [header, cookies] : request.headers) {
    if (!absl::EqualsIgnoreCase(header, "Cookie")) continue;
    for (const absl::string_view cookie : absl::StrSplit(cookies, ';')) {
      const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(cookie, absl::MaxSplits('=', 1));
      if (absl::StripAsciiWhitespace(parts.first) != wanted) continue;
      if (found) {
        return absl::UnauthenticatedError("there are two session cookies; delete this site's cookies and log in again");
      }
      found = true;
      token = std::string(absl::StripAsciiWhitespace(parts.second));
    }
  }
  return token;
}

std::string SessionCookie(absl::string_view token, absl::Duration lifetime, bool secure) {
  return absl::StrCat(SessionCookieName(secure), "=", token, "; Path=/; Max-Age=", absl::ToInt64Seconds(lifetime),
                      "; HttpOnly; SameSite=Strict", secure ? "; Secure" : "");
}

std::string ClearedSessionCookie(bool secure) { return SessionCookie("", absl::ZeroDuration(), secure); }

}  // namespace specrelay
