#include "dashboard/auth/authenticator.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "dashboard/auth/auth_failure.h"
#include "dashboard/auth/session_cookie.h"
#include "proto/support/status_macros.h"
#include "relay/api_key.h"

namespace specrelay {
namespace {

absl::StatusOr<absl::string_view> KeyIn(absl::string_view authorization) {
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(authorization, absl::MaxSplits(' ', 1));
  const absl::string_view key = absl::StripAsciiWhitespace(parts.second);
  if (!absl::EqualsIgnoreCase(parts.first, "Bearer") || key.empty()) {
    return absl::UnauthenticatedError("the Authorization header must be \"Bearer <key>\"");
  }
  return key;
}

}  // namespace

absl::StatusOr<Visitor> Authenticator::Authenticate(const HttpRequest& request) {
  if (const absl::optional<absl::string_view> authorization = request.FindHeader("Authorization")) {
    ASSIGN_OR_RETURN(const absl::string_view key, KeyIn(*authorization));
    ASSIGN_OR_RETURN(Principal principal, CheckKey(key, request.remote_address));
    return Visitor{std::move(principal), absl::nullopt};
  }
  ASSIGN_OR_RETURN(const std::string token, SessionTokenOf(request));
  if (token.empty()) {
    return absl::UnauthenticatedError(
        "no key was given; log in, or send \"Authorization: Bearer <key>\" with a key made by specrelay_ctl key "
        "create");
  }
  // A session that has ended is no attempt at a key: browsers send the cookie along until they are told otherwise.
  ASSIGN_OR_RETURN(Session session, sessions_.Verify(token));
  Visitor visitor;
  visitor.principal = session.principal;
  visitor.session = std::move(session);
  return visitor;
}

absl::StatusOr<Principal> Authenticator::CheckKey(absl::string_view key, absl::string_view address) {
  absl::StatusOr<Principal> principal = keys_.Authenticate(key);
  const absl::Duration wait =
      principal.ok() ? throttle_.RecordRight(address, HashApiKey(key)) : throttle_.RecordWrong(address);
  // Whoever has to wait does not learn whether the key is right.
  if (wait > absl::ZeroDuration()) return TooManyWrongKeys(wait);
  return principal;
}

}  // namespace specrelay
