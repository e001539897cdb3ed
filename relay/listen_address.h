// Addresses that a server listens on, as flags give them.
#ifndef SPECRELAY_RELAY_LISTEN_ADDRESS_H_
#define SPECRELAY_RELAY_LISTEN_ADDRESS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

struct ListenAddress {
  std::string host;
  int port = 0;  // 0: any that is free

  // "127.0.0.1:8080", "[::1]:8080".
  std::string ToString() const;
};

// Reads "HOST:PORT" or "[IPv6]:PORT". INVALID_ARGUMENT says what an address looks like.
absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text);

// Whether a server can listen there now; FAILED_PRECONDITION says why not, above all that the port is taken. Binds each
// address of the host for a moment. Servers fail on their own too, but with less to say, and one of several addresses
// being taken does not stop them.
absl::Status CheckCanListen(const ListenAddress& address);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_LISTEN_ADDRESS_H_
