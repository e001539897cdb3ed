#include "mcp_agent/relay_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/utf8.h"

namespace specrelay {
namespace {

bool IsHostName(absl::string_view host) {
  return !host.empty() && host.size() <= 253 && host.front() != '-' && std::all_of(host.begin(), host.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '_';
  });
}

}  // namespace

std::string RelayAddress::ToString() const {
  return absl::StrContains(host, ':') ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

bool RelayAddress::IsLoopback() const {
  in_addr v4;
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6;
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return std::memcmp(&v6, &in6addr_loopback, sizeof(v6)) == 0;
  return absl::EqualsIgnoreCase(host, "localhost");
}

absl::StatusOr<RelayAddress> ParseRelayAddress(absl::string_view text) {
  const absl::Status malformed = absl::InvalidArgumentError(absl::StrCat(
      Quoted(text), " is no address of a relay; give host and port, for example relay.example.org:443 or 127.0.0.1:50051"));
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return malformed;
  RelayAddress address;
  absl::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    address.host = std::string(host.substr(1, host.size() - 2));
    in6_addr parsed;
    if (inet_pton(AF_INET6, address.host.c_str(), &parsed) != 1) return malformed;
  } else {
    address.host = std::string(host);
    if (!IsHostName(host)) return malformed;
  }
  const absl::string_view port = text.substr(colon + 1);
  if (port.empty() || !absl::ascii_isdigit(static_cast<unsigned char>(port.front())) ||
      !absl::SimpleAtoi(port, &address.port) || address.port < 1 || address.port > 65535) {
    return malformed;
  }
  return address;
}

}  // namespace specrelay
