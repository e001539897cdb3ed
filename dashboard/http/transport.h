// Bytes to and from a peer, each wait with a deadline of its own; plain or in TLS.
#ifndef SPECRELAY_DASHBOARD_HTTP_TRANSPORT_H_
#define SPECRELAY_DASHBOARD_HTTP_TRANSPORT_H_

#include <openssl/ssl.h>

#include <chrono>
#include <cstddef>
#include <memory>

#include "absl/functional/function_ref.h"
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

// What something done without waiting came to.
enum class IoProgress {
  kDone,
  kAwaitsWritable,  // the socket, before the rest can be done
  kAwaitsReadable,  // so may TLS, also to write
  kClosed,
};

// Used by one thread. Does not own the descriptor, which must be non-blocking and outlive it. shutdown() of the
// descriptor on another thread ends every wait with kClosed.
class Transport {
 public:
  virtual ~Transport() = default;

  // What TLS agrees on before the first byte; nothing in the plain.
  virtual IoResult Open(Deadline deadline) = 0;

  // Reads what there is, at least one byte; `got` is how many.
  virtual IoProgress ReadSome(char* buffer, size_t size, size_t& got) = 0;

  // Writes what can be written at once, and takes it off `bytes`. What is left must be given again.
  virtual IoProgress WriteSome(absl::string_view& bytes) = 0;

  // As ReadSome(), but waits for the first byte.
  IoResult Read(char* buffer, size_t size, Deadline deadline, size_t& got);

  // Writes all.
  IoResult Write(absl::string_view bytes, Deadline deadline);

  // Tells the peer that nothing more comes.
  virtual void EndWrites() = 0;

 protected:
  explicit Transport(int fd) : fd_(fd) {}

  // Repeats `attempt` until it is done, waiting for the socket in between.
  IoResult Repeat(Deadline deadline, absl::FunctionRef<IoProgress()> attempt) const;
  int fd() const { return fd_; }

 private:
  // Waits until the socket is readable (POLLIN) or writable (POLLOUT).
  IoResult Wait(short events, Deadline deadline) const;

  const int fd_;
};

// `tls` is nullptr for plain text; it must outlive the transport.
std::unique_ptr<Transport> MakeTransport(int fd, SSL_CTX* tls);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_TRANSPORT_H_
