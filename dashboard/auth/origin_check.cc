#include "dashboard/auth/origin_check.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "dashboard/auth/host_list.h"

namespace specrelay {
namespace {

absl::Status Refuse(absl::string_view message) { return absl::PermissionDeniedError(message); }

// Whether `origin` is the one by which the request addresses the server.
bool IsOwnOrigin(absl::string_view origin, const HttpRequest& request) {
  const bool https = absl::ConsumePrefix(&origin, "https://");
  if (!https && !absl::ConsumePrefix(&origin, "http://")) return false;
  // An unknown proxy may have taken TLS away; nobody adds it unnoticed.
  if (request.secure && !https) return false;
  const absl::optional<HostAndPort> from = ParseHost(origin);
  const absl::optional<HostAndPort> to = ParseHost(request.Header("Host"));
  if (!from.has_value() || !to.has_value()) return false;
  const int default_port = https ? 443 : 80;
  return from->host == to->host && from->port.value_or(default_port) == to->port.value_or(default_port);
}

}  // namespace

bool IsUnsafeMethod(absl::string_view method) { return method != "GET" && method != "HEAD" && method != "OPTIONS"; }

absl::Status CheckOrigin(const HttpRequest& request, const std::vector<std::string>& allowed, bool required) {
  const absl::optional<absl::string_view> origin = request.FindHeader("Origin");
  const absl::optional<absl::string_view> site = request.FindHeader("Sec-Fetch-Site");
  if (!origin.has_value() && !site.has_value()) {
    if (!required) return absl::OkStatus();
    return Refuse(
        "a write with the session cookie must have an Origin header; scripts send "
        "\"Authorization: Bearer <key>\" instead of the cookie");
  }
  if (origin.has_value()) {
    if (std::find(allowed.begin(), allowed.end(), *origin) != allowed.end()) return absl::OkStatus();
    if (!IsOwnOrigin(*origin, request)) {
      return Refuse("the request was made by another website (Origin); use the dashboard's own address");
    }
  }
  if (site.has_value() && *site != "same-origin") {
    return Refuse("the request was made by another website (Sec-Fetch-Site); use the dashboard's own address");
  }
  return absl::OkStatus();
}

}  // namespace specrelay
