// How a request that is not let in is answered. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_AUTH_AUTH_FAILURE_H_
#define SPECRELAY_DASHBOARD_AUTH_AUTH_FAILURE_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dashboard/http/http_message.h"

namespace specrelay {

// RESOURCE_EXHAUSTED: too many wrong keys came from the address.
absl::Status TooManyWrongKeys(absl::Duration wait);

// {"error": …}; 401 with WWW-Authenticate, and 429 of TooManyWrongKeys with Retry-After in whole seconds.
HttpResponse AuthFailureResponse(const absl::Status& status);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_AUTH_FAILURE_H_
