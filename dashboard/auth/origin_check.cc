#include "dashboard/auth/origin_check.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "dashboard/auth/host_list.h"

namespace specrelay {
namespace {

absl::Status Refuse(absl::string_view message) { return absl::PermissionDeniedError(message); }

struct Origin {
  bool https = false;
  HostAndPort host;
};

absl::optional<Origin> ParseOrigin(absl::string_view text) {
  Origin origin;
  origin.https = absl::ConsumePrefix(&text, "https://");
  if (!origin.https && !absl::ConsumePrefix(&text, "http://")) return absl::nullopt;
  absl::optional<HostAndPort> host = ParseHost(text);
  if (!host.has_value()) return absl::nullopt;
  origin.host = *std::move(host);
  return origin;
}

// Whether `text` is the origin by which the request addresses the server.
bool IsOwnOrigin(absl::string_view text, const HttpRequest& request) {
  const absl::optional<Origin> from = ParseOrigin(text);
  const absl::optional<HostAndPort> to = ParseHost(request.Header("Host"));
  if (!from.has_value() || !to.has_value()) return false;
  // An unknown proxy may have taken TLS away; nobody adds it unnoticed.
  if (request.secure && !from->https) return false;
  const int usual_port = from->https ? 443 : 80;
  return from->host.host == to->host && from->host.port.value_or(usual_port) == to->port.value_or(usual_port);
}

}  // namespace

bool IsUnsafeMethod(absl::string_view method) { return method != "GET" && method != "HEAD" && method != "OPTIONS"; }

bool IsOrigin(absl::string_view text) { return ParseOrigin(text).has_value(); }

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
