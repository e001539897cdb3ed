#include "dashboard/http/transport.h"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace specrelay {
namespace {

IoResult Wait(int fd, short events, Deadline deadline) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return IoResult::kTimedOut;
    pollfd entry = {fd, events, 0};
    const int ready = poll(&entry, 1, static_cast<int>(std::min<long long>(left.count(), INT_MAX)));
    if (ready > 0) return IoResult::kDone;
    if (ready < 0 && errno != EINTR) return IoResult::kClosed;
  }
}

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int fd) : fd_(fd) {}

  IoResult Open(Deadline) override { return IoResult::kDone; }

  IoResult Read(char* buffer, size_t size, Deadline deadline, size_t& got) override {
    while (true) {
      const ssize_t count = recv(fd_, buffer, size, 0);
      if (count > 0) {
        got = static_cast<size_t>(count);
        return IoResult::kDone;
      }
      if (count == 0 || !ShouldRetry()) return IoResult::kClosed;
      const IoResult waited = Wait(fd_, POLLIN, deadline);
      if (waited != IoResult::kDone) return waited;
    }
  }

  IoResult Write(absl::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      const ssize_t count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count >= 0) {
        bytes.remove_prefix(static_cast<size_t>(count));
        continue;
      }
      if (!ShouldRetry()) return IoResult::kClosed;
      const IoResult waited = Wait(fd_, POLLOUT, deadline);
      if (waited != IoResult::kDone) return waited;
    }
    return IoResult::kDone;
  }

  void EndWrites() override { shutdown(fd_, SHUT_WR); }

 private:
  static bool ShouldRetry() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

  const int fd_;
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(int fd, SSL_CTX* context) : fd_(fd), ssl_(SSL_new(context), SSL_free) {
    if (ssl_ == nullptr) return;
    SSL_set_fd(ssl_.get(), fd);
    SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  }

  IoResult Open(Deadline deadline) override {
    if (ssl_ == nullptr) return IoResult::kClosed;
    return Run(deadline, [this] { return SSL_accept(ssl_.get()); });
  }

  IoResult Read(char* buffer, size_t size, Deadline deadline, size_t& got) override {
    return Run(deadline, [&] { return SSL_read_ex(ssl_.get(), buffer, size, &got); });
  }

  IoResult Write(absl::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      size_t written = 0;
      const IoResult result =
          Run(deadline, [&] { return SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written); });
      if (result != IoResult::kDone) return result;
      bytes.remove_prefix(written);
    }
    return IoResult::kDone;
  }

  void EndWrites() override {
    // After a failure the session may not be used any more.
    if (!broken_) SSL_shutdown(ssl_.get());
    shutdown(fd_, SHUT_WR);
  }

 private:
  template <typename Operation>
  IoResult Run(Deadline deadline, Operation operation) {
    while (true) {
      ERR_clear_error();
      const int result = operation();
      if (result > 0) return IoResult::kDone;
      const int error = SSL_get_error(ssl_.get(), result);
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        broken_ = true;
        return IoResult::kClosed;
      }
      const IoResult waited = Wait(fd_, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline);
      if (waited != IoResult::kDone) return waited;
    }
  }

  const int fd_;
  const std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<Transport> MakeTransport(int fd, SSL_CTX* tls) {
  if (tls == nullptr) return std::make_unique<PlainTransport>(fd);
  return std::make_unique<TlsTransport>(fd, tls);
}

}  // namespace specrelay
