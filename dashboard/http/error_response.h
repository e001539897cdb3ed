// How a failure is answered over HTTP: the one place that maps status codes.
#ifndef SPECRELAY_DASHBOARD_HTTP_ERROR_RESPONSE_H_
#define SPECRELAY_DASHBOARD_HTTP_ERROR_RESPONSE_H_

#include "absl/status/status.h"
#include "dashboard/http/http_message.h"

namespace specrelay {

struct ErrorContext {
  bool conditional = false;  // the request had If-Match or If-None-Match: a conflict is its precondition failing
  bool offline = false;      // no agent is connected
};

// {"error": …}, with "offline" when it is; of a conflict also "currentHash" and "currentContent" when they are known.
// `status` must not be OK.
HttpResponse ErrorResponse(const absl::Status& status, const ErrorContext& context = {});

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_ERROR_RESPONSE_H_
