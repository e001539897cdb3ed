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
//
// All answer how long the address has to wait before a key from it is looked at; zero: this one was.
class LoginThrottle {
 public:
  // `clock` must outlive it.
  explicit LoginThrottle(const Clock& clock, LoginThrottleOptions options = {}) : clock_(clock), options_(options) {}

  // A wrong key came from the address. One that has to wait is not counted again.
  absl::Duration RecordWrong(absl::string_view address);

  // A right key came from the address; `fingerprint` stands for it, and is no secret.
  absl::Duration RecordRight(absl::string_view address, absl::string_view fingerprint);

 private:
  // Oldest use first, and where each key stands in it.
  template <typename Value>
  struct Recent {
    std::list<std::pair<std::string, Value>> order;
    absl::flat_hash_map<std::string, typename std::list<std::pair<std::string, Value>>::iterator> by_key;

    // The value of that key, made new if need be, at the end of the order; the first goes when there are too many.
    Value& Touch(const std::string& key, size_t max_size);
  };

  absl::Duration WaitLocked(const std::string& source, absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const Clock& clock_;
  const LoginThrottleOptions options_;

  absl::Mutex mu_;
  Recent<std::deque<absl::Time>> failures_ ABSL_GUARDED_BY(mu_);  // of an address, oldest first, the last few
  Recent<absl::Time> trusted_ ABSL_GUARDED_BY(mu_);               // when a key was last right at an address
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_LOGIN_THROTTLE_H_
