#include "relay/listen_address.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr int kMaxPort = 65535;

absl::Status TryBind(const addrinfo& info, const std::string& name) {
  const int descriptor = ::socket(info.ai_family, info.ai_socktype | SOCK_CLOEXEC, info.ai_protocol);
  if (descriptor < 0) return absl::OkStatus();  // no such address family on this machine: servers skip it too
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const int error = ::bind(descriptor, info.ai_addr, info.ai_addrlen) == 0 ? 0 : errno;
  ::close(descriptor);
  switch (error) {
    case 0:
      return absl::OkStatus();
    case EADDRINUSE:
      return absl::FailedPreconditionError(
          absl::StrCat(name, ": address already in use; stop that program or choose another address"));
    case EACCES:
      return absl::FailedPreconditionError(absl::StrCat(name, ": only privileged programs may listen there"));
    case EADDRNOTAVAIL:
      return absl::FailedPreconditionError(absl::StrCat(name, ": this machine does not have that address"));
    default:
      return absl::ErrnoToStatus(error, absl::StrCat(name, ": cannot listen"));
  }
}

}  // namespace

std::string ListenAddress::ToString() const {
  return absl::StrContains(host, ':') ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text) {
  const size_t colon = text.rfind(':');
  ListenAddress address;
  if (colon != absl::string_view::npos) {
    absl::string_view host = text.substr(0, colon);
    const bool bracketed = absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
    const bool plain = host.find_first_of(":[]") == absl::string_view::npos;
    if (!host.empty() && (bracketed || plain) && absl::SimpleAtoi(text.substr(colon + 1), &address.port) &&
        address.port >= 0 && address.port <= kMaxPort) {
      address.host = std::string(host);
      return address;
    }
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", text, "\" is no address; write HOST:PORT, for example 127.0.0.1:8080, [::1]:8080, or port 0 for any"));
}

absl::Status CheckCanListen(const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (error != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(address.host, ": no such host: ", ::gai_strerror(error), "; give an address of this machine"));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    RETURN_IF_ERROR(TryBind(*info, address.ToString()));
  }
  return absl::OkStatus();
}

}  // namespace specrelay
