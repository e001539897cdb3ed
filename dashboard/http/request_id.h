// The id of a request: the idempotency key of a write, and what logs and answers call it by.
#ifndef SPECRELAY_DASHBOARD_HTTP_REQUEST_ID_H_
#define SPECRELAY_DASHBOARD_HTTP_REQUEST_ID_H_

#include <string>

#include "absl/status/statusor.h"
#include "dashboard/http/http_message.h"

namespace specrelay {

// X-Request-Id, or a new one when there is none. INVALID_ARGUMENT unless it is 1 to 128 visible ASCII characters, which
// is what the relay takes.
absl::StatusOr<std::string> RequestIdOf(const HttpRequest& request);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_REQUEST_ID_H_
