// The names by which clients may address the server.
//
// A website of a stranger can make its own name resolve to this machine (DNS rebinding); the browser then takes it for
// the same origin. The Host header still has the stranger's name, and so gives it away.
#ifndef SPECRELAY_DASHBOARD_AUTH_HOST_LIST_H_
#define SPECRELAY_DASHBOARD_AUTH_HOST_LIST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace specrelay {

// "Example.org:8443" is {"example.org", 8443}; "[::1]" is {"::1", none}.
struct HostAndPort {
  std::string host;  // lower case, without brackets and without the dot at the end
  absl::optional<int> port;
};

// The value of a Host header; nothing when it is none.
absl::optional<HostAndPort> ParseHost(absl::string_view text);

// Whether a host names this machine: localhost, 127.0.0.0/8, ::1.
bool IsLoopbackHost(absl::string_view host);

// Immutable; thread-safe.
class HostList {
 public:
  // Names or addresses, as "specrelay.example.org" (with any port) or "specrelay.example.org:8443". INVALID_ARGUMENT
  // for anything else.
  static absl::StatusOr<HostList> Parse(const std::vector<std::string>& hosts);

  // Whether a Host header names one of them, or this machine. `secure` tells the port that is meant when none stands
  // there.
  bool Allows(absl::string_view host_header, bool secure) const;

 private:
  std::vector<HostAndPort> hosts_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_HOST_LIST_H_
