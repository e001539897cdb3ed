#include "dashboard/http/transport.h"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace specrelay {
namespace {

short EventsOf(IoProgress progress) { return progress == IoProgress::kAwaitsReadable ? POLLIN : POLLOUT; }

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int fd) : Transport(fd) {}

  IoResult Open(Deadline) override { return IoResult::kDone; }

  IoProgress ReadSome(char* buffer, size_t size, size_t& got) override {
    while (true) {
      const ssize_t count = recv(fd(), buffer, size, 0);
      if (count > 0) {
        got = static_cast<size_t>(count);
        return IoProgress::kDone;
      }
      if (count == 0) return IoProgress::kClosed;
      if (errno != EINTR) return AfterError(IoProgress::kAwaitsReadable);
    }
  }

  IoProgress WriteSome(absl::string_view& bytes) override {
    while (!bytes.empty()) {
      const ssize_t count = send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count >= 0) {
        bytes.remove_prefix(static_cast<size_t>(count));
      } else if (errno != EINTR) {
        return AfterError(IoProgress::kAwaitsWritable);
      }
    }
    return IoProgress::kDone;
  }

  void EndWrites() override { shutdown(fd(), SHUT_WR); }

 private:
  static IoProgress AfterError(IoProgress waiting) {
    return errno == EAGAIN || errno == EWOULDBLOCK ? waiting : IoProgress::kClosed;
  }
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(int fd, SSL_CTX* context) : Transport(fd), ssl_(SSL_new(context), SSL_free) {
    if (ssl_ == nullptr) return;
    SSL_set_fd(ssl_.get(), fd);
    SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  }

  IoResult Open(Deadline deadline) override {
    if (ssl_ == nullptr) return IoResult::kClosed;
    return Repeat(deadline, [this] { return Try([this] { return SSL_accept(ssl_.get()); }); });
  }

  IoProgress ReadSome(char* buffer, size_t size, size_t& got) override {
    return Try([&] { return SSL_read_ex(ssl_.get(), buffer, size, &got); });
  }

  IoProgress WriteSome(absl::string_view& bytes) override {
    while (!bytes.empty()) {
      size_t written = 0;
      const IoProgress progress = Try([&] { return SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written); });
      if (progress != IoProgress::kDone) return progress;
      bytes.remove_prefix(written);
    }
    return IoProgress::kDone;
  }

  void EndWrites() override {
    // After a failure the session may not be used any more.
    if (!broken_) SSL_shutdown(ssl_.get());
    shutdown(fd(), SHUT_WR);
  }

 private:
  template <typename Operation>
  IoProgress Try(Operation operation) {
    ERR_clear_error();
    const int result = operation();
    if (result > 0) return IoProgress::kDone;
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return IoProgress::kAwaitsReadable;
      case SSL_ERROR_WANT_WRITE:
        return IoProgress::kAwaitsWritable;
      default:
        broken_ = true;
        return IoProgress::kClosed;
    }
  }

  const std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  bool broken_ = false;
};

}  // namespace

IoResult Transport::Read(char* buffer, size_t size, Deadline deadline, size_t& got) {
  return Repeat(deadline, [&] { return ReadSome(buffer, size, got); });
}

IoResult Transport::Write(absl::string_view bytes, Deadline deadline) {
  return Repeat(deadline, [&] { return WriteSome(bytes); });
}

IoResult Transport::Repeat(Deadline deadline, absl::FunctionRef<IoProgress()> attempt) const {
  while (true) {
    const IoProgress progress = attempt();
    if (progress == IoProgress::kDone) return IoResult::kDone;
    if (progress == IoProgress::kClosed) return IoResult::kClosed;
    const IoResult waited = Wait(EventsOf(progress), deadline);
    if (waited != IoResult::kDone) return waited;
  }
}

IoResult Transport::Wait(short events, Deadline deadline) const {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return IoResult::kTimedOut;
    pollfd entry = {fd_, events, 0};
    const int ready = poll(&entry, 1, static_cast<int>(std::min<long long>(left.count(), INT_MAX)));
    if (ready > 0) return IoResult::kDone;
    if (ready < 0 && errno != EINTR) return IoResult::kClosed;
  }
}

std::unique_ptr<Transport> MakeTransport(int fd, SSL_CTX* tls) {
  if (tls == nullptr) return std::make_unique<PlainTransport>(fd);
  return std::make_unique<TlsTransport>(fd, tls);
}

}  // namespace specrelay
