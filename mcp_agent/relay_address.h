// Where the relay is, as the owner of the machine states it.
#ifndef SPECRELAY_MCP_AGENT_RELAY_ADDRESS_H_
#define SPECRELAY_MCP_AGENT_RELAY_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

struct RelayAddress {
  std::string host;  // a name or a numeric address, without brackets
  int port = 0;

  // "host:port", with brackets where the host is an IPv6 address.
  std::string ToString() const;

  // Whether it can only be this machine: localhost, 127.0.0.0/8 or ::1.
  bool IsLoopback() const;
};

// Reads HOST:PORT or [IPV6]:PORT. INVALID_ARGUMENT with an example for anything else, URLs among it. Thread-safe.
absl::StatusOr<RelayAddress> ParseRelayAddress(absl::string_view text);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_RELAY_ADDRESS_H_
