#include "tests/integration/sse_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "tests/support/cluster.h"

namespace specrelay {

void SseParser::Feed(absl::string_view bytes, absl::FunctionRef<void(const SseEventView&)> on_event) {
  raw_.append(bytes.data(), bytes.size());
  if (status_ == 0) ReadHead();
  if (status_ == 0 || ended_) return;
  Unchunk();
  size_t begin = 0;
  while (true) {
    const size_t end = text_.find("\n\n", begin);
    if (end == std::string::npos) break;
    OnBlock(absl::string_view(text_).substr(begin, end - begin), on_event);
    begin = end + 2;
  }
  text_.erase(0, begin);
}

void SseParser::ReadHead() {
  const size_t end = raw_.find("\r\n\r\n");
  if (end == std::string::npos) return;
  const std::vector<absl::string_view> words = absl::StrSplit(absl::string_view(raw_).substr(0, end), ' ');
  if (words.size() < 2 || !absl::SimpleAtoi(words[1], &status_)) status_ = -1;
  raw_.erase(0, end + 4);
  ended_ = status_ != 200;
}

void SseParser::Unchunk() {
  size_t at = 0;
  while (at < raw_.size()) {
    if (chunk_left_ > 0) {
      const size_t count = std::min(chunk_left_, raw_.size() - at);
      text_.append(raw_, at, count);
      at += count;
      chunk_left_ -= count;
      continue;
    }
    // "\r\n" ends the chunk before, except at the very beginning.
    const size_t skip = raw_.compare(at, 2, "\r\n") == 0 ? 2 : 0;
    const size_t line_end = raw_.find("\r\n", at + skip);
    if (line_end == std::string::npos) break;
    uint64_t size = 0;
    if (!absl::SimpleHexAtoi(absl::string_view(raw_).substr(at + skip, line_end - at - skip), &size) || size == 0) {
      ended_ = true;
      at = raw_.size();
      break;
    }
    chunk_left_ = size;
    at = line_end + 2;
  }
  raw_.erase(0, at);
}

void SseParser::OnBlock(absl::string_view block, absl::FunctionRef<void(const SseEventView&)> on_event) {
  SseEventView event;
  for (absl::string_view line : absl::StrSplit(block, '\n')) {
    if (absl::StartsWith(line, ":")) ++comments_;
    if (absl::ConsumePrefix(&line, "id: ")) event.id = line;
    if (absl::ConsumePrefix(&line, "event: ")) event.type = line;
    if (absl::ConsumePrefix(&line, "data: ")) event.data = line;
  }
  if (!event.id.empty()) last_id_.assign(event.id.data(), event.id.size());
  if (!event.data.empty()) on_event(event);
}

int OpenSse(const std::string& address, const SseOptions& options) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(address, ':');
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  int port = 0;
  if (!absl::SimpleAtoi(parts.second, &port) || inet_pton(AF_INET, parts.first.c_str(), &peer.sin_addr) != 1) return -1;
  peer.sin_port = htons(static_cast<uint16_t>(port));
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (options.receive_buffer_bytes > 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer_bytes, sizeof(options.receive_buffer_bytes));
  }
  std::string request = absl::StrCat("GET /api/events", options.query, " HTTP/1.1\r\nHost: ", address,
                                     "\r\nAccept: text/event-stream\r\n", "Authorization: Bearer ",
                                     std::string(absl::StripAsciiWhitespace(options.key)), "\r\n");
  if (!options.last_event_id.empty()) absl::StrAppend(&request, "Last-Event-ID: ", options.last_event_id, "\r\n");
  request += "\r\n";
  if (connect(fd, reinterpret_cast<const sockaddr*>(&peer), sizeof(peer)) != 0 ||
      send(fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    close(fd);
    return -1;
  }
  return fd;
}

SseConnection::~SseConnection() {
  if (fd_ >= 0) close(fd_);
}

absl::optional<SseEvent> SseConnection::Next() {
  // Signs of life come all the time.
  const absl::Time deadline = absl::Now() + kPatience;
  while (events_.empty()) {
    if (absl::Now() > deadline || !ReadMore()) return absl::nullopt;
  }
  SseEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

bool SseConnection::AwaitGreeting() {
  while (parser_.last_id().empty()) {
    if (!ReadMore()) return false;
  }
  return true;
}

bool SseConnection::AwaitEnd() {
  while (!parser_.ended()) {
    if (!ReadMore()) return parser_.ended();
  }
  return true;
}

bool SseConnection::ReadMore() {
  if (fd_ < 0 || parser_.ended()) return false;
  pollfd waiting{fd_, POLLIN, 0};
  if (poll(&waiting, 1, static_cast<int>(absl::ToInt64Milliseconds(kPatience))) <= 0) return false;
  char bytes[64 << 10];
  const ssize_t count = recv(fd_, bytes, sizeof(bytes), 0);
  if (count <= 0) return false;
  parser_.Feed({bytes, static_cast<size_t>(count)}, [this](const SseEventView& event) {
    events_.push_back({std::string(event.id), std::string(event.type), std::string(event.data)});
  });
  return true;
}

}  // namespace specrelay
