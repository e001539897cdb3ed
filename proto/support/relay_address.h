// Where the relay is, as agents and clients are told, and whether a key may travel there.
#ifndef SPECRELAY_PROTO_SUPPORT_RELAY_ADDRESS_H_
#define SPECRELAY_PROTO_SUPPORT_RELAY_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

struct RelayAddress {
  std::string host;  // name or address, without brackets
  int port = 0;
  bool is_loopback = false;  // "localhost", 127.0.0.0/8 or ::1: what is sent there does not leave the machine

  // "host:port", with brackets around an IPv6 address.
  std::string ToString() const;
};

// Parses "HOST:PORT" or "[IPv6]:PORT", the value of --relay. INVALID_ARGUMENT with an example for anything else, URLs
// and schemes of gRPC names included. Thread-safe.
absl::StatusOr<RelayAddress> ParseRelayAddress(absl::string_view text);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_RELAY_ADDRESS_H_
