// Whether a write that a browser sends was meant by this website, and not made by another one with the user's cookie.
// Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_AUTH_ORIGIN_CHECK_H_
#define SPECRELAY_DASHBOARD_AUTH_ORIGIN_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "dashboard/http/http_message.h"

namespace specrelay {

// All methods but GET, HEAD and OPTIONS.
bool IsUnsafeMethod(absl::string_view method);

// Whether `text` is an origin as browsers write it: "https://example.org", with a port where it is not the usual one.
bool IsOrigin(absl::string_view text);

// PERMISSION_DENIED when Origin or Sec-Fetch-Site says that another website made the request: one whose origin is
// neither the request's own (scheme, host and port) nor in `allowed`, which holds origins as "https://example.org". A
// request without both headers comes from no browser of today and passes unless `required`.
absl::Status CheckOrigin(const HttpRequest& request, const std::vector<std::string>& allowed, bool required);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_ORIGIN_CHECK_H_
