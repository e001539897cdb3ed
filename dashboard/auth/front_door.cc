#include "dashboard/auth/front_door.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "dashboard/auth/access_check.h"
#include "dashboard/auth/auth_failure.h"
#include "dashboard/auth/origin_check.h"
#include "dashboard/auth/session_cookie.h"
#include "dashboard/auth/session_routes.h"
#include "dashboard/auth/session_secret.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr int kPassingSecretLength = 64;

bool HasHeader(const HttpResponse& response, absl::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [name](const auto& header) { return absl::EqualsIgnoreCase(header.first, name); });
}

}  // namespace

absl::StatusOr<std::unique_ptr<FrontDoor>> FrontDoor::Open(const FrontDoorOptions& options, const KeyStore& keys,
                                                           const Clock& clock) {
  ASSIGN_OR_RETURN(HostList hosts, HostList::Parse(options.allowed_hosts));
  for (const std::string& origin : options.allowed_origins) {
    if (IsOrigin(origin)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("\"", origin, "\" is no origin; write one as https://dashboard.example.org"));
  }
  ASSIGN_OR_RETURN(TrustedProxies proxies, TrustedProxies::Parse(options.trusted_proxies));
  std::string secret = RandomBase62(kPassingSecretLength);
  if (!options.session_secret_file.empty()) {
    ASSIGN_OR_RETURN(secret, ReadOrMakeSessionSecret(options.session_secret_file));
  }
  return absl::WrapUnique(new FrontDoor(options, std::move(secret), std::move(hosts), std::move(proxies), keys, clock));
}

FrontDoor::FrontDoor(const FrontDoorOptions& options, std::string secret, HostList hosts, TrustedProxies proxies,
                     const KeyStore& keys, const Clock& clock)
    : tls_(options.tls),
      allowed_origins_(options.allowed_origins),
      hosts_(std::move(hosts)),
      proxies_(std::move(proxies)),
      sessions_(std::move(secret), options.session_lifetime, keys, clock),
      throttle_(clock),
      links_(keys, clock),
      authenticator_(keys, sessions_, throttle_) {}

absl::optional<HttpResponse> FrontDoor::Receive(HttpRequest& request) const {
  proxies_.Apply(tls_, request);
  if (hosts_.Allows(request.Header("Host"), request.secure)) return absl::nullopt;
  return HttpResponse::Error(
      403, "this server does not go by the name in the Host header; use its own, or add that name to --allowed_hosts");
}

absl::variant<FrontDoor::Admission, HttpResponse> FrontDoor::Admit(const HttpRequest& request, Access access) {
  const absl::StatusOr<Visitor> visitor = authenticator_.Authenticate(request);
  if (access != Access::kOpen && !visitor.ok()) return AuthFailureResponse(visitor.status());
  const bool by_cookie = visitor.ok() && visitor->session.has_value();
  const bool by_key = visitor.ok() && !by_cookie;
  if (IsUnsafeMethod(request.method) && !by_key) {
    const absl::Status status = CheckOrigin(request, allowed_origins_, by_cookie);
    if (!status.ok()) return AuthFailureResponse(status);
  }
  Admission admission;
  if (!visitor.ok()) return admission;
  const absl::Status status = CheckAccess(access, visitor->principal.role);
  if (!status.ok()) return AuthFailureResponse(status);
  admission.principal = visitor->principal;
  // Answers of open routes may be kept by others than this browser.
  if (by_cookie && access != Access::kOpen) admission.renewed = sessions_.Renew(*visitor->session);
  if (by_cookie) admission.until = (admission.renewed ? admission.renewed->session : *visitor->session).expires_at;
  return admission;
}

void FrontDoor::Finish(const HttpRequest& request, const Admission& admission, HttpResponse& response) const {
  if (admission.renewed.has_value() && !HasHeader(response, "Set-Cookie")) {
    const IssuedSession& renewed = *admission.renewed;
    response.SetHeader(
        "Set-Cookie",
        SessionCookie(renewed.token, renewed.session.expires_at - renewed.session.issued_at, request.secure));
  }
}

std::vector<Route> FrontDoor::Routes() { return SessionRoutes({authenticator_, sessions_, links_}); }

}  // namespace specrelay
