#include "dashboard/auth/trusted_proxies.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// Repeated headers are one list.
std::string WholeHeader(const HttpRequest& request, absl::string_view name) {
  std::vector<absl::string_view> values;
  for (const auto& [header, value] : request.headers) {
    if (absl::EqualsIgnoreCase(header, name)) values.push_back(value);
  }
  return absl::StrJoin(values, ",");
}

absl::string_view LastOf(absl::string_view list) {
  const size_t comma = list.rfind(',');
  return absl::StripAsciiWhitespace(comma == absl::string_view::npos ? list : list.substr(comma + 1));
}

}  // namespace

absl::StatusOr<TrustedProxies> TrustedProxies::Parse(const std::vector<std::string>& ranges) {
  TrustedProxies proxies;
  for (const std::string& text : ranges) {
    ASSIGN_OR_RETURN(const IpRange range, IpRange::Parse(text));
    proxies.ranges_.push_back(range);
  }
  return proxies;
}

void TrustedProxies::Apply(bool tls, HttpRequest& request) const {
  request.secure = tls;
  if (!Trusts(request.remote_address)) return;
  request.secure = tls || absl::EqualsIgnoreCase(LastOf(WholeHeader(request, "X-Forwarded-Proto")), "https");
  const std::string list = WholeHeader(request, "X-Forwarded-For");
  std::vector<absl::string_view> hops = absl::StrSplit(list, ',');
  std::reverse(hops.begin(), hops.end());
  for (absl::string_view hop : hops) {
    const absl::optional<IpAddress> address = IpAddress::Parse(absl::StripAsciiWhitespace(hop));
    // What the proxy itself wrote is an address; the rest is anybody's guess.
    if (!address.has_value()) return;
    request.remote_address = address->ToString();
    if (!Trusts(request.remote_address)) return;
  }
}

bool TrustedProxies::Trusts(absl::string_view text) const {
  const absl::optional<IpAddress> address = IpAddress::Parse(text);
  return address.has_value() &&
         std::any_of(ranges_.begin(), ranges_.end(), [&](const IpRange& range) { return range.Contains(*address); });
}

}  // namespace specrelay
