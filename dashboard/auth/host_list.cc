#include "dashboard/auth/host_list.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "dashboard/auth/ip_address.h"

namespace specrelay {
namespace {

constexpr int kMaxPort = 65535;
constexpr size_t kMaxPortDigits = 5;

bool IsNameChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_';
}

absl::optional<int> ParsePort(absl::string_view text) {
  int port = 0;
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
  if (!digits || text.size() > kMaxPortDigits || !absl::SimpleAtoi(text, &port) || port > kMaxPort) {
    return absl::nullopt;
  }
  return port;
}

// The address in its one form, so that two ways to write it are equal; nothing for what is no host.
absl::optional<std::string> Normalized(absl::string_view host) {
  if (absl::StartsWith(host, "[")) {
    const absl::optional<IpAddress> address = IpAddress::Parse(host);
    if (!address.has_value()) return absl::nullopt;
    return address->ToString();
  }
  absl::ConsumeSuffix(&host, ".");
  if (host.empty() || !std::all_of(host.begin(), host.end(), IsNameChar)) return absl::nullopt;
  return absl::AsciiStrToLower(host);
}

}  // namespace

absl::optional<HostAndPort> ParseHost(absl::string_view text) {
  HostAndPort parsed;
  const size_t colon = text.find(':', absl::StartsWith(text, "[") ? std::min(text.find(']'), text.size()) : 0);
  if (colon != absl::string_view::npos) {
    parsed.port = ParsePort(text.substr(colon + 1));
    if (!parsed.port.has_value()) return absl::nullopt;
  }
  absl::optional<std::string> host = Normalized(text.substr(0, colon));
  if (!host.has_value()) return absl::nullopt;
  parsed.host = *std::move(host);
  return parsed;
}

bool IsLoopbackHost(absl::string_view host) {
  if (host == "localhost") return true;
  const absl::optional<IpAddress> address = IpAddress::Parse(host);
  return address.has_value() && address->IsLoopback();
}

absl::StatusOr<HostList> HostList::Parse(const std::vector<std::string>& hosts) {
  HostList list;
  for (const std::string& text : hosts) {
    absl::optional<HostAndPort> host = ParseHost(text);
    if (!host.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", text, "\" is no host; write one as specrelay.example.org, with a port only where others are refused"));
    }
    list.hosts_.push_back(*std::move(host));
  }
  return list;
}

bool HostList::Allows(absl::string_view host_header, bool secure) const {
  const absl::optional<HostAndPort> asked = ParseHost(host_header);
  if (!asked.has_value()) return false;
  if (IsLoopbackHost(asked->host)) return true;
  const int port = asked->port.value_or(secure ? 443 : 80);
  return std::any_of(hosts_.begin(), hosts_.end(), [&](const HostAndPort& host) {
    return host.host == asked->host && host.port.value_or(port) == port;
  });
}

}  // namespace specrelay
