// Slows down whoever tries keys.
#ifndef SPECRELAY_DASHBOARD_AUTH_LOGIN_THROTTLE_H_
#define SPECRELAY_DASHBOARD_AUTH_LOGIN_THROTTLE_H_

#include <cstddef>
#include <deque>
#include <list>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "proto/support/clock.h"

namespace specrelay {

struct LoginThrottleOptions {
  size_t max_failures = 5;  // of an address within `window`
  absl::Duration window = absl::Minutes(1);
  absl::Duration trust = absl::Hours(1);  // how long a key that was right at an address passes there
  size_t max_addresses = 10'000;          // beyond it the address that failed longest ago is forgotten
  size_t max_trusted = 10'000;            // likewise
};

// Thread-safe. An address that has shown too many wrong keys may show no further one until the first of them is a
// window old, with one exception: a key that was right there before passes, lest one broken script shut out everybody
// behind the same address. The IPv6 addresses of a /64 count as one, since a single machine has them all.
class LoginThrottle {
 public:
  // `clock` must outlive it.
  explicit LoginThrottle(const Clock& clock, LoginThrottleOptions options = {}) : clock_(clock), options_(options) {}

  // How long to wait before a key may be shown; zero: it may be now. `fingerprint` stands for the key, and is no
  // secret.
  absl::Duration WaitBefore(absl::string_view address, absl::string_view fingerprint) const;

  void RecordWrong(absl::string_view address);
  void RecordRight(absl::string_view address, absl::string_view fingerprint);

 private:
  // Oldest use first, and where each key stands in it.
  template <typename Value>
  struct Recent {
    std::list<std::pair<std::string, Value>> order;
    absl::flat_hash_map<std::string, typename std::list<std::pair<std::string, Value>>::iterator> by_key;

    // The value of that key, made new if need be, at the end of the order; the first goes when there are too many.
    Value& Touch(const std::string& key, size_t max_size);
  };

  const Clock& clock_;
  const LoginThrottleOptions options_;

  mutable absl::Mutex mu_;
  Recent<std::deque<absl::Time>> failures_ ABSL_GUARDED_BY(mu_);  // of an address, oldest first, the last few
  Recent<absl::Time> trusted_ ABSL_GUARDED_BY(mu_);               // when a key was last right at an address
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_LOGIN_THROTTLE_H_
