#include "mcp_agent/mcp/stdio.h"

#include <fcntl.h>
#include <unistd.h>

namespace specrelay {

absl::StatusOr<ProtocolStreams> TakeStandardStreams() {
  // Above the standard ones even when some of these are closed.
  constexpr int kFirstFd = 3;
  ProtocolStreams streams;
  streams.input.reset(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, kFirstFd));
  streams.output.reset(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, kFirstFd));
  if (!streams.input.valid() || !streams.output.valid()) {
    return absl::FailedPreconditionError(
        "standard input and output must be open: an MCP client speaks through them; to serve without one, start with "
        "--headless");
  }
  const UniqueFd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  const int printed = fcntl(STDERR_FILENO, F_GETFD) >= 0 ? STDERR_FILENO : null.get();
  if (!null.valid() || dup2(null.get(), STDIN_FILENO) < 0 || dup2(printed, STDOUT_FILENO) < 0) {
    return absl::FailedPreconditionError("standard input and output cannot be set aside; is /dev/null there?");
  }
  return streams;
}

}  // namespace specrelay
