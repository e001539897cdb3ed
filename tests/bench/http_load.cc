#include "tests/bench/http_load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr size_t kReadBytes = 256 << 10;

absl::StatusOr<int> ConnectTo(const std::string& address) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(address, ':');
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  int port = 0;
  if (!absl::SimpleAtoi(parts.second, &port) || inet_pton(AF_INET, parts.first.c_str(), &peer.sin_addr) != 1) {
    return absl::InvalidArgumentError(absl::StrCat("not an address: ", address));
  }
  peer.sin_port = htons(static_cast<uint16_t>(port));
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&peer), sizeof(peer)) != 0 ||
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0) {
    if (fd >= 0) close(fd);
    return absl::UnavailableError(absl::StrCat("cannot connect to ", address));
  }
  return fd;
}

// The answer at the start of `bytes`.
struct Answer {
  size_t size = 0;  // 0 while it is not whole
  bool ok = false;
  bool closes = false;
};

Answer ParseAnswer(absl::string_view bytes) {
  Answer answer;
  const size_t head_end = bytes.find("\r\n\r\n");
  if (head_end == absl::string_view::npos) return answer;
  const absl::string_view head = bytes.substr(0, head_end);
  constexpr absl::string_view kLength = "Content-Length: ";
  const size_t at = head.find(kLength);
  size_t body_bytes = 0;
  if (at != absl::string_view::npos) {
    const absl::string_view rest = head.substr(at + kLength.size());
    static_cast<void>(absl::SimpleAtoi(rest.substr(0, rest.find('\r')), &body_bytes));
  }
  if (bytes.size() < head_end + 4 + body_bytes) return answer;
  answer.size = head_end + 4 + body_bytes;
  answer.ok = absl::StartsWith(head, "HTTP/1.1 200 ");
  answer.closes = absl::StrContains(head, "Connection: close");
  return answer;
}

class Runner {
 public:
  explicit Runner(const HttpLoad& load) : load_(load), epoll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(kReadBytes) {}
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  ~Runner() {
    for (const Connection& connection : connections_) {
      if (connection.fd >= 0) close(connection.fd);
    }
    close(epoll_);
  }

  absl::StatusOr<LoadResult> Run() {
    connections_.resize(static_cast<size_t>(load_.connections));
    for (Connection& connection : connections_) RETURN_IF_ERROR(Open(connection));
    const absl::Time begun = absl::Now();
    end_ = begun + load_.time;
    for (Connection& connection : connections_) RETURN_IF_ERROR(Send(connection));
    while (under_way_ > 0) RETURN_IF_ERROR(ReadSome());
    result_.took = absl::Now() - begun;
    return std::move(result_);
  }

 private:
  struct Connection {
    int fd = -1;
    int64_t number = 0;  // of the request under way
    absl::Time sent;
    std::string received;
  };

  absl::Status Open(Connection& connection) {
    if (connection.fd >= 0) close(connection.fd);
    connection.fd = -1;
    ASSIGN_OR_RETURN(connection.fd, ConnectTo(load_.address));
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.ptr = &connection;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &interest) != 0) return absl::InternalError("epoll_ctl");
    return absl::OkStatus();
  }

  absl::Status Send(Connection& connection) {
    const auto index = static_cast<int>(&connection - connections_.data());
    const absl::string_view request = load_.request(index, connection.number);
    connection.sent = absl::Now();
    ++under_way_;
    if (send(connection.fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
      return absl::UnavailableError("the HTTP server takes no request");
    }
    return absl::OkStatus();
  }

  absl::Status ReadSome() {
    epoll_event ready[64];
    const int count = epoll_wait(epoll_, ready, 64, static_cast<int>(absl::ToInt64Milliseconds(kPatience)));
    if (count == 0) return absl::DeadlineExceededError("the HTTP server does not answer");
    for (int i = 0; i < count; ++i) RETURN_IF_ERROR(Read(*static_cast<Connection*>(ready[i].data.ptr)));
    return absl::OkStatus();
  }

  absl::Status Read(Connection& connection) {
    const ssize_t count = recv(connection.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return absl::OkStatus();
    if (count <= 0) return absl::UnavailableError("the HTTP server has closed the connection");
    absl::string_view bytes(buffer_.data(), static_cast<size_t>(count));
    if (!connection.received.empty()) {
      connection.received.append(bytes.data(), bytes.size());
      bytes = connection.received;
    }
    const Answer answer = ParseAnswer(bytes);
    if (answer.size == 0) {
      if (connection.received.empty()) connection.received.assign(bytes.data(), bytes.size());
      return absl::OkStatus();
    }
    if (!answer.ok) return absl::InternalError(absl::StrCat("the HTTP server answers ", bytes.substr(0, 512)));
    connection.received.clear();
    return OnAnswer(connection, answer.closes);
  }

  absl::Status OnAnswer(Connection& connection, bool closes) {
    const absl::Time now = absl::Now();
    --under_way_;
    ++result_.answered;
    result_.latencies_us.push_back(absl::ToDoubleMicroseconds(now - connection.sent));
    if (load_.answered) load_.answered(static_cast<int>(&connection - connections_.data()), connection.number);
    ++connection.number;
    // After the end too: else the server's closing it would be read as an error.
    if (closes) RETURN_IF_ERROR(Open(connection));
    return now < end_ ? Send(connection) : absl::OkStatus();
  }

  const HttpLoad& load_;
  const int epoll_;
  std::vector<char> buffer_;
  std::vector<Connection> connections_;
  absl::Time end_;
  int under_way_ = 0;
  LoadResult result_;
};

}  // namespace

std::string HttpRequestText(absl::string_view method, absl::string_view target, const std::string& address,
                            absl::string_view key, absl::string_view body) {
  std::string text = absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: ", address, "\r\n");
  if (!key.empty()) absl::StrAppend(&text, "Authorization: Bearer ", key, "\r\n");
  if (!body.empty()) {
    absl::StrAppend(&text, "Content-Type: application/json\r\nContent-Length: ", body.size(), "\r\n");
  }
  return absl::StrCat(text, "\r\n", body);
}

absl::StatusOr<LoadResult> RunHttpLoad(const HttpLoad& load) { return Runner(load).Run(); }

}  // namespace specrelay
