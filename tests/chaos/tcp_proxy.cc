#include "tests/chaos/tcp_proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace specrelay {
namespace {

constexpr int64_t kMaxBytes = 256 << 10;
constexpr int kPollMs = 5;  // how exact a delay is

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void SetUp(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// Closes so that the other end sees a reset.
void Reset(int fd) {
  const linger none = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
  close(fd);
}

}  // namespace

absl::StatusOr<std::unique_ptr<TcpProxy>> TcpProxy::Start(int target_port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  if (listener < 0 || bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener, 64) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return absl::InternalError(absl::StrCat("no proxy: ", strerror(errno)));
  }
  const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return std::unique_ptr<TcpProxy>(new TcpProxy(listener, wake, ntohs(address.sin_port), target_port));
}

TcpProxy::TcpProxy(int listener, int wake, int port, int target_port)
    : listener_(listener), wake_(wake), port_(port), target_port_(target_port), thread_([this] { Run(); }) {}

TcpProxy::~TcpProxy() {
  {
    absl::MutexLock lock(&mu_);
    stopping_ = true;
  }
  Wake();
  thread_.join();
  for (const Pair& pair : pairs_) {
    close(pair.up.from);
    close(pair.up.to);
  }
  close(listener_);
  close(wake_);
}

void TcpProxy::Cut() {
  {
    absl::MutexLock lock(&mu_);
    cut_ = true;
  }
  Wake();
}

void TcpProxy::SetDelay(absl::Duration delay) {
  absl::MutexLock lock(&mu_);
  delay_ = delay;
}

void TcpProxy::SetSilent(bool silent) {
  {
    absl::MutexLock lock(&mu_);
    silent_ = silent;
  }
  Wake();
}

void TcpProxy::Wake() const {
  const uint64_t one = 1;
  static_cast<void>(write(wake_, &one, sizeof(one)));
}

void TcpProxy::Run() {
  while (true) {
    bool cut = false;
    bool silent = false;
    absl::Duration delay;
    {
      absl::MutexLock lock(&mu_);
      if (stopping_) return;
      cut = std::exchange(cut_, false);
      silent = silent_;
      delay = delay_;
    }
    bool waits = false;
    for (auto pair = pairs_.begin(); pair != pairs_.end();) {
      if (!cut && !silent) Serve(*pair, absl::Now(), delay);
      waits |= !pair->up.chunks.empty() || !pair->down.chunks.empty();
      if (cut || pair->broken) {
        Reset(pair->up.from);
        Reset(pair->up.to);
        pair = pairs_.erase(pair);
      } else {
        ++pair;
      }
    }
    std::vector<pollfd> fds = {{wake_, POLLIN, 0}};
    if (!silent) {
      fds.push_back({listener_, POLLIN, 0});
      for (const Pair& pair : pairs_) {
        if (!pair.up.ended && pair.up.bytes < kMaxBytes) fds.push_back({pair.up.from, POLLIN, 0});
        if (!pair.down.ended && pair.down.bytes < kMaxBytes) fds.push_back({pair.down.from, POLLIN, 0});
      }
    }
    poll(fds.data(), fds.size(), waits ? kPollMs : -1);
    uint64_t count = 0;
    static_cast<void>(read(wake_, &count, sizeof(count)));
    if (!silent) Accept();
  }
}

void TcpProxy::Accept() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int target = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(target_port_);
  if (connect(target, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    Reset(client);
    close(target);
    return;
  }
  SetUp(client);
  SetUp(target);
  Pair pair;
  pair.up = {client, target, {}};
  pair.down = {target, client, {}};
  pairs_.push_back(std::move(pair));
}

void TcpProxy::Serve(Pair& pair, absl::Time now, absl::Duration delay) {
  for (Way* way : {&pair.up, &pair.down}) {
    if (!Take(*way, now + delay) || !Give(*way, now)) pair.broken = true;
  }
  const bool drained = pair.up.chunks.empty() && pair.down.chunks.empty();
  if (pair.up.ended && pair.down.ended && drained) pair.broken = true;
}

bool TcpProxy::Take(Way& way, absl::Time due) {
  char buffer[64 << 10];
  while (!way.ended && way.bytes < kMaxBytes) {
    const ssize_t count = read(way.from, buffer, sizeof(buffer));
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) {
      way.ended = true;
      way.chunks.push_back({"", due});
      return true;
    }
    way.chunks.push_back({std::string(buffer, static_cast<size_t>(count)), due});
    way.bytes += count;
  }
  return true;
}

bool TcpProxy::Give(Way& way, absl::Time now) {
  while (!way.chunks.empty() && way.chunks.front().due <= now) {
    Chunk& chunk = way.chunks.front();
    if (chunk.bytes.empty()) {
      shutdown(way.to, SHUT_WR);
    } else {
      const ssize_t count = send(way.to, chunk.bytes.data(), chunk.bytes.size(), MSG_NOSIGNAL);
      if (count < 0) return errno == EAGAIN || errno == EINTR;
      way.bytes -= count;
      chunk.bytes.erase(0, static_cast<size_t>(count));
      if (!chunk.bytes.empty()) return true;
    }
    way.chunks.pop_front();
  }
  return true;
}

}  // namespace specrelay
