// Bytes to and from a peer, each wait with a deadline of its own; plain or in TLS.
#ifndef SPECRELAY_DASHBOARD_HTTP_TRANSPORT_H_
#define SPECRELAY_DASHBOARD_HTTP_TRANSPORT_H_

#include <openssl/ssl.h>

#include <chrono>
#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace specrelay {

// A clock that nobody sets back.
using Deadline = std::chrono::steady_clock::time_point;

inline Deadline DeadlineAfter(absl::Duration duration) {
  return std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(duration);
}

enum class IoResult {
  kDone,
  kClosed,  // by the peer, by a shutdown of the socket, or broken
  kTimedOut,
};

// Used by one thread. Does not own the descriptor, which must be non-blocking and outlive it. shutdown() of the
// descriptor on another thread ends every wait with kClosed.
class Transport {
 public:
  virtual ~Transport() = default;

  // What TLS agrees on before the first byte; nothing in the plain.
  virtual IoResult Open(Deadline deadline) = 0;

  // Reads what there is, at least one byte; `got` is how many.
  virtual IoResult Read(char* buffer, size_t size, Deadline deadline, size_t& got) = 0;

  // Writes all.
  virtual IoResult Write(absl::string_view bytes, Deadline deadline) = 0;

  // Tells the peer that nothing more comes.
  virtual void EndWrites() = 0;
};

// `tls` is nullptr for plain text; it must outlive the transport.
std::unique_ptr<Transport> MakeTransport(int fd, SSL_CTX* tls);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_TRANSPORT_H_
