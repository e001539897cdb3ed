#include "mcp_agent/doctor/tcp_reach.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {
namespace {

// 0 or an errno value.
int Connect(const addrinfo& info, absl::Duration timeout) {
  const UniqueFd fd(socket(info.ai_family, info.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, info.ai_protocol));
  if (!fd.valid()) return errno;
  if (connect(fd.get(), info.ai_addr, info.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd waiting{fd.get(), POLLOUT, 0};
  const int ready = poll(&waiting, 1, static_cast<int>(absl::ToInt64Milliseconds(timeout)));
  if (ready < 0) return errno;
  if (ready == 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof(error);
  return getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

absl::Status ReachByTcp(const RelayAddress& address, absl::Duration timeout) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (failure != 0) {
    return absl::NotFoundError(absl::StrCat("the name ", address.host, " has no address: ", gai_strerror(failure)));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> release(found, &freeaddrinfo);
  int error = EHOSTUNREACH;
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    error = Connect(*info, timeout);
    if (error == 0) return absl::OkStatus();
  }
  return absl::UnavailableError(
      absl::StrCat("nothing accepts connections at ", address.ToString(), ": ", std::strerror(error)));
}

}  // namespace specrelay
