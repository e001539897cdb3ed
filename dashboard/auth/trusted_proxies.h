// Proxies that are believed when they say who their client is.
#ifndef SPECRELAY_DASHBOARD_AUTH_TRUSTED_PROXIES_H_
#define SPECRELAY_DASHBOARD_AUTH_TRUSTED_PROXIES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dashboard/auth/ip_address.h"
#include "dashboard/http/http_message.h"

namespace specrelay {

// Immutable; thread-safe.
class TrustedProxies {
 public:
  // Addresses or ranges, as "127.0.0.1" or "10.0.0.0/8". INVALID_ARGUMENT for anything else.
  static absl::StatusOr<TrustedProxies> Parse(const std::vector<std::string>& ranges);

  // Sets the request's address and whether it came encrypted. From a trusted proxy: what X-Forwarded-For and
  // X-Forwarded-Proto say. Of several addresses the last that is no trusted proxy's, because those before it are the
  // client's own words. From anybody else these headers mean nothing, and `tls` says whether it came encrypted.
  void Apply(bool tls, HttpRequest& request) const;

 private:
  bool Trusts(absl::string_view address) const;

  std::vector<IpRange> ranges_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_TRUSTED_PROXIES_H_
