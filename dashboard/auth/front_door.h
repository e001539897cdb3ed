// What each request passes before its handler: the right host, an identity, an own page, a role. The gateway calls
// Receive(), finds the route, calls Admit(), the handler, and Finish().
#ifndef SPECRELAY_DASHBOARD_AUTH_FRONT_DOOR_H_
#define SPECRELAY_DASHBOARD_AUTH_FRONT_DOOR_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "absl/types/variant.h"
#include "dashboard/auth/authenticator.h"
#include "dashboard/auth/host_list.h"
#include "dashboard/auth/login_links.h"
#include "dashboard/auth/login_throttle.h"
#include "dashboard/auth/session_tokens.h"
#include "dashboard/auth/trusted_proxies.h"
#include "dashboard/http/http_message.h"
#include "dashboard/http/route.h"
#include "proto/support/clock.h"
#include "relay/key_store.h"

namespace specrelay {

struct FrontDoorOptions {
  // Made when it does not exist; the empty string: a secret that lives as long as the process.
  std::string session_secret_file;
  absl::Duration session_lifetime = kSessionLifetime;
  // Hosts by which clients reach the server, besides localhost and the like; see HostList.
  std::vector<std::string> allowed_hosts;
  // Other websites whose pages may write with the session cookie, as "https://example.org".
  std::vector<std::string> allowed_origins;
  // Addresses of proxies that tell their client's; see TrustedProxies.
  std::vector<std::string> trusted_proxies;
  bool tls = false;  // the server itself speaks TLS
};

// Thread-safe.
class FrontDoor {
 public:
  // Who a request was let in as: nobody, for an open route.
  struct Admission {
    absl::optional<Principal> principal;
    absl::optional<IssuedSession> renewed;      // a new cookie is due
    absl::Time until = absl::InfiniteFuture();  // when the session ends, if it was that which let in
  };

  // INVALID_ARGUMENT for a mistake in the options; errors of the secret's file as of ReadOrMakeSessionSecret. `keys`
  // and `clock` must outlive the object.
  static absl::StatusOr<std::unique_ptr<FrontDoor>> Open(const FrontDoorOptions& options, const KeyStore& keys,
                                                         const Clock& clock);

  FrontDoor(const FrontDoor&) = delete;
  FrontDoor& operator=(const FrontDoor&) = delete;

  // Fills in the client's address and whether the request came encrypted. The answer, when the host is not one of the
  // server's.
  absl::optional<HttpResponse> Receive(HttpRequest& request) const;

  // Lets a request in to a route with that access, or answers it. An open route lets everybody in; who shows a wrong
  // key there is nobody. A write that names another website as its origin is refused, unless a key proves it meant.
  absl::variant<Admission, HttpResponse> Admit(const HttpRequest& request, Access access);

  // Adds the renewed cookie, if one is due and the handler has set none.
  void Finish(const HttpRequest& request, const Admission& admission, HttpResponse& response) const;

  // The routes to log in and out. The object must outlive them.
  std::vector<Route> Routes();

  // For the address that the first start prints.
  LoginLinks& links() { return links_; }

 private:
  FrontDoor(const FrontDoorOptions& options, std::string secret, HostList hosts, TrustedProxies proxies,
            const KeyStore& keys, const Clock& clock);

  const bool tls_;
  const std::vector<std::string> allowed_origins_;
  const HostList hosts_;
  const TrustedProxies proxies_;
  SessionTokens sessions_;
  LoginThrottle throttle_;
  LoginLinks links_;
  Authenticator authenticator_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_FRONT_DOOR_H_
