#include "dashboard/auth/auth_failure.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "dashboard/http/error_response.h"

namespace specrelay {
namespace {

constexpr char kRetryAfterPayload[] = "specrelay/retry-after-seconds";

}  // namespace

absl::Status TooManyWrongKeys(absl::Duration wait) {
  const int64_t seconds = std::max<int64_t>(1, absl::ToInt64Seconds(absl::Ceil(wait, absl::Seconds(1))));
  absl::Status status = absl::ResourceExhaustedError(
      absl::StrCat("too many wrong keys came from this address; try again in ", seconds, " s"));
  status.SetPayload(kRetryAfterPayload, absl::Cord(absl::StrCat(seconds)));
  return status;
}

HttpResponse AuthFailureResponse(const absl::Status& status) {
  HttpResponse response = ErrorResponse(status);
  if (response.status == 401) response.SetHeader("WWW-Authenticate", "Bearer realm=\"specrelay\"");
  if (const absl::optional<absl::Cord> seconds = status.GetPayload(kRetryAfterPayload)) {
    response.SetHeader("Retry-After", std::string(*seconds));
  }
  return response;
}

}  // namespace specrelay
