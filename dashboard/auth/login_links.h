// Addresses that log a browser in once, for those who have a session or a terminal but no key at hand.
#ifndef SPECRELAY_DASHBOARD_AUTH_LOGIN_LINKS_H_
#define SPECRELAY_DASHBOARD_AUTH_LOGIN_LINKS_H_

#include <cstddef>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "proto/support/clock.h"
#include "relay/key_store.h"

namespace specrelay {

inline constexpr absl::Duration kLoginLinkLifetime = absl::Minutes(10);

struct LoginLink {
  std::string token;
  absl::Time expires_at;
};

// "<base_url>/login?token=…"; `base_url` as "http://127.0.0.1:8080".
std::string LoginUrl(absl::string_view base_url, const LoginLink& link);

struct LoginLinkLimits {
  size_t per_key = 20;
  size_t all = 10'000;
};

// Thread-safe. In memory: a restart of the server ends all links. Holds only the SHA-256 of the tokens.
class LoginLinks {
 public:
  // `keys` and `clock` must outlive it.
  LoginLinks(const KeyStore& keys, const Clock& clock, LoginLinkLimits limits = {})
      : keys_(keys), clock_(clock), limits_(limits) {}

  // A link that logs in as `principal`. RESOURCE_EXHAUSTED when the key has, or all keys together have, too many links
  // that are neither used nor expired.
  absl::StatusOr<LoginLink> Make(const Principal& principal);

  // Whom the link logs in, at its first use. UNAUTHENTICATED when it was used before, has expired or never existed, or
  // its key no longer grants what it did.
  absl::StatusOr<Principal> Use(absl::string_view token);

 private:
  struct Pending {
    Principal principal;
    absl::Time expires_at;
  };

  const KeyStore& keys_;
  const Clock& clock_;
  const LoginLinkLimits limits_;

  absl::Mutex mu_;
  absl::flat_hash_map<std::string, Pending> by_hash_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_LOGIN_LINKS_H_
