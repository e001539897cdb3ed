// Who makes a request, by key or by session.
#ifndef SPECRELAY_DASHBOARD_AUTH_AUTHENTICATOR_H_
#define SPECRELAY_DASHBOARD_AUTH_AUTHENTICATOR_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "dashboard/auth/login_throttle.h"
#include "dashboard/auth/session.h"
#include "dashboard/auth/session_tokens.h"
#include "dashboard/http/http_message.h"
#include "relay/key_store.h"
#include "relay/principal.h"

namespace specrelay {

struct Visitor {
  Principal principal;
  absl::optional<Session> session;  // when the cookie was what told; else it was a key
};

// Thread-safe.
class Authenticator {
 public:
  // All must outlive it.
  Authenticator(const KeyStore& keys, const SessionTokens& sessions, LoginThrottle& throttle)
      : keys_(keys), sessions_(sessions), throttle_(throttle) {}

  // By "Authorization: Bearer <key>", else by the session cookie; when both are there, the key alone counts. Fails with
  // UNAUTHENTICATED, or RESOURCE_EXHAUSTED (TooManyWrongKeys), which AuthFailureResponse answers.
  absl::StatusOr<Visitor> Authenticate(const HttpRequest& request);

  // Whose key it is that came from `address`. Errors as above.
  absl::StatusOr<Principal> CheckKey(absl::string_view key, absl::string_view address);

 private:
  const KeyStore& keys_;
  const SessionTokens& sessions_;
  LoginThrottle& throttle_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_AUTHENTICATOR_H_
